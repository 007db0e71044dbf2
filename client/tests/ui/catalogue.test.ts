/** The catalogue holds what is said, all of it, in both languages, and nothing else. */
import { describe, expect, test } from 'vitest';
import { CLOSE_CODES } from '../../src/protocol/generated';
import { fill, t } from '../../src/text/catalogue';
import { filesBelow, read } from './sources';

const TEXT = read('assets/text/messages.json');
const MESSAGES = JSON.parse(TEXT) as Record<string, { zh: string; en: string }>;
const KEYS = Object.keys(MESSAGES);
/** Areas whose texts the server says; its own tests hold them. */
const SERVER_AREAS = /^(calendar|cli|error|issue|kept|problem)\./;
const CODE = filesBelow('client/src', '.ts').map(read).join('\n');

const params = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string))].sort();

/** Keys that the code puts together: `close.${reason}` stands for every key that fits it. */
const FAMILIES = [...CODE.matchAll(/`([a-z]+\.[\w.${}[\]()-]*\$\{[^`]*)`/g)].map(([, template]) =>
  new RegExp(`^${(template as string).replace(/\$\{[^}]*\}/g, '\u0000').replace(/[.]/g, '\\.').replaceAll('\u0000', '[\\w-]+')}$`));

test.each(KEYS)('%s is said in both languages with the same parameters', (key) => {
  const { zh, en } = MESSAGES[key] as { zh: string; en: string };
  expect(zh.trim()).not.toBe('');
  expect(en.trim()).not.toBe('');
  expect(params(zh)).toEqual(params(en));
});

test('keys are sorted, each on one line, so that two changes seldom touch', () => {
  expect(KEYS).toEqual([...KEYS].sort());
  expect(TEXT.trimEnd().split('\n')).toHaveLength(KEYS.length + 2);
});

test.each(KEYS.filter((key) => !SERVER_AREAS.test(key)))('%s is used', (key) => {
  const written = CODE.includes(`'${key}'`) || CODE.includes(`"${key}"`);
  expect(written || FAMILIES.some((family) => family.test(key))).toBe(true);
});

test('every notice and every reason for closing of the protocol has its words', () => {
  const protocol = read('client/src/protocol/generated.ts');
  const notices = /NoticeCode = (.+)$/m.exec(protocol)?.[1]?.match(/\w+/g) ?? [];
  expect(notices.length).toBeGreaterThan(5);
  for (const code of notices) expect(KEYS).toContain(`notice.${code}`);
  for (const reason of Object.keys(CLOSE_CODES)) expect(KEYS).toContain(`close.${reason}`);
});

describe('the tone', () => {
  const said = KEYS.filter((key) => !SERVER_AREAS.test(key));
  test.each(said)('%s has no exclamation mark, no plea and no stray half-width comma', (key) => {
    const { zh, en } = MESSAGES[key] as { zh: string; en: string };
    expect(zh + en).not.toMatch(/[!！]/);
    expect(zh).not.toMatch(/亲|抱歉|耐心等待/);
    expect(zh).not.toMatch(/[\u4e00-\u9fff][,;:?]/);
    expect((zh.match(/请/g) ?? []).length).toBeLessThanOrEqual(1 + (zh.match(/[。；]/g) ?? []).length);
  });
  test.each(said)('%s has one space between Chinese and Latin or digits', (key) => {
    const { zh } = MESSAGES[key] as { zh: string };
    expect(zh.replace(/\{\w+\}/g, '')).not.toMatch(/[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]/);
  });
});

test('a text is filled with its parameters, numbers written with separators, and unknown ones left to be seen', () => {
  expect(fill('{count} 人在 {place}', { count: 8528, place: '曲水园' })).toBe('8,528 人在 曲水园');
  expect(fill('{a} {b}', { a: 'x' })).toBe('x {b}');
  expect(fill('{name}', { name: '{count}' })).toBe('{count}');
  expect([0, 1, 2].map((n) => fill('{n} {n|person|people}', { n }))).toEqual(['0 people', '1 person', '2 people']);
  expect(t('hud.near', { count: 18 })).toBe('附近 18 人');
});
