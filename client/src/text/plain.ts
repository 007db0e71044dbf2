/**
 * What people may be called and may say, as the server takes it: the rule of server/yuanzhan/protocol/names.py, whose vectors
 * (tests/vectors/wire.json) hold for both. Here what is not allowed is dropped, there it is refused.
 *
 * Lengths are counted in what people see: extended grapheme clusters, so that an emoji of seven code points is one.
 */

const PICTURE = String.raw`\p{Extended_Pictographic}(?:[\uFE0E\uFE0F]|\p{Emoji_Modifier})?`;
/** A region's flag spelled in tags, a keycap, or up to five pictures joined to one: joiners and selectors belong in these alone. */
const EMOJI = String.raw`\u{1F3F4}[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{3,6}\u{E007F}|[0-9#*]\uFE0F?\u20E3|${PICTURE}(?:\u200D${PICTURE}){0,4}`;
/** A selector behind a letter asks for one of its written forms: some family names need it. */
const VARIANT = String.raw`\p{Script=Han}[\u{E0100}-\u{E01EF}]|\p{Script=Mongolian}[\u180B-\u180D\u180F]`;
const TRICK = String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\u2800\u{1D159}]`;
const MARK = String.raw`(?:(?!\p{Default_Ignorable_Code_Point})[\p{Mn}\p{Me}])`;

const SPACE = /[\t-\r\p{Z}]+/gu;
const PARTS = new RegExp(`(?<whole>${EMOJI}|${VARIANT})|${TRICK}`, 'gu');
/** The fourth mark in a row and on: the writing that climbs over its neighbours. */
const STACK = new RegExp(`(${MARK}{3})${MARK}+`, 'gu');
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The characters that people see, one by one. */
export const characters = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);

export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of segmenter.segment(text)) count += 1;
  return count;
}

/** NFC, trimmed, white space folded, without what the server refuses; empty when nothing of it can be seen. */
export function plain(text: string): string {
  const shown = folded(text).replace(PARTS, (_, whole: string | undefined) => whole ?? '').replace(STACK, '$1');
  return VISIBLE.test(shown) ? folded(shown) : '';
}

/** How many characters more fit; negative: how many are too many. */
export function roomFor(text: string, limit: { characters: number; codePoints: number }): number {
  const count = countCharacters(text);
  const points = [...text].length;
  // Emoji of many code points may fill the message before the line.
  return Math.min(limit.characters - count, limit.codePoints - points);
}

const folded = (text: string): string => text.normalize('NFC').replace(SPACE, ' ').replace(/^ | $/g, '');
