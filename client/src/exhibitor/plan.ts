/**
 * The slot from above: the model's footprint in it, moved by dragging or arrow keys, and the panels' places as numbered marks. The
 * figures beside it say and set the same.
 */
import type { Bounds, Slot } from '../net/api';
import type { Dress } from '../net/boothRecords';
import { live, t } from '../text/catalogue';
import { el, svg } from '../ui/dom';
import { footprint, round, toBooth, toPlan } from './fit';

const AROUND_M = 1;
const STEP_M = 0.05;
const TURN_DEG = 5;

const MARK_M = 0.19;

export interface Plan {
  readonly element: HTMLElement;
  /** Draws the dress as it is now. */
  draw(): void;
}

/**
 * @param front the side of the model that is meant to be seen
 * @param onMove hears of each move; the dress has been changed by then
 */
export function createPlan(slot: Slot, bounds: Bounds | null, front: '+z' | '-z', dress: Dress, onMove: () => void): Plan {
  const [width, , depth] = slot.size_m;
  const view = { left: -width / 2 - AROUND_M, top: -depth / 2 - AROUND_M, width: width + 2 * AROUND_M, depth: depth + 2 * AROUND_M };
  const drawing = svg('svg', { class: 'plan', viewBox: `${view.left} ${view.top} ${view.width} ${view.depth}`, role: 'group' });
  live(drawing, 'exhibitor.plan.title', 'aria-label');
  const model = svg('g', { class: 'plan-model', tabindex: 0, role: 'img' });
  live(model, () => t('exhibitor.plan.model', { x: dress.offset_m[0], z: dress.offset_m[1], turn: dress.yaw_deg }), 'aria-label');
  const marks = svg('g');
  drawing.append(
    svg('rect', { class: 'plan-slot', x: -width / 2, y: -depth / 2, width, height: depth, rx: 0.06 }),
    model, svg('path', { class: 'plan-front', d: `M${-width / 2} ${-depth / 2}H${width / 2}` }), marks,
  );

  const toSlot = (event: PointerEvent): { x: number; z: number } => {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(drawing.getScreenCTM()?.inverse());
    return { x: point.x, z: point.y };
  };
  const draggable = (node: SVGElement, place: () => [number, number], move: (x: number, z: number) => void): void => {
    let grip: [number, number] | null = null;
    node.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      node.focus();
      node.setPointerCapture(event.pointerId);
      const { x, z } = toSlot(event);
      const [atX, atZ] = place();
      grip = [x - atX, z - atZ];
    });
    node.addEventListener('pointermove', (event) => {
      if (!grip) return;
      const { x, z } = toSlot(event);
      move(round(x - grip[0]), round(z - grip[1]));
    });
    for (const type of ['pointerup', 'pointercancel'] as const) node.addEventListener(type, () => { grip = null; });
    node.addEventListener('keydown', (event) => {
      const steps: Record<string, [number, number]> = { ArrowLeft: [-STEP_M, 0], ArrowRight: [STEP_M, 0], ArrowUp: [0, -STEP_M], ArrowDown: [0, STEP_M] };
      const step = steps[event.key];
      if (!step) return;
      event.preventDefault();
      const [x, z] = place();
      move(round(x + step[0]), round(z + step[1]));
    });
  };
  draggable(model, () => dress.offset_m, (x, z) => {
    dress.offset_m = [x, z];
    changed();
  });
  model.addEventListener('keydown', (event) => {
    const turn = { '[': TURN_DEG, ']': -TURN_DEG }[event.key];
    if (!turn) return;
    dress.yaw_deg = (((dress.yaw_deg + turn) % 360) + 360) % 360;
    changed();
  });

  function changed(): void {
    draw();
    onMove();
  }

  function draw(): void {
    const shown = bounds ?? { min: [-0.5, 0, -0.5], max: [0.5, 1, 0.5] };
    const corners = footprint(shown, dress);
    // The front edge with an arrow outwards: which way the booth looks.
    const [a, b] = (front === '-z' ? corners : corners.slice(2)) as [[number, number], [number, number]];
    const middle = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] as const;
    const yaw = ((dress.yaw_deg + (front === '-z' ? 0 : 180)) * Math.PI) / 180;
    model.replaceChildren(
      svg('polygon', { points: corners.map((corner) => corner.join(',')).join(' ') }),
      svg('path', { class: 'plan-arrow', d: `M${middle[0]} ${middle[1]}l${-0.35 * Math.sin(yaw)} ${-0.35 * Math.cos(yaw)}` }),
    );
    live(model, () => t('exhibitor.plan.model', { x: dress.offset_m[0], z: dress.offset_m[1], turn: dress.yaw_deg }), 'aria-label');
    const focused = (document.activeElement as SVGElement | null)?.dataset?.['panel'];
    const places = spread(dress.panels.map(({ at }) => toPlan(at, dress)));
    marks.replaceChildren(...dress.panels.map((panel, index) => {
      const [x, z] = places[index] as [number, number];
      const mark = svg('g', { class: 'plan-panel', tabindex: 0, role: 'img', 'data-panel': panel.id, transform: `translate(${x} ${z})` },
        svg('circle', { r: MARK_M }), svg('text', { y: 0.075 }, String(index + 1)));
      live(mark, () => t('exhibitor.plan.panel', { number: index + 1 }), 'aria-label');
      draggable(mark, () => toPlan(panel.at, dress), (nextX, nextZ) => {
        const [bx, bz] = toBooth([nextX, nextZ], dress);
        panel.at = [round(bx), panel.at[1], round(bz)];
        // Moved in place: a mark that is made anew would lose the pointer that holds it.
        const [px, pz] = toPlan(panel.at, dress);
        mark.setAttribute('transform', `translate(${px} ${pz})`);
        onMove();
      });
      return mark;
    }));
    if (focused) marks.querySelector<SVGElement>(`[data-panel="${CSS.escape(focused)}"]`)?.focus();
  }

  draw();
  return { element: el('div', 'plan-frame', {}, drawing, live(el('p', 'plan-front-word', { 'aria-hidden': true }), 'exhibitor.plan.front')), draw };
}

/** Where marks are drawn: each where it is, but one above another beside it, so that both can be read and taken hold of. */
export function spread(places: readonly (readonly [number, number])[]): [number, number][] {
  const drawn: [number, number][] = [];
  for (const [x, z] of places) {
    let aside = x;
    while (drawn.some(([otherX, otherZ]) => Math.hypot(aside - otherX, z - otherZ) < 1.5 * MARK_M)) aside += 0.1 * MARK_M;
    drawn.push([aside, z]);
  }
  return drawn;
}
