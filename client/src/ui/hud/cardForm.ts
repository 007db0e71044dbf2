/**
 * Leaving one's card at a booth: what is in the fields is sent, and nothing else. The fields begin empty; one's name of the
 * hall is put in by a press, not by itself.
 */
import { CARD_NOTE_MAX_CHARS, CONTACT_MAX_CHARS, NAME_MAX_CHARS } from '../../protocol/generated';
import { live, t, type MessageKey } from '../../text/catalogue';
import { countCharacters } from '../../text/plain';
import { button, el, text } from '../dom';

export interface CardDraft {
  name: string;
  contact: string;
  note: string;
}

export interface CardForm {
  readonly element: HTMLFormElement;
  /** The server's answer: kept, or not. */
  answered(kept: boolean): void;
}

interface CardFormOptions {
  /** Whose card stands at the booth. */
  to: string;
  /** The visitor's name in the hall. */
  ownName: string;
  /** False while there is no line. */
  send(card: CardDraft): boolean;
  /** Back to the booth; `kept` when the card was left. */
  close(kept: boolean): void;
}

const ANSWER_MS = 15_000;

export function createCardForm({ to, ownName, send, close }: CardFormOptions): CardForm {
  const name = el('input', '', { type: 'text', id: 'card-name', autocomplete: 'name', maxlength: NAME_MAX_CHARS });
  const contact = el('input', '', { type: 'text', id: 'card-contact', autocomplete: 'off', maxlength: CONTACT_MAX_CHARS });
  const note = el('textarea', '', { id: 'card-note', rows: 3, maxlength: CARD_NOTE_MAX_CHARS });
  const says = el('p', 'card-sends', { role: 'status' });
  const sendButton = el('button', 'btn tall primary', { type: 'submit' }, text('card.send'));
  const fill = button({ label: () => t('card.use_name', { name: ownName }), className: 'btn small ghost', onPress: () => {
    name.value = ownName;
    look();
  } });
  let timer: ReturnType<typeof setTimeout> | undefined;

  const draft = (): CardDraft => ({ name: name.value.trim(), contact: contact.value.trim(), note: note.value.trim() });
  const parts = (): MessageKey[] => {
    const { name: own, contact: way, note: words } = draft();
    return [own && 'card.name', way && 'card.contact', words && 'card.note'].filter((key): key is MessageKey => key !== '');
  };
  /** Says what goes out, before it does. */
  const look = (): void => {
    fill.hidden = ownName === '' || name.value !== '';
    const { name: own, contact: way } = draft();
    const enough = own !== '' || way !== '';
    sendButton.disabled = !enough;
    live(says, () => (enough ? t('card.will_send', { what: parts().map((key) => t(key)).join(t('card.and')), to }) : t('card.nothing_yet')));
  };
  const setBusy = (busy: boolean): void => {
    clearTimeout(timer);
    for (const node of [name, contact, note, sendButton]) node.disabled = busy;
    sendButton.setAttribute('aria-busy', String(busy));
  };
  const failed = (): void => {
    setBusy(false);
    live(says, 'card.failed');
    says.classList.add('bad');
    sendButton.focus();
  };

  const element = el(
    'form', 'card-form', { novalidate: true },
    live(el('p'), () => t('card.intro', { to })),
    field('card.name', name, fill), field('card.contact', contact), field('card.note', note), says,
    el('div', 'card-actions', {}, button({ label: 'card.back', className: 'btn tall', onPress: () => close(false) }), sendButton),
  );
  for (const input of [name, contact, note]) input.addEventListener('input', look);
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    says.classList.remove('bad');
    const card = draft();
    if (sendButton.disabled || countCharacters(card.name) > NAME_MAX_CHARS) return;
    if (!send(card)) return failed();
    setBusy(true);
    timer = setTimeout(failed, ANSWER_MS);
  });
  look();
  return {
    element,
    answered(kept) {
      if (!sendButton.hasAttribute('aria-busy') || sendButton.getAttribute('aria-busy') === 'false') return;
      if (!kept) return failed();
      setBusy(false);
      close(true);
    },
  };
}

function field(label: MessageKey, input: HTMLElement, after: HTMLElement | null = null): HTMLElement {
  return el('div', 'field', {}, el('span', 'label-row', {}, live(el('label', '', { for: input.id }), label), after), input);
}
