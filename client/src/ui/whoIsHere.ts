/** Who is signed in, in the head of a work page: the name leads to one's account, the button signs out. Nothing while nobody is. */
import { fetchMe, send } from '../net/account';
import { live, t } from '../text/catalogue';
import { button, el } from './dom';

export function whoIsHere(): HTMLElement {
  const element = el('div', 'who', { hidden: true });
  void fetchMe().then((me) => {
    if (!me) return;
    if (me.second_factor_needed && location.pathname !== '/account') return location.assign('/account');
    const name = el('a', 'who-name', { href: '/account' }, me.account.name);
    live(name, () => t('account.yours', { name: me.account.name }), 'title');
    const leave = button({ label: 'account.sign_out', className: 'btn small wide', onPress: () => void signOut() });
    element.append(name, leave);
    element.hidden = false;
  }, () => undefined);
  return element;
}

/** Ends the session and goes to the sign-in page; whoever is not signed in any more only goes there. */
export async function signOut(): Promise<void> {
  await send('POST', '/api/sign-out').catch(() => undefined);
  location.assign('/sign-in');
}
