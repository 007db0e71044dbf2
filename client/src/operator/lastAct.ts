/** The line at the foot: what was done last, with its undo. */
import { live } from '../text/catalogue';
import { button, el, text } from '../ui/dom';
import type { Act } from './api';
import { actSentence, momentOf } from './words';

export class LastAct {
  readonly element = el('div', 'desk-audit', {}, text('landing.loading'));
  #drawn = '';

  constructor(private readonly undo: (act: Act) => void) {}

  draw(act: Act | null): void {
    const drawn = JSON.stringify(act);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    if (!act) return this.element.replaceChildren(text('desk.no_acts'));
    const parts: Node[] = [live(el('time', 'no-autospace', { datetime: act.made_at }), () => momentOf(act.made_at)), live(el('span', 'desk-did'), () => actSentence(act))];
    if (act.holds) parts.push(button({ label: 'desk.undo', className: 'desk-undo', onPress: () => this.undo(act) }));
    else if (act.undone_at) parts.push(text('desk.undone', 'desk-age'));
    this.element.replaceChildren(...parts);
  }
}
