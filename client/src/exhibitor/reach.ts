/** An exhibitor invites visitors who allow it to the own booth, and reads what came of it. */
import type { HallSummary } from '../net/api';
import type { BoothRecord } from '../net/boothRecords';
import { createSendForm } from '../reach/sendForm';
import { SentBoard } from '../reach/sentBoard';
import { live, number, t } from '../text/catalogue';
import { el, text } from '../ui/dom';
import type { View } from './parts';

export function reachView(booth: BoothRecord, halls: readonly HallSummary[]): View {
  const title = el('h1', '', { tabindex: -1 }, text('outreach.name'));
  if (booth.published === null) {
    return { element: el('div', 'narrow', {}, title, text('outreach.closed', 'work-lead')), dispose: () => undefined };
  }
  const left = el('p', 'work-note');
  const told = el('p', 'work-note', { role: 'status' });
  const board = new SentBoard(booth.id, halls, ({ left: more, per_hour: most }) => live(left, () => t('outreach.left', { left: number(more ?? 0), most: number(most) })));
  const form = createSendForm({
    halls, booths: new Map(), by: booth.id,
    sent: () => {
      live(told, 'outreach.sent');
      board.now();
    },
  });
  const element = el('div', 'outreach-page', {}, title, text('outreach.lead', 'work-lead'), left, form.element, told,
    el('section', '', {}, el('h2', '', {}, text('outreach.earlier')), board.element));
  return {
    element,
    dispose: () => board.stop(),
    get dirty() {
      return form.isWritten;
    },
  };
}
