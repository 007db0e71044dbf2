/** How full a hall is, and what becomes of who comes. */
import type { HallSummary } from '../net/api';
import type { MessageKey } from '../text/catalogue';

/** In a word. */
export type Load = 'empty' | 'fine' | 'busy' | 'full';

/** Nine tenths is when newcomers begin to be turned away at the next rush. */
const BUSY_FROM = 0.9;

export function loadOf(visitors: number, capacity: number): Load {
  if (visitors === 0) return 'empty';
  if (capacity > 0 && visitors >= capacity) return 'full';
  return capacity > 0 && visitors >= capacity * BUSY_FROM ? 'busy' : 'fine';
}

/** Into the hall, to an observer's place while it is full, into the queue for one, or nowhere until somebody leaves. */
export type WayIn = 'enter' | 'watch' | 'wait' | 'full';

export function wayInto(hall: HallSummary): WayIn {
  if (loadOf(hall.visitors, hall.capacity) !== 'full') return 'enter';
  if (hall.observers < hall.observer_places) return 'watch';
  return hall.queue < hall.queue_places ? 'wait' : 'full';
}

/** How many are let in before oneself; whoever waits where a full hall may be watched is let in to watch first. Its parameter is the count. */
export function aheadSaid(ahead: number, toWatch: boolean): MessageKey {
  if (ahead > 0) return toWatch ? 'wait.ahead_watch' : 'wait.ahead';
  return toWatch ? 'wait.next_watch' : 'wait.next';
}

const FULL = { watch: 'twin.full_watch', wait: 'twin.full_wait', full: 'twin.full' } as const satisfies Record<Exclude<WayIn, 'enter'>, MessageKey>;

/** That it is full and what can be done, as a sentence for a text; its parameters are place and queue. Null while there is room. */
export function fullSaid(hall: HallSummary): MessageKey | null {
  const way = wayInto(hall);
  return way === 'enter' ? null : FULL[way];
}
