/** What came of a booth: visits by day, what was opened, where people stood, and the cards that they left. */
import { fetchLeads, fetchVisits, forgetLead, leadsFile, type BoothRecord, type Lead, type Visits } from '../net/boothRecords';
import { day, live, number, pick, t } from '../text/catalogue';
import { acting } from '../ui/acting';
import { wordsFor } from '../ui/busy';
import { el, icon, svg, text } from '../ui/dom';
import { heatMap } from './heatMap';
import { when, type View } from './parts';
import { details } from './verdict';

const BAR_AREA = { width: 600, height: 120 } as const;
/** Days shown at least, so that one bar is not a wall. */
const DAYS_AT_LEAST = 7;
const DAY_MS = 86_400_000;

export function visitsView(booth: BoothRecord): View {
  const counted = el('div', '', { role: 'status' }, text('landing.loading'));
  const leads = el('section', 'leads', {}, el('h2', '', {}, text('exhibitor.visits.leads')), el('p', '', { role: 'status' }, text('landing.loading')));
  const element = el('div', 'visits', {}, el('h1', '', { tabindex: -1 }, text('exhibitor.visits.title')), counted, leads);
  const failed = (host: HTMLElement) => (error: unknown): void => host.replaceChildren(live(el('p', 'error', { role: 'alert' }), wordsFor(error)));
  fetchVisits(booth.id).then((visits) => counted.replaceChildren(...countedParts(booth, visits)), failed(counted));
  fetchLeads(booth.id).then((list) => leads.replaceChildren(...leadParts(booth, list)), failed(leads));
  return { element, dispose: () => undefined };
}

function countedParts(booth: BoothRecord, visits: Visits): Node[] {
  if (visits.visits === 0 && visits.opened.length === 0) {
    return [el('p', 'work-lead', {}, text(booth.published === null ? 'exhibitor.visits.closed' : 'exhibitor.visits.none'))];
  }
  const what = el('section', '', {}, el('h2', '', {}, text('exhibitor.visits.opened')), opened(booth, visits));
  // Something was opened in passing, or from afar: nobody stayed, and empty charts would say no more.
  if (visits.visits === 0) return [what];
  return [
    live(el('p', 'work-lead'), () => t('exhibitor.visits.sentence', { visits: visits.visits, unique: visits.visitors, dwell: duration(visits.mean_dwell_s ?? 0) })),
    el('section', '', {}, el('h2', '', {}, text('exhibitor.visits.days')), dayBars(visits)),
    el('div', 'visits-two', {},
      what,
      el('section', '', {}, el('h2', '', {}, text('exhibitor.visits.heat')), visits.heat ? heatMap(visits.heat) : el('p', 'work-note', {}, text('exhibitor.visits.no_heat')))),
  ];
}

/** 1 分 20 秒. */
function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? t('exhibitor.seconds', { seconds: whole }) : t('exhibitor.minutes', { minutes: Math.floor(whole / 60), seconds: whole % 60 });
}

export interface Day {
  /** Its midnight, where the reader is. */
  at: Date;
  visits: number;
  dwell_s: number;
}

/** Hours put together to the reader's days, without gaps from the first to the last. */
export function byDay(hours: Visits['hours']): Day[] {
  const days = new Map<number, Day>();
  const midnight = (time: Date): Date => new Date(time.getFullYear(), time.getMonth(), time.getDate());
  for (const { at, visits, dwell_s } of hours) {
    const day = midnight(new Date(at));
    const known = days.get(day.getTime()) ?? { at: day, visits: 0, dwell_s: 0 };
    days.set(day.getTime(), { at: day, visits: known.visits + visits, dwell_s: known.dwell_s + dwell_s });
  }
  const times = [...days.keys()].sort((a, b) => a - b);
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return [];
  const all: Day[] = [];
  // By the calendar, not by 24 hours: clocks are put back and forth.
  for (let at = new Date(first); at.getTime() <= last; at = midnight(new Date(at.getTime() + 1.5 * DAY_MS))) {
    all.push(days.get(at.getTime()) ?? { at, visits: 0, dwell_s: 0 });
  }
  return all;
}

