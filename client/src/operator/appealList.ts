/** What people say who think that an act was wrong, and the two answers; nothing is seen while nobody says anything. */
import { live } from '../text/catalogue';
import { acting } from '../ui/acting';
import { el, text } from '../ui/dom';
import { answerAppeal, type Appeal } from './api';
import { actSentence } from './words';

export class AppealList {
  readonly #list = el('ul', 'desk-appeals');
  readonly element = el('section', '', { hidden: true }, el('h2', 'desk-label', {}, text('desk.appeals')), this.#list);
  #drawn = '';

  /** @param answered one was: they are to be read again */
  constructor(private readonly answered: () => Promise<void>) {}

  draw(appeals: readonly Appeal[]): void {
    const drawn = JSON.stringify(appeals);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.element.hidden = appeals.length === 0;
    this.#list.replaceChildren(...appeals.map((appeal) => this.#row(appeal)));
  }

  #row({ act, text: said, contact }: Appeal): HTMLElement {
    return el(
      'li', 'desk-appeal', {}, el('strong', '', {}, act.name), el('p', '', {}, said), contact ? el('p', 'desk-age', {}, contact) : null,
      live(el('p', 'desk-age'), () => actSentence(act)),
      el('div', 'chips', {}, ...(['grant', 'decline'] as const).map((answer) => acting(`desk.${answer}`, null, async () => {
        await answerAppeal(act.id, answer);
        await this.answered();
      }))),
    );
  }
}
