/** Breaking a text into lines for a canvas: Chinese between any two characters, Latin between words. */

/** These may not begin a line (kinsoku). */
const NOT_FIRST = /^[，。、；：！？）》」』”’…,.;:!?)\]}]/u;
/** Words, runs of spaces, or single characters of other scripts. */
const PIECES = /[\p{Script=Latin}\p{N}'’.,%\-/]+|\s+|./gu;

/** Lines of at most `width`, as `measure` says; what is longer than a line by itself stands alone. */
export function breakLines(text: string, width: number, measure: (text: string) => number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const [piece] of paragraph.matchAll(PIECES)) {
      const longer = line + piece;
      if (line === '' || NOT_FIRST.test(piece) || measure(longer.trimEnd()) <= width) line = longer.trimStart();
      else {
        lines.push(line.trimEnd());
        line = piece.trimStart();
      }
    }
    if (line.trim() !== '') lines.push(line.trimEnd());
  }
  return lines;
}
