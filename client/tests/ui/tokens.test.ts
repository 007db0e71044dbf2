/** Every pair of colours that is used has the contrast it needs (WCAG 2.2: text 4.5, graphics and control borders 3). */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('../../src/styles/tokens.css', import.meta.url), 'utf8');

type Tokens = Record<string, string>;

function block(selector: string): Tokens {
  const start = css.indexOf(`${selector} {`);
  const body = css.slice(css.indexOf('{', start) + 1, css.indexOf('}', start));
  return Object.fromEntries([...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value?.trim()]));
}

const day = block(':root');
const night: Tokens = { ...day, ...block('.night') };

type Rgba = readonly [number, number, number, number];

function rgba(colour: string): Rgba {
  const hex = /^#([0-9a-f]{6})$/i.exec(colour)?.[1];
  if (hex) return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)).concat(1) as unknown as Rgba;
  const parts = /^rgba\((.+)\)$/.exec(colour)?.[1]?.split(',').map(Number);
  if (parts?.length === 4) return parts as unknown as Rgba;
  throw new Error(`not a colour: ${colour}`);
}

const over = ([r, g, b, a]: Rgba, under: Rgba): Rgba =>
  [r * a + under[0] * (1 - a), g * a + under[1] * (1 - a), b * a + under[2] * (1 - a), 1];

function luminance([r, g, b]: Rgba): number {
  const [lr, lg, lb] = [r, g, b].map((value) => {
    const c = value / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * lr + 0.7152 * lg + 0.0722 * lb;
}

function contrast(a: Rgba, b: Rgba): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const TEXT = 4.5;
const GRAPHIC = 3;
const PAIRS: readonly (readonly [string, string, number])[] = [
  ...['paper', 'paper-raised', 'paper-sunk'].flatMap((paper) => ['ink', 'ink-2', 'ink-3', 'jade'].map((ink) => [ink, paper, TEXT] as const)),
  ['ink-3', 'jade-soft', TEXT], ['jade', 'jade-soft', TEXT], ['jade-hover', 'paper-raised', TEXT],
  ['on-jade', 'jade', TEXT], ['on-jade', 'jade-hover', TEXT],
  ['brass', 'brass-soft', TEXT], ['brass', 'paper', TEXT], ['cinnabar', 'cinnabar-soft', TEXT], ['cinnabar', 'paper-raised', TEXT],
  ['sky', 'sky-soft', TEXT], ['ink', 'field', TEXT],
  ['line-strong', 'paper-raised', GRAPHIC], ['line-strong', 'paper', GRAPHIC], ['line-strong', 'field', GRAPHIC],
  ['brass-fill', 'paper-sunk', GRAPHIC], ['brass-fill', 'paper', GRAPHIC],
  ...['hall-lobby', 'hall-retail', 'hall-ent', 'hall-edu'].map((hall) => [hall, 'paper-raised', GRAPHIC] as const),
  ['dense-3', 'map-floor', GRAPHIC], ['jade', 'map-floor', GRAPHIC],
];

describe.each([['day', day], ['night', night]])('%s', (_name, tokens) => {
  test.each(PAIRS)('%s on %s reaches %f', (front, back, least) => {
    expect(contrast(rgba(tokens[front] as string), rgba(tokens[back] as string))).toBeGreaterThanOrEqual(least);
  });
});

const WHITE: Rgba = [255, 255, 255, 1];
const BLACK: Rgba = [0, 0, 0, 1];
const PLATES: readonly (readonly [string, string])[] = [
  ['on-glass', 'glass'], ['on-glass-2', 'glass'], ['glass-name', 'glass'], ['on-glass', 'glass-hover'], ['on-glass', 'glass-chat'],
  ['glass-name', 'glass-chat'],
];

test.each(PLATES)('%s is read on %s whatever the hall behind it', (front, plate) => {
  for (const hall of [WHITE, BLACK]) {
    expect(contrast(rgba(day[front] as string), over(rgba(day[plate] as string), hall))).toBeGreaterThanOrEqual(TEXT);
  }
});

test('the focus ring on a plate is seen whatever the hall behind it', () => {
  for (const hall of [WHITE, BLACK]) {
    expect(contrast(rgba(day['glass-focus'] as string), over(rgba(day['glass'] as string), hall))).toBeGreaterThanOrEqual(GRAPHIC);
  }
});
