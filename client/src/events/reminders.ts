/**
 * "Remind me": which events, kept in this browser and nowhere else, and when to say so: five minutes before, at the
 * beginning, and that it was cancelled.
 *
 * It is looked while a page of ours is open. What was said once is not said again, in another tab neither.
 */
import type { HallEvent } from '../net/events';

const KEY = 'yuanzhan.reminders';
const SOON_MS = 5 * 60_000;
/** Whoever opens the page later than this after the beginning has no use for a reminder. */
const LATE_MS = 10 * 60_000;
const KEPT_MAX = 200;

export type Said = '' | 'soon' | 'now' | 'cancelled';

export interface Due {
  event: HallEvent;
  what: 'soon' | 'now' | 'cancelled';
}

/** What to say of these events now, given what was said already. */
export function dueOf(events: readonly HallEvent[], wished: Readonly<Record<string, Said>>, now_ms: number): Due[] {
  const due: Due[] = [];
  for (const event of events) {
    const said = wished[event.id];
    if (said === undefined || said === 'cancelled') continue;
    if (event.phase === 'cancelled') {
      if (Date.parse(event.ends_at) > now_ms) due.push({ event, what: 'cancelled' });
      continue;
    }
    if (said === 'now') continue;
    const left_ms = Date.parse(event.begins_at) - now_ms;
    if (left_ms <= 0) {
      if (left_ms > -LATE_MS) due.push({ event, what: 'now' });
    } else if (left_ms <= SOON_MS && said === '') due.push({ event, what: 'soon' });
  }
  return due;
}

export function wishes(): Record<string, Said> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return typeof kept === 'object' && kept !== null ? (kept as Record<string, Said>) : {};
  } catch {
    return {};
  }
}

function keep(next: Readonly<Record<string, Said>>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(Object.entries(next).slice(-KEPT_MAX))));
  } catch {
    // The browser keeps nothing: then nobody is reminded.
  }
}

export const isWished = (id: string): boolean => wishes()[id] !== undefined;

export function wish(id: string, on: boolean): void {
  const next = wishes();
  if (on) next[id] = '';
  else delete next[id];
  keep(next);
}

/** What is due, noted as said. `events` is the whole programme: wishes for what is over are forgotten. */
export function takeDue(events: readonly HallEvent[], now_ms: number): Due[] {
  const wished = wishes();
  const due = dueOf(events, wished, now_ms);
  const next = { ...wished, ...Object.fromEntries(due.map(({ event, what }) => [event.id, what])) };
  const planned = new Set(events.map(({ id }) => id));
  const kept = Object.fromEntries(Object.entries(next).filter(([id]) => planned.has(id)));
  if (due.length > 0 || Object.keys(kept).length < Object.keys(wished).length) keep(kept);
  return due;
}
