/** What an operator did to the visitor, told politely: what, for how long, why, what still works, and how to say that it is wrong. */
import { send } from '../net/account';
import { ApiError } from '../net/api';
import type { Sanction } from '../protocol/generated';
import { isMessageKey, live, t, type MessageKey } from '../text/catalogue';
import { openDialog } from './dialog';
import { button, el, text } from './dom';

const APPEAL_MAX_CHARS = 1000;

/** A span of time in words: for acts, which last minutes or days. */
export function span(seconds: number): string {
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 60) return t('span.minutes', { count: minutes });
  const hours = Math.round(minutes / 60);
  return hours < 48 ? t('span.hours', { count: hours }) : t('span.days', { count: Math.round(hours / 24) });
}

export const reasonWord = (reason: string): string => {
  const key = `reason.${reason}`;
  return isMessageKey(key) ? t(key) : reason;
};

/** One sentence: what was done. */
export function sanctionSentence({ kind, left_s: left, reason }: Sanction): string {
  const timed = left !== null && left > 0;
  const key = `sanction.${kind}${timed ? '_for' : ''}`;
  if (!isMessageKey(key)) return t('sanction.other', { reason: reasonWord(reason) });
  return t(key, { reason: reasonWord(reason), span: timed ? span(left) : '' });
}

export function openSanction(sanction: Sanction): void {
  const dialog = openDialog('sanction.title', 'narrow sanction', [
    live(el('p', 'sanction-what serif'), () => sanctionSentence(sanction)),
    sanction.note ? el('blockquote', 'sanction-note', {}, sanction.note) : el('span'),
    text(`sanction.still_${sanction.kind}` as MessageKey, 'sanction-still'),
    appealForm(sanction),
  ], [button({ label: 'sanction.understood', className: 'btn tall primary', onPress: () => dialog.close() })]);
}

/** Something weightier is to be told. */
export function closeSanctions(): void {
  for (const dialog of document.querySelectorAll<HTMLDialogElement>('dialog.sanction')) dialog.close();
}

/** A button that becomes a text field: most people read and go on. */
export function appealForm(sanction: Pick<Sanction, 'act'>): HTMLElement {
  const element = el('div', 'appeal');
  const told = el('p', 'appeal-told', { role: 'status' });
  const field = el('textarea', '', { id: 'appeal-text', rows: 4, maxlength: APPEAL_MAX_CHARS });
  const contact = el('input', '', { id: 'appeal-contact', type: 'text', maxlength: 120, autocomplete: 'email' });
  const write = (): void => {
    element.replaceChildren(
      live(el('label', 'legend', { for: 'appeal-text' }), 'appeal.text'), field,
      live(el('label', 'legend', { for: 'appeal-contact' }), 'appeal.contact'), contact,
      button({ label: 'appeal.send', className: 'btn', onPress: () => void sendIt() }), told,
    );
    field.focus();
  };
  const sendIt = async (): Promise<void> => {
    if (field.value.trim() === '') return field.focus();
    try {
      await send('POST', `/api/acts/${encodeURIComponent(sanction.act)}/appeal`, { text: field.value, contact: contact.value });
      element.replaceChildren(told);
      live(told, 'appeal.sent');
    } catch (error) {
      const message = error instanceof ApiError && error.code !== 'unreachable' ? error.message : t('appeal.failed');
      live(told, () => message);
    }
  };
  element.append(button({ label: 'appeal.open', className: 'btn ghost', onPress: write }));
  return element;
}

