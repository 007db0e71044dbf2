/** Where people stood about a booth: a matrix of dots of one hue that grow in size and darkness, as on the hall's map. */
import type { Visits } from '../net/boothRecords';
import { live, t } from '../text/catalogue';
import { el, svg, text } from '../ui/dom';

type Heat = NonNullable<Visits['heat']>;

/** Diameter of the fullest dot, and of the least that is seen, as shares of a cell. */
const LARGEST = 0.86;
const LEAST = 0.2;
const LEVELS = 3;

/** How dark a dot is, 1 to 3, and how large; null where next to nobody stood. Its area grows with the time. */
export function dotOf(seconds: number, most: number): { level: number; share: number } | null {
  if (most <= 0 || seconds < most * 0.004) return null;
  const part = Math.min(1, seconds / most);
  return { level: Math.min(LEVELS, 1 + Math.floor(part * LEVELS)), share: LEAST + (LARGEST - LEAST) * Math.sqrt(part) };
}

export function heatMap({ columns, rows, seconds: byRow, cell_m, around_m }: Heat): HTMLElement {
  const seconds = byRow.flat();
  const most = Math.max(...seconds, 0);
  const dots = seconds.map((here, at) => {
    const dot = dotOf(here, most);
    return dot && svg('circle', { class: `heat-${dot.level}`, cx: (at % columns) + 0.5, cy: Math.floor(at / columns) + 0.5, r: dot.share / 2 });
  });
  const margin = around_m / cell_m;
  const drawing = svg(
    'svg', { class: 'heat', viewBox: `0 0 ${columns} ${rows}`, role: 'img' },
    svg('rect', { class: 'plan-slot', x: margin, y: margin, width: Math.max(0.1, columns - 2 * margin), height: Math.max(0.1, rows - 2 * margin), rx: 0.1 }),
    svg('path', { class: 'plan-front', d: `M${margin} ${margin}H${columns - margin}` }), ...dots.filter((dot) => dot !== null),
  );
  live(drawing, () => t('exhibitor.visits.heat_words', sidesOf(seconds, columns, rows, margin)), 'aria-label');
  return el('figure', 'heat-figure', {}, drawing,
    el('figcaption', 'map-legend', {}, ...([1, 2, 3] as const).map((level) => el('span', `dense-${level}`, {}, el('i'), text(`exhibitor.visits.heat_${level}`)))),
    live(el('p', 'work-note'), () => t('exhibitor.visits.heat_words', sidesOf(seconds, columns, rows, margin))));
}

/** Per cent of the time in front of the slot, beside it, behind it and on it: the picture in words. */
export function sidesOf(seconds: readonly number[], columns: number, rows: number, margin: number): Record<'front' | 'sides' | 'back' | 'inside', number> {
  const sums = { front: 0, sides: 0, back: 0, inside: 0 };
  seconds.forEach((here, at) => {
    const [x, z] = [(at % columns) + 0.5, Math.floor(at / columns) + 0.5];
    if (z < margin) sums.front += here;
    else if (z > rows - margin) sums.back += here;
    else if (x < margin || x > columns - margin) sums.sides += here;
    else sums.inside += here;
  });
  const all = Math.max(1e-9, sums.front + sums.sides + sums.back + sums.inside);
  const per = (part: number): number => Math.round((part / all) * 100);
  return { front: per(sums.front), sides: per(sums.sides), back: per(sums.back), inside: per(sums.inside) };
}
