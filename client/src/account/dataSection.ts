import { send, type Me } from '../net/account';
import { saveCopy, type Erased } from '../net/privacy';
import { acting } from '../ui/acting';
import { el, text } from '../ui/dom';
import { field, form } from './form';
import { section } from './section';

/** Everything about oneself as a file, and the end of one's account. */
export function dataSection(me: Me): HTMLElement {
  const password = field('account.old_password', { type: 'password', autocomplete: 'current-password' });
  const erase = form(me.password ? [password.element] : [], 'account.erase', async () => {
    await send<Erased>('POST', '/api/me/erase', { password: password.input.value });
    const heading = el('h1', '', { tabindex: -1 }, text('account.erased'));
    document.querySelector('#content')?.replaceChildren(heading, el('p', 'work-lead', {}, text('privacy.kept_record')));
    heading.focus();
  }, 'row-form');
  erase.querySelector('button')?.classList.add('danger');
  return section(
    'account.data', 'account.data_text',
    acting('account.copy_data', null, async () => saveCopy(await send('GET', '/api/me/copy'))),
    el('details', 'erase', {}, el('summary', '', {}, text('account.erase')), el('p', '', {}, text('account.erase_text')), erase),
  );
}
