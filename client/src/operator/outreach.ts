/** Operators reach visitors who allow it: the form, and what came of earlier messages. */
import { fetchBooths, type Booth, type HallSummary } from '../net/api';
import { fetchOutreach } from '../net/outreach';
import { createSendForm } from '../reach/sendForm';
import { sentList } from '../reach/sentList';
import { t } from '../text/catalogue';
import { openDialog } from '../ui/dialog';
import { button, el, text } from '../ui/dom';

const REFRESH_MS = 5000;

export async function openOutreach(halls: readonly HallSummary[], say: (saying: () => string) => void): Promise<void> {
  const earlier = el('div', '', {}, text('landing.loading'));
  const refresh = async (): Promise<void> => earlier.replaceChildren(sentList((await fetchOutreach(null)).letters, halls));
  const form = el('div');
  /** The numbers below are not those of now. */
  const stale = el('p', 'error', { role: 'status', hidden: true }, text('account.unreachable'));
  const timer = setInterval(() => {
    if (!document.hidden) void refresh().then(() => { stale.hidden = true; }, () => { stale.hidden = false; });
  }, REFRESH_MS);
  openDialog('outreach.name', 'outreach', [
    text('outreach.lead', 'outreach-lead'), form,
    el('section', 'outreach-earlier', {}, el('h3', '', {}, text('outreach.earlier')), stale, earlier),
  ], [], () => clearInterval(timer));
  const orAgain = async (place: HTMLElement, bring: () => Promise<void>): Promise<void> => {
    await bring().catch(() => place.replaceChildren(text('desk.not_done', 'error'),
      button({ label: 'outreach.refresh', className: 'btn', onPress: () => void orAgain(place, bring) })));
  };
  const bringForm = async (): Promise<void> => {
    const booths = new Map<string, readonly Booth[]>(await Promise.all(halls.map(async ({ id }) => [id, (await fetchBooths(id)).booths] as const)));
    form.replaceChildren(createSendForm({
      halls, booths, by: null,
      sent: () => {
        say(() => t('outreach.sent'));
        void orAgain(earlier, refresh);
      },
    }));
  };
  await Promise.all([orAgain(earlier, refresh), orAgain(form, bringForm)]);
}
