/** How full a hall is, and what becomes of who comes. */
import type { HallSummary } from '../net/api';
import { shortly } from '../events/words';
import { t, type MessageKey } from '../text/catalogue';

/** In a word. */
export type Load = 'empty' | 'fine' | 'busy' | 'full';

/** Nine tenths is when newcomers begin to be turned away at the next rush. */
const BUSY_FROM = 0.9;

export function loadOf(visitors: number, capacity: number): Load {
  if (visitors === 0) return 'empty';
  if (capacity > 0 && visitors >= capacity) return 'full';
  return capacity > 0 && visitors >= capacity * BUSY_FROM ? 'busy' : 'fine';
}

/** Into the hall, to an observer's place while it is full, into the queue for one, or nowhere until somebody leaves or the door opens. */
export type WayIn = 'enter' | 'watch' | 'wait' | 'full' | 'locked' | 'closed';

export function wayInto(hall: HallSummary): WayIn {
  if (hall.door !== 'open') return hall.door;
  if (loadOf(hall.visitors, hall.capacity) !== 'full') return 'enter';
  if (hall.observers < hall.observer_places) return 'watch';
  return hall.queue < hall.queue_places ? 'wait' : 'full';
}

/** How many are let in before oneself; whoever waits where a full hall may be watched is let in to watch first. Its parameter is the count. */
export function aheadSaid(ahead: number, toWatch: boolean): MessageKey {
  if (ahead > 0) return toWatch ? 'wait.ahead_watch' : 'wait.ahead';
  return toWatch ? 'wait.next_watch' : 'wait.next';
}

/** That a hall is shut, and when it opens where that is known. */
export function shutSaid(hall: HallSummary, now = new Date()): string {
  if (hall.opens_at !== null) return t('landing.opens', { at: shortly(hall.opens_at, now) });
  return t(hall.door === 'locked' ? 'landing.hall_locked' : 'landing.hall_closed');
}

/** How many have to leave an overfull hall before the next is let in; 0 where one is as many as anybody expects. */
export function mustLeave(here: number, capacity: number): number {
  return here > capacity ? here - capacity + 1 : 0;
}

const FULL = { watch: 'twin.full_watch', wait: 'twin.full_wait', full: 'twin.full', locked: 'twin.locked', closed: 'twin.closed' } as const satisfies Record<Exclude<WayIn, 'enter'>, MessageKey>;

/** That it is full or shut and what can be done, as a sentence for a text; its parameters are place and queue. Null while there is room. */
export function fullSaid(hall: HallSummary): MessageKey | null {
  const way = wayInto(hall);
  return way === 'enter' ? null : FULL[way];
}
