/** The programme of all halls: events that run or come soon, then what the halls have each day. */
import { shortly } from '../events/words';
import type { Bilingual, HallSummary } from '../net/api';
import type { HallEvent } from '../net/events';
import { day, headCount, live, pick, t } from '../text/catalogue';
import { button, el, text } from './dom';
import { openProgramme } from './programmeSheet';
import { glyph } from './shapes';
import { windowInputId } from './windows';

/** What a programme point lasts, as it has no end of its own. */
const LASTS_MIN = 45;
const ROWS = 3;
const SOON_MS = 7 * 24 * 3_600_000;

export type ProgrammeRow = { hall: HallSummary; at: string; title: Bilingual; when: 'now' | 'today' | 'tomorrow' };

/**
 * The next `limit` points: running ones first, then today's, then tomorrow's (the programme is the same each day).
 * @param minutes minutes since midnight
 */
export function upcoming(halls: readonly HallSummary[], minutes: number, limit: number): ProgrammeRow[] {
  const points = halls
    .flatMap((hall) => hall.programme.map((point) => ({ hall, ...point, start: minutesOf(point.at) })))
    .filter((point) => point.start !== null)
    .map((point) => ({ ...point, start: point.start as number }))
    .sort((a, b) => a.start - b.start);
  const today = points.filter((point) => point.start + LASTS_MIN > minutes);
  const tomorrow = points.filter((point) => point.start + LASTS_MIN <= minutes);
  const row = (point: (typeof points)[number], when: ProgrammeRow['when']): ProgrammeRow =>
    ({ hall: point.hall, at: point.at, title: point.title, when });
  return [
    ...today.map((point) => row(point, point.start <= minutes ? 'now' : 'today')),
    ...tomorrow.map((point) => row(point, 'tomorrow')),
  ].slice(0, limit);
}

/** "15:30" to minutes since midnight; null for what is no time. */
export function minutesOf(at: string): number | null {
  const match = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(at);
  return match ? Number(match[1]) * 60 + Number(match[2]) : null;
}

export interface Programme {
  readonly element: HTMLElement;
  update(halls: readonly HallSummary[], now: Date): void;
  setEvents(events: readonly HallEvent[]): void;
}

export function createProgramme(): Programme {
  const rows = el('ul', 'programme-rows');
  const heading = el('span');
  const date = el('span', 'programme-day no-autospace');
  let events: readonly HallEvent[] = [];
  let halls: readonly HallSummary[] = [];
  const all = button({ label: 'events.all_day', className: 'btn ghost small programme-all', onPress: () => void openProgramme(halls, null) });
  const element = el('section', 'programme', { id: 'programme' }, el('header', '', {}, el('h2', '', {}, heading), date, all), rows);
  return {
    element,
    setEvents(next) {
      events = next;
    },
    update(next, now) {
      halls = next;
      all.hidden = events.length === 0;
      const soon = soonest(events, halls, now);
      const daily = upcoming(halls, now.getHours() * 60 + now.getMinutes(), ROWS - soon.length);
      element.hidden = soon.length + daily.length === 0;
      const isOver = dayIsOver(soon, daily, now);
      live(heading, isOver ? 'landing.programme_tomorrow' : 'landing.programme');
      live(date, () => day(isOver ? dayAfter(now) : now));
      rows.replaceChildren(...soon.map((each) => eventRow(each, now)), ...daily.map((row) => programmeRow(row, isOver)));
    },
  };
}

/** Nothing of what is listed is of today any more. */
export function dayIsOver(soon: readonly Pick<Soon, 'event'>[], daily: readonly ProgrammeRow[], now: Date): boolean {
  return daily.every(({ when }) => when === 'tomorrow') && soon.every(({ event }) => event.phase !== 'running' && new Date(event.begins_at) >= dayAfter(now));
}

const dayAfter = (now: Date): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);

type Soon = { event: HallEvent; hall: HallSummary };

/** What runs, and what begins within a week. */
export function soonest(events: readonly HallEvent[], halls: readonly HallSummary[], now: Date): Soon[] {
  return events
    .filter(({ phase, begins_at }) => phase !== 'cancelled' && phase !== 'over' && Date.parse(begins_at) - now.getTime() < SOON_MS)
    .map((event) => ({ event, hall: halls.find(({ id }) => id === event.hall) }))
    .filter((each): each is Soon => each.hall !== undefined)
    .slice(0, ROWS);
}

function eventRow({ event, hall }: Soon, now: Date): HTMLLIElement {
  const runs = event.phase === 'running' || Date.parse(event.begins_at) <= now.getTime();
  const time = el('span', `programme-time ${runs ? 'now' : 'later'}`);
  live(time, () => (runs ? t('landing.now') : shortly(event.begins_at, now)));
  const row = el('li', '', { 'data-event': event.id }, time, glyph(hall.shape), live(el('label', 'programme-title', { for: windowInputId(hall.id) }), () => pick(event.title)));
  if (event.phase === 'doors') row.append(text('landing.doors', 'tag warn'));
  else if (runs && hall.visitors > 0) row.append(live(el('span', 'tag ok'), () => t('landing.in_hall', { count: headCount(hall.visitors) })));
  return row;
}

/** The title is a label of the hall's window: pressing it chooses the hall. */
function programmeRow({ hall, at, title, when }: ProgrammeRow, isUnderTomorrow: boolean): HTMLLIElement {
  const time = el('span', `programme-time ${when}`);
  live(time, () => (when === 'now' ? t('landing.now') : when === 'tomorrow' && !isUnderTomorrow ? t('landing.tomorrow', { at }) : at));
  const row = el(
    'li', '', {}, time, glyph(hall.shape),
    live(el('label', 'programme-title', { for: windowInputId(hall.id) }), () => pick(title)),
  );
  if (when === 'now' && hall.visitors > 0) {
    row.append(live(el('span', 'tag ok'), () => t('landing.in_hall', { count: headCount(hall.visitors) })));
  }
  return row;
}
