/** What an operator did to the visitor, told politely: what, until when, why, what still works, and how to say that it is wrong. */
import { send } from '../net/account';
import type { Sanction } from '../protocol/generated';
import { clock, dayAndClock, isMessageKey, live, t, type MessageKey } from '../text/catalogue';
import { busy, Told } from './busy';
import type { ChatClosed } from './hud/chat';
import { openDialog } from './dialog';
import { button, el, text } from './dom';

const APPEAL_MAX_CHARS = 1000;

/** What becomes of an act and of the appeal against it, '' where there is none. */
interface AppealState {
  holds: boolean;
  appeal: '' | 'open' | 'granted' | 'declined';
}

const appealOf = (act: string): string => `/api/acts/${encodeURIComponent(act)}/appeal`;
export const fetchAppealState = (act: string): Promise<AppealState> => send('GET', appealOf(act));

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

/** When it is over; null: not before it is undone. */
export const endOf = ({ left_s: left }: Pick<Sanction, 'left_s'>, now_ms = Date.now()): Date | null => (left !== null && left > 0 ? new Date(now_ms + left * 1000) : null);

/** The time of day, and of another day its date too. */
export const untilWords = (end: Date, now = new Date()): string => (end.toDateString() === now.toDateString() ? clock(end) : dayAndClock(end));

/** One sentence: what was done, for how long and until when, and why. */
export function sanctionSentence({ kind, left_s: left, reason }: Sanction, end: Date | null = endOf({ left_s: left })): string {
  const key = `sanction.${kind}${end ? '_for' : ''}`;
  if (!isMessageKey(key)) return t('sanction.other', { reason: reasonWord(reason) });
  return t(key, { reason: reasonWord(reason), span: end ? span(left ?? 0) : '', until: end ? untilWords(end) : '' });
}

export function openSanction(sanction: Sanction): void {
  const end = endOf(sanction);
  const dialog = openDialog('sanction.title', 'narrow sanction', [
    live(el('p', 'sanction-what serif'), () => sanctionSentence(sanction, end)),
    sanction.note ? el('blockquote', 'sanction-note', {}, sanction.note) : el('span'),
    text(`sanction.still_${sanction.kind}` as MessageKey, 'sanction-still'),
    appealForm(sanction),
  ], [button({ label: 'sanction.understood', className: 'btn tall primary', onPress: () => dialog.close() })]);
}

/** What the chat field says of a mute, and the way back to all of it. */
export function mutedChat({ act, end }: { act: Sanction | null; end: Date | null }): ChatClosed {
  if (!act) return { saying: 'hud.chat.muted_only' };
  const reason = (): string => reasonWord(act.reason);
  return {
    saying: () => (end ? t('hud.chat.muted_until', { until: untilWords(end), reason: reason() }) : t('hud.chat.muted', { reason: reason() })),
    more: () => openSanction({ ...act, left_s: end && (end.getTime() - Date.now()) / 1000 }),
  };
}

/** Something weightier is to be told. */
export function closeSanctions(): void {
  for (const dialog of document.querySelectorAll<HTMLDialogElement>('dialog.sanction')) dialog.close();
}

/** What is said of acts that hold no longer: that an appeal was granted, or only that they are over. */
export async function howEnded(acts: readonly string[]): Promise<MessageKey> {
  const states = await Promise.all(acts.map((act) => fetchAppealState(act).catch(() => null)));
  return states.some((state) => state?.appeal === 'granted') ? 'sanction.appeal_granted' : 'sanction.lifted';
}

/** A button that becomes a text field: most people read and go on. Whoever appealed before reads what became of it. */
export function appealForm(sanction: Pick<Sanction, 'act'>): HTMLElement {
  const element = el('div', 'appeal');
  const told = el('div', 'appeal-told', { role: 'status' });
  const field = el('textarea', '', { id: 'appeal-text', rows: 4, maxlength: APPEAL_MAX_CHARS });
  const contact = el('input', '', { id: 'appeal-contact', type: 'text', maxlength: 120, autocomplete: 'email' });
  const tell = (key: MessageKey): void => {
    told.replaceChildren(text(key));
    element.replaceChildren(told);
  };
  const go = button({ label: 'appeal.send', className: 'btn', onPress: () => void busy(go, told, sendIt) });
  const write = (): void => {
    element.replaceChildren(
      live(el('label', 'legend', { for: 'appeal-text' }), 'appeal.text'), field,
      live(el('label', 'legend', { for: 'appeal-contact' }), 'appeal.contact'), contact,
      go, told,
    );
    field.focus();
  };
  const sendIt = async (): Promise<void> => {
    if (field.value.trim() === '') {
      told.replaceChildren(text('appeal.empty', 'error'));
      field.focus();
      throw new Told();
    }
    await send('POST', appealOf(sanction.act), { text: field.value, contact: contact.value });
    tell('appeal.sent');
  };
  element.append(button({ label: 'appeal.open', className: 'btn', onPress: write }));
  // Nothing is lost where it is not known: the server says so to whoever sends a second one.
  void fetchAppealState(sanction.act).then(({ appeal }) => {
    if (appeal === 'open') tell('appeal.sent');
    else if (appeal === 'declined') tell('appeal.declined');
  }, () => undefined);
  return element;
}
