/** What a guest left from this browser: a copy, and its end, without an account. */
import { forgetChoice } from '../reach/choice';
import { send } from '../net/account';
import { saveCopy, type Erased, type Notice } from '../net/privacy';
import { t } from '../text/catalogue';
import { acting } from '../ui/acting';
import { el, text } from '../ui/dom';

export function deviceSection({ device }: Notice): HTMLElement {
  const part = el('section', 'privacy-part', { id: 'device' }, el('h2', '', {}, text('privacy.device')));
  if (!device) {
    part.append(el('p', '', {}, text('privacy.device_none')));
    return part;
  }
  const told = el('p', 'work-note', { role: 'status' });
  part.append(
    el('p', '', {}, text('privacy.device_text')),
    el('div', 'actions', {},
      acting('privacy.device_copy', null, async () => saveCopy(await send('GET', '/api/privacy/device'))),
      acting('privacy.device_erase', 'privacy.device_erase_sure', async () => {
        const { erased } = await send<Erased>('POST', '/api/privacy/device/erase', {});
        forgetChoice();
        told.replaceChildren(text(() => t('privacy.device_erased', { lines: erased.lines, cards: erased.cards, reports: erased.reports })));
      })),
    told,
    el('dl', 'device-code', {}, el('dt', '', {}, text('privacy.device_code')), el('dd', '', {}, inFours(device))),
    el('p', 'work-note', {}, text('privacy.device_code_note')),
  );
  return part;
}

/** A code that can be read out: "5f0c 91aa ...". */
const inFours = (code: string): string => code.match(/.{1,4}/g)?.join(' ') ?? '';
