/**
 * Builds the icon sprite, src/ui/icons.svg: one <symbol> for each entry of src/ui/icons.json, drawn by lucide (ISC).
 * Only what is listed is shipped. `npm run icons --workspace client` writes it; a test fails when it is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ui = join(dirname(fileURLToPath(import.meta.url)), '../src/ui');
const lucide = join(dirname(createRequire(import.meta.url).resolve('lucide-static/package.json')), 'icons');

/** @returns {string} the sprite's text */
export function sprite() {
  const names = JSON.parse(readFileSync(join(ui, 'icons.json'), 'utf8'));
  const symbols = Object.entries(names).map(([name, file]) => symbol(name, readFileSync(join(lucide, `${file}.svg`), 'utf8')));
  return `<!-- Icons by lucide, ISC licence: see /licences.txt -->\n<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join('\n')}\n</svg>\n`;
}

/** The drawing inside lucide's <svg>, with its pen: the width of the stroke is the style sheet's. */
function symbol(name, source) {
  const drawing = source.slice(source.indexOf('>', source.indexOf('<svg')) + 1, source.lastIndexOf('</svg>'));
  const pen = 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${pen}>${drawing.replace(/\s*\n\s*/g, ' ').trim()}</symbol>`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(join(ui, 'icons.svg'), sprite());
