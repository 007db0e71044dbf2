import { send } from '../net/account';
import { saveCopy, type Asked, type Erased } from '../net/privacy';
import { t } from '../text/catalogue';
import { acting } from '../ui/acting';
import { el, text } from '../ui/dom';
import { field } from './form';
import { section } from './section';

/** Somebody asked the staff for a copy of what is kept of them, or for its end: done with a reason, which goes into the record. */
export function askedSection(): HTMLElement {
  const login = field('privacy.ask_login', { required: false });
  const device = field('privacy.ask_device', { required: false, maxlength: 64 });
  const reason = field('privacy.ask_reason', { maxlength: 500 });
  const told = el('p', 'work-note', { role: 'status' });
  const missing = el('p', 'error', { role: 'alert' });

  /** What is asked for, or null and the reader is told what is missing. */
  const asked = (): (Asked & { reason: string }) | null => {
    told.replaceChildren();
    missing.replaceChildren();
    const [account, code, why] = [login, device, reason].map(({ input }) => input.value.trim()) as [string, string, string];
    if ((account === '') === (code === '')) missing.replaceChildren(text('privacy.ask_one'));
    else if (why === '') missing.replaceChildren(text(() => t('account.missing', { label: t('privacy.ask_reason') })));
    else return { ...(account ? { login: account } : { device: code }), reason: why };
    return null;
  };
  const copy = async (): Promise<void> => {
    const body = asked();
    if (body) saveCopy(await send('POST', '/api/privacy/copy', body));
  };
  const erase = async (): Promise<void> => {
    const body = asked();
    if (!body) return;
    const { erased } = await send<Erased>('POST', '/api/privacy/erase', body);
    told.replaceChildren(text(() => t('privacy.ask_done', { lines: erased.lines, cards: erased.cards, reports: erased.reports })));
  };
  return section(
    'privacy.ask', 'privacy.ask_text',
    el('div', 'row-form', {}, login.element, device.element, reason.element),
    missing,
    el('div', 'actions', {}, acting('privacy.ask_copy', null, copy), acting('privacy.ask_erase', 'privacy.ask_erase_sure', erase)),
    told,
  );
}
