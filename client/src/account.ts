/** Signing in, taking up an invitation, and one's own account: one page, which the address makes one of the three. */
import { accountView } from './account/accountView';
import { invitationView } from './account/invitationView';
import { signInView } from './account/signInView';
import { fetchMe } from './net/account';
import { filled, workPage } from './ui/workPage';
import './styles/account.css';

const INVITATION = /^\/invitation\/([^/]+)$/;

const invitation = INVITATION.exec(location.pathname)?.[1];
const isAccount = location.pathname === '/account';
const main = workPage(invitation ? 'invitation.name' : isAccount ? 'account.name' : 'sign_in.name', !isAccount);
filled(main, async () => {
  if (invitation) return main.replaceChildren(await invitationView(invitation));
  if (!isAccount) return main.replaceChildren(await signInView());
  const me = await fetchMe();
  if (!me) return location.replace(`/sign-in?${signInQuery(location.search)}`);
  main.replaceChildren(...await accountView(me));
});

/** Back here afterwards; what went wrong with a provider is said there as well. */
function signInQuery(search: string): string {
  const problem = new URLSearchParams(search).get('problem');
  return new URLSearchParams({ next: '/account', ...(problem ? { problem } : {}) }).toString();
}
