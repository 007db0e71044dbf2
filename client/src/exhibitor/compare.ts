/** What the optimiser changed, in figures with bars: grey before, jade after, a tick for the limit. */
import type { Cost, Heavy, Version } from '../net/boothRecords';
import { live, number, pick, t, type MessageKey } from '../text/catalogue';
import { BOOTH_LIMITS } from '../ui/boothLimits';
import { el, svg, text } from '../ui/dom';
import { size } from './parts';

type Figure = { key: keyof Cost; label: MessageKey; limit: number | null; say: (value: number) => string; sayLimit?: () => string };

const FIGURES: readonly Figure[] = [
  { key: 'bytes', label: 'exhibitor.figure.bytes', limit: BOOTH_LIMITS.megabytes * 1_000_000, say: size, sayLimit: () => t('exhibitor.megabytes', { size: BOOTH_LIMITS.megabytes }) },
  { key: 'triangles', label: 'exhibitor.figure.triangles', limit: BOOTH_LIMITS.triangles, say: number },
  { key: 'draws', label: 'exhibitor.figure.draws', limit: null, say: number },
  { key: 'materials', label: 'exhibitor.materials', limit: BOOTH_LIMITS.materials, say: number },
  { key: 'texture_bytes', label: 'exhibitor.figure.texture_bytes', limit: null, say: size },
];
const HEAVIEST_SHOWN = 3;

/** What weighs most, with what can be done about it; nothing where the server tells nothing. */
export function heaviestParts({ heaviest: parts }: Version): HTMLElement | null {
  if (parts.length === 0) return null;
  const most = Math.max(...parts.map(({ share }) => share), 1e-6);
  return el(
    'section', 'heaviest', {}, el('h2', '', {}, text('exhibitor.heaviest')),
    el('ul', '', {}, ...parts.slice(0, HEAVIEST_SHOWN).map((part) => el(
      'li', '', {}, el('div', '', {}, el('bdi', 'heavy-name', {}, nameOf(part)), live(el('span', 'heavy-why'), () => pick(part.message))),
      bar([{ share: part.share / most, className: 'brass' }], null),
      live(el('span', 'heavy-size'), () => weightOf(part)),
    ))),
  );
}

/** In bytes, or in triangles; what is many in number alone says so in its sentence. */
function weightOf({ bytes, triangles }: Heavy): string {
  if (bytes > 0) return size(bytes);
  return triangles > 0 ? t('exhibitor.triangle_count', { count: triangles }) : '';
}

const nameOf = ({ texture, node, mesh, material }: Heavy): string => texture || node || mesh || material;

/** Each figure before and after, beside what halls allow. */
export function beforeAndAfter({ before, after }: Version): HTMLElement | null {
  if (!before || !after) return null;
  const key = (className: string, label: MessageKey): HTMLElement => el('span', className, {}, el('i'), text(label));
  return el(
    'section', 'compare', {},
    el('div', 'compare-head', {}, el('h2', '', {}, text('exhibitor.compare')),
      el('p', 'compare-key', { 'aria-hidden': true }, key('grey', 'exhibitor.before'), key('jade', 'exhibitor.after'), key('mark', 'exhibitor.limit'))),
    el('table', 'compare-table', {},
      el('thead', '', {}, el('tr', '', {}, el('td'), ...(['exhibitor.before', 'exhibitor.after'] as const).map((column) => live(el('th', '', { scope: 'col' }), column)),
        el('td', 'bar-cell'), live(el('th', '', { scope: 'col' }), 'exhibitor.limit'))),
      el('tbody', '', {}, ...FIGURES.filter(({ key: figure }) => figure in before && figure in after).map(({ key: figure, label, limit, say, sayLimit }) => {
        const most = Math.max(before[figure], after[figure], limit ?? 0, 1);
        return el('tr', limit !== null && after[figure] > limit ? 'over' : '', {}, live(el('th', '', { scope: 'row' }), label),
          live(el('td', 'was'), () => say(before[figure])), live(el('td', 'is'), () => say(after[figure])),
          el('td', 'bar-cell', {}, bar([{ share: before[figure] / most, className: 'grey' }, { share: after[figure] / most, className: 'jade' }], limit === null ? null : limit / most)),
          live(el('td', 'may'), () => (limit === null ? '' : sayLimit?.() ?? say(limit))));
      }))),
  );
}

const BAR_WIDTH = 232;

/** Bars over each other in a drawing of their own: the table says the same in figures. */
function bar(parts: readonly { share: number; className: string }[], tick: number | null): SVGSVGElement {
  const height = parts.length > 1 ? 20 : 8;
  return svg(
    'svg', { class: 'amount', viewBox: `0 0 ${BAR_WIDTH} ${height}`, preserveAspectRatio: 'none', 'aria-hidden': true, height },
    parts.length === 1 ? svg('rect', { class: 'ground', x: 0, y: 0, width: BAR_WIDTH, height, rx: 2 }) : null,
    ...parts.map(({ share, className }, index) => svg('rect', {
      class: className, x: 0, y: parts.length > 1 ? 3 + index * 8 : 0, width: Math.max(2, share * BAR_WIDTH), height: parts.length > 1 ? 6 : height, rx: 1,
    })),
    tick === null ? null : svg('rect', { class: 'mark', x: Math.min(BAR_WIDTH - 2, tick * BAR_WIDTH), y: 0, width: 2, height }),
  );
}
