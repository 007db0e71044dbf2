/** Today's programme of all halls: what runs now, then what comes next. */
import type { Bilingual, HallSummary } from '../net/api';
import { day, headCount, live, pick, t } from '../text/catalogue';
import { el, text } from './dom';
import { glyph } from './shapes';
import { windowInputId } from './windows';

/** What a programme point lasts, as it has no end of its own. */
const LASTS_MIN = 45;

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
}

export function createProgramme(): Programme {
  const rows = el('ul', 'programme-rows');
  const today = el('span', 'programme-day no-autospace');
  const element = el('section', 'programme', { id: 'programme' }, el('header', '', {}, el('h2', '', {}, text('landing.programme')), today), rows);
  return {
    element,
    update(halls, now) {
      live(today, () => day(now));
      const next = upcoming(halls, now.getHours() * 60 + now.getMinutes(), 3);
      element.hidden = next.length === 0;
      rows.replaceChildren(...next.map(programmeRow));
    },
  };
}

/** The title is a label of the hall's window: pressing it chooses the hall. */
function programmeRow({ hall, at, title, when }: ProgrammeRow): HTMLLIElement {
  const time = el('span', `programme-time ${when}`);
  live(time, () => (when === 'now' ? t('landing.now') : when === 'tomorrow' ? t('landing.tomorrow', { at }) : at));
  const row = el(
    'li', '', {}, time, glyph(hall.shape),
    live(el('label', 'programme-title', { for: windowInputId(hall.id) }), () => pick(title)),
  );
  if (when === 'now' && hall.visitors > 0) {
    row.append(live(el('span', 'tag ok'), () => t('landing.in_hall', { count: headCount(hall.visitors) })));
  }
  return row;
}
