/** Booths that wait for approval, in the place of the map, and the button between the two. */
import type { HallSummary } from '../net/api';
import { live, number } from '../text/catalogue';
import { button, el } from '../ui/dom';
import { createReviews } from './reviews';

export class ReviewsSwitch {
  readonly element = el('section', 'desk-reviews', { hidden: true });
  readonly button = button({ label: 'desk.reviews', className: 'btn', onPress: () => this.toggle() });
  readonly #count = el('span', 'desk-badge', { hidden: true });
  /** Where nothing else waits and booths do, they are what is seen first; from then on the operator decides. */
  #hasOpened = false;

  /** @param map what is seen instead @param mapSeen it is again @param isIdle nothing else waits */
  constructor(private readonly map: HTMLElement, private readonly mapSeen: () => void, private readonly isIdle: () => boolean) {
    this.button.append(this.#count);
  }

  start(halls: () => readonly HallSummary[]): void {
    const reviews = createReviews(halls, (count) => this.#counted(count));
    this.element.append(reviews.element);
    reviews.start();
  }

  toggle(): void {
    const open = this.element.hidden;
    this.element.hidden = !open;
    this.map.hidden = open;
    this.button.setAttribute('aria-pressed', String(open));
    if (!open) this.mapSeen();
  }

  #counted(count: number): void {
    this.#count.hidden = count === 0;
    live(this.#count, () => number(count));
    if (count === 0 || this.#hasOpened) return;
    this.#hasOpened = true;
    if (this.element.hidden && this.isIdle()) this.toggle();
  }
}
