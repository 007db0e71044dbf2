/** What is built once and kept in the repository is what would be built now. */
import { expect, test } from 'vitest';
import { PRESET_LOOKS } from '../../src/avatars/look';
import { BOOTH_LIMITS } from '../../src/ui/boothLimits';
import { COLOUR_WAYS, HAIR_COLOURS, SKINS } from '../../src/ui/portrait';
import { framed } from '../../pageFrame';
import { sprite } from '../../scripts/icons.mjs';
import { filesBelow, read } from './sources';

test('the icon sprite is made of what icons.json lists (npm run icons)', () => {
  expect(read('client/src/ui/icons.svg')).toBe(sprite());
});

test('every icon that is listed is used', () => {
  const code = filesBelow('client/src', '.ts').map(read).join('\n');
  const unused = Object.keys(JSON.parse(read('client/src/ui/icons.json')) as object).filter((name) => !code.includes(`'${name}'`));
  expect(unused).toEqual([]);
});

test('the heading face has every character a heading can show (make fonts)', () => {
  const glyphs = new Set(read('client/src/fonts/glyphs.txt').trim());
  const messages = Object.entries(JSON.parse(read('assets/text/messages.json')) as Record<string, { zh: string }>)
    .filter(([key]) => !/^(cli|close|error|issue|kept|keys|look|notice|operator|problem)\./.test(key)).map(([, { zh }]) => zh);
  const halls = filesBelow('scenes', 'hall.toml').flatMap((path) =>
    [...read(path).matchAll(/^(?:\[?(?:title|place)\]?)\s*=?\s*\{?\s*zh\s*=\s*"([^"]*)"/gm)].map(([, zh]) => zh as string));
  const headings = [...messages.filter((text) => [...text].length <= 24), ...halls].join('');
  const missing = [...new Set(headings.match(/[\u4e00-\u9fff]/gu))].filter((glyph) => !glyphs.has(glyph));
  expect(missing).toEqual([]);
});

test('portraits have the colours of the avatar kit, and a picture for each look that is offered', () => {
  const { palette } = JSON.parse(read('client/public/avatars/kit.json')) as { palette: { skins: string[]; hairs: string[]; colours: string[][] } };
  expect([...SKINS]).toEqual(palette.skins);
  expect([...HAIR_COLOURS]).toEqual(palette.hairs);
  expect(COLOUR_WAYS.map((way) => [...way])).toEqual(palette.colours.map((way) => way.slice(0, 3)));
  const { looks } = JSON.parse(read('client/public/avatars/portraits.json')) as { looks: number[] };
  expect([...PRESET_LOOKS]).toEqual(looks);
});

test('the limits that exhibitors read are those that the check holds', () => {
  const budget = /BOOTH_BUDGET: Final = Cost\(triangles=([\d_]+), materials=(\d+), bytes=(\d+) \* MB\)/.exec(read('server/yuanzhan/scene/budgets.py'));
  expect(budget?.slice(1).map((value) => Number(value.replaceAll('_', '')))).toEqual([BOOTH_LIMITS.triangles, BOOTH_LIMITS.materials, BOOTH_LIMITS.megabytes]);
});

test('no page and no style carries an inline style or a data: URL, which the policy refuses', () => {
  for (const path of [...filesBelow('client', '.html').filter((name) => !name.includes('/dist/')), ...filesBelow('client/src', '.css'), ...filesBelow('client/src/ui', '.ts')]) {
    expect(read(path), path).not.toMatch(/\sstyle=|<style|url\(["']?data:|\.cssText|setAttribute\('style'/);
  }
});

test('a page is its own title and script in the one frame, and nothing of the frame is left open', () => {
  const frame = read('client/frame.html');
  for (const name of ['account', 'events', 'exhibitor', 'index', 'metrics', 'operator', 'privacy']) {
    const page = read(`client/${name}.html`);
    const whole = framed(page, frame);
    expect(page, name).not.toMatch(/<(html|head|body|link)/);
    expect(whole, name).toMatch(/^<!doctype html>[\s\S]*<head>[\s\S]*<title>元展.*<\/title>[\s\S]*<\/head>[\s\S]*<div id="app"><\/div>\s*<script type="module" src="\/src\/\w+\.ts"><\/script>\s*<\/body>/);
    expect(whole, name).not.toContain('<!--');
    expect(framed(whole, frame), name).toBe(whole);
  }
});
