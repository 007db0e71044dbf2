/** A list that is read a page at a time: begun anew with each choice of what it shows, and made longer by a button at its end. */
import { live, t, type MessageKey } from '../text/catalogue';
import { wordsFor } from '../ui/busy';
import { button, el } from '../ui/dom';

export interface Page<Item, Place> {
  items: readonly Item[];
  /** Where the next page begins; null after the last. */
  next: Place | null;
}

export interface PagedListParts<Item, Place> {
  className: string;
  /** @param place null for the first page */
  read(place: Place | null): Promise<Page<Item, Place>>;
  /** One that takes the keyboard. */
  row(item: Item): HTMLElement;
  /** Where there is nothing. */
  none(): MessageKey;
}

export interface PagedList {
  readonly list: HTMLElement;
  /** What is seen of it, in order. */
  readonly parts: readonly HTMLElement[];
  /** Reads the first page: of something else than before. */
  begin(): void;
}

export function pagedList<Item, Place>({ className, none, read, row }: PagedListParts<Item, Place>): PagedList {
  const list = el('ul', className);
  const state = el('p', 'desk-age', { role: 'status' });
  const more = button({ label: 'desk.acts_more', className: 'btn', onPress: () => void readOn() });
  let next: Place | null = null;
  /** Grows with each beginning: what was asked for another comes too late. */
  let turn = 0;

  async function readOn(): Promise<void> {
    if (more.getAttribute('aria-busy') === 'true') return;
    more.setAttribute('aria-busy', 'true');
    const asked = turn;
    const isFirst = list.childElementCount === 0;
    try {
      const page = await read(next);
      if (asked !== turn) return;
      next = page.next;
      const rows = page.items.map((item) => row(item));
      list.append(...rows);
      live(state, () => (isFirst && rows.length === 0 ? t(none()) : ''));
      // The button moves away under the rows that it brought: the keyboard goes on at the first of them.
      if (!isFirst) rows[0]?.focus();
      more.hidden = next === null;
    } catch (error) {
      if (asked !== turn) return;
      live(state, wordsFor(error));
      more.hidden = false;
    } finally {
      if (asked === turn) more.removeAttribute('aria-busy');
    }
  }

  return {
    list,
    parts: [state, list, el('p', 'acts-more', {}, more)],
    begin() {
      [next, turn] = [null, turn + 1];
      list.replaceChildren();
      more.hidden = true;
      more.removeAttribute('aria-busy');
      live(state, 'landing.loading');
      void readOn();
    },
  };
}
