/** Events in words; times are in the visitor's own time zone. */
import type { HallEvent } from '../net/events';
import { clock, dayAndClock, listed, t } from '../text/catalogue';

/** 11月27日 周五 19:30–21:00 */
export function span({ begins_at, ends_at }: { begins_at: string; ends_at: string }): string {
  const [from, to] = [new Date(begins_at), new Date(ends_at)];
  const until = from.toDateString() === to.toDateString() ? clock(to) : dayAndClock(to);
  return `${dayAndClock(from)}–${until}`;
}

/** Today's by the clock alone: 19:30. */
export function shortly(begins_at: string, now: Date): string {
  const at = new Date(begins_at);
  if (at.toDateString() === now.toDateString()) return clock(at);
  const tomorrow = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
  return at.toDateString() === tomorrow.toDateString() ? t('landing.tomorrow', { at: clock(at) }) : t('events.on_day', { month: at.getMonth() + 1, date: at.getDate(), at: clock(at) });
}

export const names = ({ speakers }: Pick<HallEvent, 'speakers'>): string => listed(speakers);
