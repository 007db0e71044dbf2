/** Which face a visitor makes: eyes that blink, a mouth that talks, a laugh while waving or clapping. */
import { Action } from '../protocol/generated';

const BLINK_S = 0.13;
const SYLLABLES_HZ = 7;

/** A number in 0..1 that is always the same for the same input. */
export function chance(n: number): number {
  const x = Math.sin(n * 12.9898) * 43758.5453;
  return x - Math.floor(x);
}

/** Name of an expression of the face atlas at time `t` seconds; `seed` in 0..1 is the visitor's own. */
export function expressionAt(action: number, t: number, seed: number): string {
  const period = 2.6 + 3.4 * seed;
  if ((t + seed * 97) % period < BLINK_S) return 'blink';
  if (action === Action.TALK) return mouthAt(t, seed);
  if (action === Action.WAVE) return 'laugh';
  if (action === Action.CLAP) return chance(Math.floor(t / 3) + seed * 57) < 0.5 ? 'smile' : 'laugh';
  return chance(Math.floor(t / 7) + seed * 31) < 0.12 ? 'smile' : 'neutral';
}

function mouthAt(t: number, seed: number): string {
  const phrase = chance(Math.floor(t / 1.9) + seed * 13);
  if (phrase < 0.2) return 'neutral';
  const syllable = chance(Math.floor(t * SYLLABLES_HZ) + seed * 101);
  return syllable < 0.42 ? 'talk-ah' : syllable < 0.75 ? 'talk-oh' : 'neutral';
}
