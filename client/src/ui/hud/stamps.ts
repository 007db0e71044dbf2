/** The stamps of a hall: its check-in points, and which of them were reached. */
import type { HallDescriptor } from '../../net/api';
import { live, number, pick, t } from '../../text/catalogue';
import { openDialog } from '../dialog';
import { el, icon, text } from '../dom';

export class StampBook {
  #hall: HallDescriptor | null = null;
  readonly #reached = new Set<string>();
  /** The first stamps told of a hall are those of earlier visits. */
  #known = false;

  setHall(hall: HallDescriptor): void {
    this.#hall = hall;
    this.#reached.clear();
    this.#known = false;
  }

  get all(): number {
    return this.#hall?.checkins.length ?? 0;
  }

  get done(): number {
    return this.#hall?.checkins.filter(({ id }) => this.#reached.has(id)).length ?? 0;
  }

  /** Takes the ids of all points reached. Returns those that are new. */
  reach(ids: readonly string[]): HallDescriptor['checkins'] {
    const fresh = this.#known ? ids.filter((id) => !this.#reached.has(id)) : [];
    for (const id of ids) this.#reached.add(id);
    this.#known = true;
    return this.#hall?.checkins.filter(({ id }) => fresh.includes(id)) ?? [];
  }

  open(): void {
    if (this.#hall) openStamps(this.#hall, this.#reached);
  }
}

function openStamps(hall: HallDescriptor, reached: ReadonlySet<string>): void {
  const done = hall.checkins.filter(({ id }) => reached.has(id)).length;
  const summary = live(el('p', 'stamps-summary'), () => t('stamps.summary', { done: number(done), all: number(hall.checkins.length) }));
  const rows = hall.checkins.map(({ id, title }) => {
    const has = reached.has(id);
    return el(
      'li', has ? 'stamped' : '', {}, el('span', 'stamp-seal', {}, has ? icon('stamp') : null), live(el('span', 'place-name serif'), () => pick(title)),
      text(has ? 'stamps.reached' : 'stamps.not_yet', has ? 'tag ok' : 'tag'),
    );
  });
  openDialog('stamps.title', 'narrow', [summary, el('ul', 'stamps-list', {}, ...rows)]);
}