/** One bar a day; the table below says the same in figures. */
function dayBars({ hours }: Visits): HTMLElement {
  const shown = byDay(hours);
  const most = Math.max(...shown.map(({ visits }) => visits), 1);
  const pitch = BAR_AREA.width / Math.max(shown.length, DAYS_AT_LEAST);
  const width = Math.min(40, pitch - 4);
  const bars = shown.map(({ visits }, index) => {
    const height = (visits / most) * (BAR_AREA.height - 22);
    return svg('g', {}, svg('rect', { class: 'day-bar', x: index * pitch + 2, y: BAR_AREA.height - height, width, height, rx: 2 }),
      svg('text', { x: index * pitch + 2 + width / 2, y: BAR_AREA.height - height - 6, 'text-anchor': 'middle' }, shown.length <= 14 && visits > 0 ? number(visits) : ''));
  });
  const head = (['day', 'visits', 'dwell'] as const).map((column) => live(el('th', '', { scope: 'col' }), `exhibitor.visits.col_${column}`));
  const end = (of: Day | undefined): HTMLElement | null => (of ? live(el('span', 'no-autospace'), () => day(of.at)) : null);
  return el('div', 'days', {},
    svg('svg', { class: 'day-bars', viewBox: `0 0 ${BAR_AREA.width} ${BAR_AREA.height + 1}`, 'aria-hidden': true }, ...bars,
      svg('path', { class: 'day-line', d: `M0 ${BAR_AREA.height}H${BAR_AREA.width}` })),
    el('p', 'day-ends', { 'aria-hidden': true }, end(shown[0]), shown.length > 1 ? end(shown.at(-1)) : null),
    details(() => t('exhibitor.visits.figures'), el('div', 'table-wrap', {}, el('table', '', {}, el('thead', '', {}, el('tr', '', {}, ...head)),
      el('tbody', '', {}, ...[...shown].reverse().map(({ at, visits, dwell_s }) => el('tr', '', {}, live(el('th', 'no-autospace', { scope: 'row' }), () => day(at)),
        live(el('td'), () => number(visits)), live(el('td'), () => duration(visits > 0 ? dwell_s / visits : 0)))))))));
}

/** What an id of the counts is called on the booth. */
function itemName(booth: BoothRecord, item: string): string {
  const dress = booth.dress;
  const title = dress?.panels.find(({ id }) => id === item)?.title ?? dress?.products.find(({ id }) => id === item)?.name;
  if (title) return pick(title) || item;
  const link = /^link-(\d+)$/.exec(item);
  const label = link ? dress?.links[Number(link[1]) - 1]?.label : undefined;
  if (label) return pick(label) || item;
  return item === 'about' ? t('exhibitor.visits.about') : item;
}

function opened(booth: BoothRecord, { opened: items }: Visits): HTMLElement {
  if (items.length === 0) return el('p', 'work-note', {}, text('exhibitor.visits.none_opened'));
  const most = Math.max(...items.map(({ count }) => count));
  return el('ul', 'opened', {}, ...[...items].sort((a, b) => b.count - a.count).map(({ item, count }) => el(
    'li', '', {}, live(el('span', 'opened-what'), () => itemName(booth, item)),
    svg('svg', { class: 'amount', viewBox: '0 0 100 8', height: 8, preserveAspectRatio: 'none', 'aria-hidden': true },
      svg('rect', { class: 'ground', width: 100, height: 8, rx: 1 }), svg('rect', { class: 'jade', width: (count / most) * 100, height: 8, rx: 1 })),
    live(el('span', 'opened-count'), () => t('exhibitor.visits.times', { count })))));
}

function leadParts(booth: BoothRecord, leads: readonly Lead[]): Node[] {
  const title = el('div', 'work-head spread', {}, el('h2', '', {}, text('exhibitor.visits.leads')),
    leads.length > 0 ? el('a', 'btn', { href: leadsFile(booth.id), download: true }, icon('download'), text('exhibitor.visits.csv')) : null);
  if (leads.length === 0) return [title, el('p', 'work-note', {}, text('exhibitor.visits.no_leads'))];
  const head = (['name', 'contact', 'note', 'at'] as const).map((column) => live(el('th', '', { scope: 'col' }), `exhibitor.visits.lead_${column}`));
  return [title, el('div', 'table-wrap', {}, el('table', 'lead-table', {}, el('thead', '', {}, el('tr', '', {}, ...head, live(el('th', '', { scope: 'col' }), 'exhibitor.remove'))),
    el('tbody', '', {}, ...leads.map((lead) => leadRow(booth, lead))))), el('p', 'work-note', {}, text('exhibitor.visits.leads_text'))];
}

/** A card can be forgotten, as whoever left it may ask; the second press does it, for nothing brings it back. */
function leadRow(booth: BoothRecord, { id, name, contact, note, left_at: at }: Lead): HTMLElement {
  const row = el('tr', '', {}, el('th', '', { scope: 'row' }, name), el('td', '', {}, contact), el('td', '', {}, note),
    el('td', '', {}, live(el('time', 'no-autospace', { datetime: at }), () => when(at))),
    el('td', '', {}, acting('exhibitor.remove', 'exhibitor.visits.forget_sure', async () => {
      await forgetLead(booth.id, id);
      row.remove();
    })));
  return row;
}
