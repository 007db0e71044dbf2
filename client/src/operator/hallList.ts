/** The halls: door, head-count and how full. Drawn once; then figures change in place, so that a press that has begun ends where it began. */
import type { HallSummary } from '../net/api';
import { live, number, pick, t } from '../text/catalogue';
import { el } from '../ui/dom';
import { loadOf } from '../ui/hallLoad';
import { glyph } from '../ui/shapes';
import type { HallState } from './api';

const DOOR_TAG = { open: '', locked: 'tag warn', closed: 'tag bad' } as const;

interface Row {
  readonly element: HTMLElement;
  readonly press: HTMLButtonElement;
  show(state: HallState): void;
}

export class HallList {
  readonly element = el('ul', 'desk-halls');
  readonly #rows = new Map<string, Row>();

  constructor(private readonly choose: (hall: string) => void) {}

  draw(states: readonly HallState[], halls: readonly HallSummary[], watched: string): void {
    const rows = states.map((state) => {
      const known = this.#rows.get(state.hall) ?? this.#row(state.hall, halls.find(({ id }) => id === state.hall));
      this.#rows.set(state.hall, known);
      known.show(state);
      known.press.setAttribute('aria-current', String(state.hall === watched));
      return known.element;
    });
    if (rows.length !== this.element.childElementCount || rows.some((row, place) => row !== this.element.children[place])) this.element.replaceChildren(...rows);
  }

  #row(id: string, hall: HallSummary | undefined): Row {
    const door = el('span', '', { hidden: true });
    const count = el('span', 'desk-hall-count');
    const load = el('meter', '', { min: 0, max: 1 });
    const press = el('button', 'desk-hall', { type: 'button' }, glyph(hall?.shape ?? 'circle'), live(el('span', 'desk-hall-name'), () => (hall ? pick(hall.place) : id)), door, count, load);
    press.addEventListener('click', () => this.choose(id));
    return {
      element: el('li', '', {}, press), press,
      show(state) {
        door.hidden = state.door === 'open';
        door.className = DOOR_TAG[state.door];
        live(door, `desk.door_${state.door}`);
        live(count, () => number(state.visitors));
        load.className = `load ${loadOf(state.visitors, state.capacity)}`;
        load.value = state.capacity > 0 ? state.visitors / state.capacity : 0;
        live(load, () => t('desk.of_capacity', { capacity: number(state.capacity) }), 'aria-label');
      },
    };
  }
}
