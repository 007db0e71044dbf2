/** Who is signed in, in the head of a work page: the name leads to one's account, the button signs out. Nothing while nobody is. */
import { fetchMe, Refused, send } from '../net/account';
import { live, t } from '../text/catalogue';
import { acting } from './acting';
import { el } from './dom';

export function whoIsHere(): HTMLElement {
  const element = el('div', 'who', { hidden: true });
  void fetchMe().then((me) => {
    if (!me) return;
    if (me.second_factor_needed && location.pathname !== '/account') return location.assign('/account');
    const name = el('a', 'who-name', { href: '/account' }, me.account.name);
    live(name, () => t('account.yours', { name: me.account.name }), 'title');
    const leave = acting('account.sign_out', null, signOut, 'btn small wide');
    element.append(name, leave);
    element.hidden = false;
  }, () => undefined);
  return element;
}

/** Ends the session and goes to the sign-in page; whoever is not signed in any more only goes there. Throws where it could not be ended. */
export async function signOut(): Promise<void> {
  await send('POST', '/api/sign-out').catch((error: unknown) => {
    if (!(error instanceof Refused) || error.status !== 401) throw error;
  });
  location.assign('/sign-in');
}
