/** How full a hall is, in a word. */
export type Load = 'empty' | 'fine' | 'busy' | 'full';

/** Nine tenths is when newcomers begin to be turned away at the next rush. */
const BUSY_FROM = 0.9;

export function loadOf(visitors: number, capacity: number): Load {
  if (visitors === 0) return 'empty';
  if (capacity > 0 && visitors >= capacity) return 'full';
  return capacity > 0 && visitors >= capacity * BUSY_FROM ? 'busy' : 'fine';
}
