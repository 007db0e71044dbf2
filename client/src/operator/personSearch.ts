/** Finding somebody by their name while it is typed, in all halls: who is here, watches or waits, then who said something today. */
import { ApiError, type HallSummary } from '../net/api';
import { clock, live, pick, t } from '../text/catalogue';
import { button, el, icon, text } from '../ui/dom';
import { wordsFor } from '../ui/busy';
import { STANDINGS } from './chosenPanel';
import { searchPeople, type Left, type Person } from './api';

const SEARCH_WAIT_MS = 250;

export class PersonSearch {
  readonly #field = el('input', '', { type: 'search', id: 'desk-search', autocomplete: 'off' });
  readonly #found = el('ul', 'desk-found', { hidden: true });
  readonly element = el('div', 'desk-search', { role: 'search' }, icon('search'), this.#field, el('kbd', 'kbd', { 'aria-hidden': true }, '/'), this.#found);
  #waiting = 0;
  /** The words that what is listed was found by. */
  #foundBy = '';

  constructor(
    private readonly halls: () => readonly HallSummary[], private readonly choose: (person: Person) => void, private readonly chooseLeft: (left: Left) => void,
  ) {
    live(this.#field, 'desk.search', 'placeholder');
    live(this.#field, 'desk.search', 'aria-label');
    this.#field.addEventListener('input', () => {
      clearTimeout(this.#waiting);
      this.#waiting = window.setTimeout(() => void this.#search(), SEARCH_WAIT_MS);
    });
    this.element.addEventListener('keydown', (event) => this.#key(event));
  }

  focus(): void {
    this.#field.focus();
  }

  /** Nothing is looked for any more. */
  close(): void {
    clearTimeout(this.#waiting);
    this.#field.value = '';
    this.#foundBy = '';
    this.#found.hidden = true;
  }

  /** Arrows go through those found and back to the field; Enter in the field takes the first. */
  #key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const rows = [...this.#found.querySelectorAll('button')];
    const steps = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (steps !== undefined && !this.#found.hidden) {
      event.preventDefault();
      const to = rows.findIndex((row) => row === document.activeElement) + steps;
      (to < 0 ? this.#field : rows[Math.min(to, rows.length - 1)])?.focus();
    } else if (event.key === 'Enter' && event.target === this.#field) {
      event.preventDefault();
      void this.#takeFirst();
    }
  }

  async #takeFirst(): Promise<void> {
    const words = this.#field.value.trim();
    if (this.#foundBy !== words) {
      clearTimeout(this.#waiting);
      await this.#search();
    }
    if (this.#foundBy === words) this.#found.querySelector('button')?.click();
  }

  async #search(): Promise<void> {
    const words = this.#field.value.trim();
    if (words === '') return this.close();
    let rows: HTMLElement[];
    try {
      const { people, left } = await searchPeople(words);
      const found = [
        ...people.map((person) => this.#row(person, () => (person.standing === 'visitor' ? '' : t(STANDINGS[person.standing])), () => this.choose(person))),
        ...left.map((one) => this.#row(one, () => t('desk.left_at', { time: clock(new Date(one.at_ms)) }), () => this.chooseLeft(one))),
      ];
      rows = found.length === 0 ? [el('li', 'desk-none', {}, text('desk.nobody_found'))] : found.map((row) => el('li', '', {}, row));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      rows = [live(el('li', 'desk-none error', { role: 'alert' }), wordsFor(error))];
    }
    // Other words are there by now, or none: the answer comes too late.
    if (this.#field.value.trim() !== words) return;
    this.#foundBy = words;
    this.#found.replaceChildren(...rows);
    this.#found.hidden = false;
  }

  #row({ hall, name }: Pick<Person, 'hall' | 'name'>, more: () => string, choose: () => void): HTMLElement {
    const place = this.halls().find(({ id }) => id === hall)?.place;
    const row = button({
      label: () => name, className: 'menu-row',
      onPress: () => {
        this.close();
        // Single keys act on who was chosen: they are not for the next search.
        this.#field.blur();
        choose();
      },
    });
    row.append(' ', text(() => (place ? pick(place) : hall), 'desk-found-place'), ' ', text(more, 'desk-age'));
    return row;
  }
}
