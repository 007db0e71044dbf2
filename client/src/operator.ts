/** The operator's first page: how full each hall is, now. Read-only; it asks again every few seconds while it is seen. */
import { fetchHalls, type HallSummary } from './net/api';
import { clock, live, number, pick, t } from './text/catalogue';
import { el, text } from './ui/dom';
import { loadOf, type Load } from './ui/hallLoad';
import { glyph } from './ui/shapes';
import { mountReviews } from './operator/reviewing';
import { workPage } from './ui/workPage';

const POLL_MS = 5000;

type Health = { status: 'ok' | 'late' | 'stopping'; version: string; tick_age_s: number };

/** `null`: no answer came. The route answers 503 with the same shape when it is not well. */
async function fetchHealth(): Promise<Health | null> {
  try {
    return (await (await fetch('/healthz', { signal: AbortSignal.timeout(POLL_MS) })).json()) as Health;
  } catch {
    return null;
  }
}

const LOAD_TAG: Record<Load, string> = { empty: 'tag', fine: 'tag ok', busy: 'tag warn', full: 'tag bad' };
const STATE_TAG = { ok: 'tag ok', late: 'tag warn', stopping: 'tag warn', unreachable: 'tag bad' } as const;

const main = workPage('operator.name');
const state = el('span', 'tag');
const updated = el('span', 'work-updated');
const total = el('p', 'work-total');
const rows = el('tbody');
const version = el('p', 'work-note');

main.append(
  el('div', 'work-head', {}, el('h1', '', {}, text('operator.title')), state, updated),
  total,
  el('div', 'table-wrap', {}, el(
    'table', 'halls-table', {},
    live(el('caption', 'unseen'), 'operator.title'),
    el('thead', '', {}, el('tr', '', {}, ...(['hall', 'here', 'capacity', 'load', 'state'] as const).map((column) =>
      live(el('th', `col-${column}`, { scope: 'col' }), `operator.col_${column}`)))),
    rows,
  )),
  el('p', 'work-note', {}, text('operator.read_only')),
  version,
);

function hallRow(hall: HallSummary): HTMLElement {
  const load = loadOf(hall.visitors, hall.capacity);
  const part = hall.capacity > 0 ? Math.min(1, hall.visitors / hall.capacity) : 0;
  const bar = el('meter', `load ${load}`, { min: 0, max: 1, value: part });
  live(bar, () => t('operator.percent', { percent: Math.round(part * 100) }), 'aria-label');
  return el(
    'tr', '', {},
    el('th', 'col-hall', { scope: 'row' }, el('a', '', { href: `/halls/${encodeURIComponent(hall.id)}` }, glyph(hall.shape),
      live(el('span', 'serif'), () => pick(hall.place)), live(el('span', 'hall-kind'), () => pick(hall.title)))),
    live(el('td', 'col-here'), () => number(hall.visitors)),
    live(el('td', 'col-capacity'), () => number(hall.capacity)),
    el('td', 'col-load', {}, bar),
    el('td', 'col-state', {}, text(`operator.load_${load}`, LOAD_TAG[load])),
  );
}

let known: readonly HallSummary[] = [];
void mountReviews(main, () => known).catch(() => undefined);

async function refresh(): Promise<void> {
  if (document.hidden) return;
  const [health, halls] = await Promise.all([fetchHealth(), fetchHalls().catch(() => null)]);
  const word = health && halls ? health.status : 'unreachable';
  state.className = STATE_TAG[word];
  live(state, `operator.server_${word}`);
  if (!halls) return;
  known = halls;
  const now = new Date();
  const visitors = halls.reduce((sum, hall) => sum + hall.visitors, 0);
  live(updated, () => t('operator.updated', { time: `${clock(now)}:${String(now.getSeconds()).padStart(2, '0')}` }));
  live(total, () => t('operator.total', { count: visitors, halls: halls.length }));
  rows.replaceChildren(...halls.map(hallRow));
  if (health) live(version, () => t('operator.version', { version: health.version }));
}

void refresh();
setInterval(() => void refresh(), POLL_MS);
document.addEventListener('visibilitychange', () => void refresh());
