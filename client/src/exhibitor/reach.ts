/** An exhibitor invites visitors who allow it to the own booth, and reads what came of it. */
import { fetchHalls, type HallSummary } from '../net/api';
import type { BoothRecord } from '../net/boothRecords';
import { fetchOutreach } from '../net/outreach';
import { createSendForm } from '../reach/sendForm';
import { sentList } from '../reach/sentList';
import { live, number, t } from '../text/catalogue';
import { el, text } from '../ui/dom';
import { wordsFor, type View } from './parts';

const REFRESH_MS = 5000;

export function reachView(booth: BoothRecord): View {
  const title = el('h1', '', { tabindex: -1 }, text('outreach.name'));
  if (booth.published === null) {
    return { element: el('div', 'narrow', {}, title, text('outreach.closed', 'work-lead')), dispose: () => undefined };
  }
  const left = el('p', 'work-note');
  const form = el('div');
  const earlier = el('div', '', {}, text('landing.loading'));
  /** The numbers below are not those of now. */
  const stale = el('p', 'error', { role: 'status', hidden: true }, text('account.unreachable'));
  let halls: readonly HallSummary[] = [];
  const refresh = async (): Promise<void> => {
    const { letters, left: more, per_hour: most } = await fetchOutreach(booth.id);
    earlier.replaceChildren(sentList(letters, halls));
    live(left, () => t('outreach.left', { left: number(more ?? 0), most: number(most) }));
  };
  const failed = (error: unknown): void => earlier.replaceChildren(live(el('p', 'error', { role: 'alert' }), wordsFor(error)));
  void fetchHalls().then((found) => {
    halls = found;
    form.replaceChildren(createSendForm({ halls, booths: new Map(), by: booth.id, sent: () => void refresh().catch(failed) }));
    return refresh();
  }).catch(failed);
  const timer = setInterval(() => {
    if (!document.hidden) void refresh().then(() => { stale.hidden = true; }, () => { stale.hidden = false; });
  }, REFRESH_MS);
  const element = el('div', 'outreach-page', {}, title, text('outreach.lead', 'work-lead'), left, form,
    el('section', '', {}, el('h2', '', {}, text('outreach.earlier')), stale, earlier));
  return { element, dispose: () => clearInterval(timer) };
}
