/** Names and lines: the same rule as the server's, by the vectors of both. */
import { describe, expect, test } from 'vitest';
import vectors from '../../tests/vectors/wire.json';
import { NAME_MAX_CHARS, NAME_MAX_CODE_POINTS } from '../src/protocol/generated';
import { characters, countCharacters, plain, roomFor } from '../src/text/plain';

const NAME = { characters: NAME_MAX_CHARS, codePoints: NAME_MAX_CODE_POINTS };

describe('a name of the vectors', () => {
  test.each(vectors.names)('$raw', ({ raw, name, chars }) => {
    expect(countCharacters(raw)).toBe(chars);
    const shown = plain(raw);
    if (name !== null) expect([shown, roomFor(shown, NAME) >= 0]).toEqual([name, true]);
    else expect(shown === '' || shown !== raw || roomFor(shown, NAME) < 0).toBe(true);
  });
});

test('what is left of a refused name is a name of the vectors, or nothing', () => {
  expect(plain('a\u0000b\u202ec\u200bd')).toBe('abcd');
  expect(plain('👩\u200d')).toBe('👩');
  expect(plain('\u3164 \u2800')).toBe('');
  expect(plain('z\u0335\u200b\u0335\u0335\u0335')).toBe('z\u0335\u0335\u0335');
  expect(plain('\ud800abc')).toBe('abc');
});

test.each(vectors.lines)('a line stays what the server would say: $raw', ({ raw, line }) => {
  // The server has a space for what it drops, and folds it; here it is gone before.
  expect(plain(raw).replaceAll(' ', '')).toBe(line.replaceAll(' ', ''));
  expect(plain(line)).toBe(line);
});

test('an emoji of many code points is one character, and is not cut in two', () => {
  expect(characters('a👩🏽\u200d🚀b')).toEqual(['a', '👩🏽\u200d🚀', 'b']);
});

test('the room left is what people can count, until the message is full', () => {
  expect(roomFor('', NAME)).toBe(24);
  expect(roomFor('👩🏽\u200d🚀', NAME)).toBe(23);
  expect(roomFor('x'.repeat(30), NAME)).toBe(-6);
  expect(roomFor('👨\u200d👩\u200d👧\u200d👦'.repeat(24), NAME)).toBe(0);
  expect(roomFor('👩🏻\u200d❤\ufe0f\u200d💋\u200d👨🏻'.repeat(20), NAME)).toBe(-8);
});
