/** A part of the account page: a heading, a list that is fetched anew after each change, and what went wrong. */
import { live, type MessageKey } from '../text/catalogue';
import { button, el, text } from '../ui/dom';

export function section(title: MessageKey, lead: MessageKey | null, ...children: (HTMLElement | null)[]): HTMLElement {
  return el('section', 'account-part', {}, el('h2', '', {}, text(title)), lead ? el('p', '', {}, text(lead)) : null, ...children);
}

export type Row = { cells: readonly (HTMLElement | string)[]; action: HTMLElement | null };

/** A table whose last column acts on its row. `empty` is said where there is no row. */
export function table(columns: readonly MessageKey[], rows: readonly Row[], empty: MessageKey): HTMLElement {
  if (rows.length === 0) return el('p', 'work-note', {}, text(empty));
  return el('div', 'table-wrap', {}, el(
    'table', 'account-table', {},
    el('thead', '', {}, el('tr', '', {}, ...columns.map((column) => live(el('th', '', { scope: 'col' }), column)),
      el('th', '', {}, live(el('span', 'unseen'), 'account.col_action')))),
    el('tbody', '', {}, ...rows.map(({ cells, action }) => el('tr', '', {}, ...cells.map((cell) => el('td', '', {}, cell)), el('td', 'act', {}, action)))),
  ));
}

/** A secret that is shown once: selectable, with a button that copies it. */
export function secret(value: string, note: MessageKey): HTMLElement {
  const shown = el('input', 'secret', { type: 'text', readonly: true, value });
  live(shown, note, 'aria-label');
  shown.addEventListener('focus', () => shown.select());
  const copy = button({
    label: 'account.copy', className: 'btn', onPress: () => {
      void navigator.clipboard?.writeText(value).then(() => live(copy, 'account.copied'), () => shown.focus());
      if (!navigator.clipboard) shown.focus();
    },
  });
  return el('div', 'secret-box', {}, el('div', 'secret-line', {}, shown, copy), el('p', 'work-note', {}, text(note)));
}
