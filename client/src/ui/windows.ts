/**
 * The openings in the garden wall: one radio button a hall, drawn as a window of the hall's shape onto its poster.
 *
 * A hall without a poster (yet) shows a landscape of ink washes in its own colour. Choosing one lights its rim like a lamp.
 */
import type { HallSummary } from '../net/api';
import { headCount, live, pick, t, type MessageKey } from '../text/catalogue';
import { el, icon, svg, text } from './dom';
import { shutSaid, wayInto, type WayIn } from './hallLoad';
import { GLYPH_VIEW_BOX, shapeOf, shapePath } from './shapes';

export interface HallWindows {
  readonly element: HTMLFieldSetElement;
  readonly chosen: string | null;
  setHalls(halls: readonly HallSummary[]): void;
  choose(id: string): void;
}

/** The id of a hall's radio button, for labels elsewhere on the page. */
export const windowInputId = (hall: string): string => `window-${hall}`;

const COUNTED: Readonly<Record<Exclude<WayIn, 'locked' | 'closed'>, MessageKey>> = {
  enter: 'landing.people', watch: 'landing.hall_full', wait: 'landing.hall_queue', full: 'landing.hall_no_place',
};

export function createWindows(onChoose: (id: string) => void): HallWindows {
  const row = el('div', 'windows-row');
  const element = el('fieldset', 'windows', {}, text('landing.choose_hall', 'unseen'), row);
  live(element, 'landing.choose_hall', 'aria-label');
  let halls: readonly HallSummary[] = [];
  let chosen: string | null = null;

  const choose = (id: string): void => {
    chosen = id;
    const input = row.querySelector<HTMLInputElement>(`#${CSS.escape(windowInputId(id))}`);
    if (!input) return;
    input.checked = true;
    bringToCentre(row, input);
    onChoose(id);
  };

  return {
    element,
    get chosen() {
      return chosen;
    },
    setHalls(next) {
      const sameHalls = next.length === halls.length && next.every((hall, i) => sameWindow(hall, halls[i]));
      halls = next;
      if (sameHalls) {
        next.forEach((hall, i) => updateCount(row.children[i], hall));
        return;
      }
      row.replaceChildren(...next.map((hall) => hallWindow(hall, choose)));
      element.classList.toggle('many', next.length > 4);
      const first = next.find((hall) => hall.id === chosen) ?? next[0];
      if (first) choose(first.id);
    },
    choose,
  };
}

const sameWindow = (a: HallSummary, b: HallSummary | undefined): boolean =>
  b !== undefined && a.id === b.id && a.shape === b.shape && a.poster === b.poster;

/** On a phone the row scrolls sideways; the chosen window stands in its middle with its neighbours peeking. */
function bringToCentre(row: HTMLElement, input: HTMLInputElement): void {
  const item = input.closest<HTMLElement>('.hall-window');
  if (!item || row.scrollWidth <= row.clientWidth) return;
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  row.scrollTo({ left: item.offsetLeft - (row.clientWidth - item.offsetWidth) / 2, behavior: still ? 'auto' : 'smooth' });
}

function hallWindow(hall: HallSummary, choose: (id: string) => void): HTMLElement {
  const input = el('input', 'unseen', { type: 'radio', name: 'hall', id: windowInputId(hall.id), value: hall.id });
  input.addEventListener('change', () => choose(hall.id));
  const item = el(
    'label', `hall-window shape-${shapeOf(hall.shape)}`, { for: input.id }, input,
    el('span', 'opening', {}, drawing(hall), el('span', 'tick', {}, icon('check'))),
    live(el('span', 'hall-title serif'), () => pick(hall.title)),
    el('span', 'hall-facts', {}, live(el('span', 'hall-place'), () => pick(hall.place)), el('span', 'sep'), el('span', 'hall-count')),
  );
  updateCount(item, hall);
  return item;
}

/** "1,204 人": the sentence is the language's, the number in it is set in bold. A full hall says so, and what can be done. */
function updateCount(item: Element | undefined, hall: HallSummary): void {
  const node = item?.querySelector('.hall-count');
  if (!node) return;
  const way = wayInto(hall);
  item?.classList.toggle('full', way !== 'enter');
  item?.classList.toggle('shut', way === 'locked' || way === 'closed');
  if (way === 'locked' || way === 'closed') return node.replaceChildren(live(el('b'), () => shutSaid(hall)));
  const sentence = way === 'wait' && hall.queue === 0 ? 'landing.hall_queue_empty' : COUNTED[way];
  const around = (side: 0 | 1) => () => t(sentence, { n: hall.visitors, queue: hall.queue }).split('{count}')[side] ?? '';
  node.replaceChildren(live(el('span'), around(0)), live(el('b'), () => headCount(hall.visitors)), live(el('span'), around(1)));
}

function drawing(hall: HallSummary): SVGSVGElement {
  const shape = shapeOf(hall.shape);
  const d = shapePath(shape);
  const clip = `clip-${hall.id}`;
  const rim = `rim-${hall.id}`;
  const scene = svg('g', { 'clip-path': `url(#${clip})` }, inkLandscape());
  if (hall.poster) {
    const picture = svg('image', {
      href: hall.poster, x: 6, y: 6, width: 208, height: 208, preserveAspectRatio: shape === 'fan' ? 'xMidYMin slice' : 'xMidYMid slice',
    });
    picture.addEventListener('error', () => picture.remove());
    scene.append(picture);
  }
  scene.append(svg('path', { class: 'reveal', d, transform: 'translate(2 4)' }));
  return svg(
    'svg', { viewBox: GLYPH_VIEW_BOX, 'aria-hidden': true },
    svg('defs', {},
      svg('clipPath', { id: clip }, svg('path', { d })),
      svg('linearGradient', { id: rim, x1: 0, y1: 0, x2: 0.75, y2: 1 },
        svg('stop', { class: 'rim-from', offset: 0 }), svg('stop', { class: 'rim-to', offset: 1 }))),
    scene,
    svg('path', { class: 'rim', d, stroke: `url(#${rim})` }),
  );
}

/** Three washes of hills under a pale sky, in the hall's colour: what a window shows while it has no picture. */
function inkLandscape(): SVGGElement {
  return svg(
    'g', { class: 'ink-landscape' },
    svg('rect', { class: 'ink-sky', x: 0, y: 0, width: 220, height: 220 }),
    svg('circle', { class: 'ink-sun', cx: 142, cy: 74, r: 17 }),
    svg('path', { class: 'ink-far', d: 'M0 132C30 104 46 98 66 112C84 92 104 82 124 106C146 92 168 96 186 116C200 108 212 112 220 116V220H0Z' }),
    svg('path', { class: 'ink-mid', d: 'M0 158C24 142 44 134 70 152C96 130 118 128 142 148C166 136 196 140 220 152V220H0Z' }),
    svg('path', { class: 'ink-near', d: 'M0 184C36 168 74 172 108 180C142 170 182 170 220 182V220H0Z' }),
  );
}
