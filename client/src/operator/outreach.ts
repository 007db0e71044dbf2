/** Operators reach visitors who allow it: the form, and what came of earlier messages. */
import { fetchBooths, type Booth, type HallSummary } from '../net/api';
import { createSendForm, type SendForm } from '../reach/sendForm';
import { SentBoard } from '../reach/sentBoard';
import { live, t } from '../text/catalogue';
import { wordsFor } from '../ui/busy';
import { openDialog } from '../ui/dialog';
import { button, el, text } from '../ui/dom';

export function openOutreach(halls: readonly HallSummary[], say: (saying: () => string) => void): void {
  const place = el('div', '', {}, text('landing.loading'));
  const board = new SentBoard(null, halls);
  let form: SendForm | null = null;
  const bring = async (): Promise<void> => {
    try {
      const booths = new Map<string, readonly Booth[]>(await Promise.all(halls.map(async ({ id }) => [id, (await fetchBooths(id)).booths] as const)));
      form = createSendForm({
        halls, booths, by: null,
        sent: () => {
          say(() => t('outreach.sent'));
          board.now();
        },
      });
      place.replaceChildren(form.element);
    } catch (error) {
      place.replaceChildren(live(el('p', 'error', { role: 'alert' }), wordsFor(error)), button({ label: 'outreach.refresh', className: 'btn', onPress: () => void bring() }));
    }
  };
  openDialog('outreach.name', 'outreach', [
    text('outreach.lead', 'outreach-lead'), place,
    el('section', 'outreach-earlier', {}, el('h3', '', {}, text('outreach.earlier')), board.element),
  ], [], { onClose: () => board.stop(), isWritten: () => form?.isWritten ?? false });
  void bring();
}
