/** One's own account: who one is, password, where one is signed in, tokens, colleagues and invitations; for owners every account. */
import type { Me } from '../net/account';
import { live, t } from '../text/catalogue';
import { button, el } from '../ui/dom';
import { signOut } from '../ui/whoIsHere';
import { accountsSection } from './accountsSection';
import { askedSection } from './askedSection';
import { dataSection } from './dataSection';
import { fetchIdentity, identitySection } from './identitySection';
import { invitationSection } from './invitationSection';
import { organisationSection } from './organisationSection';
import { passwordSection } from './passwordSection';
import { problemNote } from './provider';
import { ROLE_NAMES } from './roles';
import { secondFactorSection } from './secondFactorSection';
import { sessionsSection } from './sessionsSection';
import { tokensSection } from './tokensSection';

export async function accountView(me: Me): Promise<HTMLElement[]> {
  const may = (permission: string): boolean => me.permissions.includes(permission);
  const state = await fetchIdentity();
  const identity = identitySection(me, state);
  const problem = problemNote();
  return [
    head(me),
    ...(problem ? [problem] : []),
    ...(me.second_factor_needed ? [await secondFactorSection(me)] : []),
    ...(me.password ? [passwordSection(me, state.identity !== null)] : []),
    ...(identity ? [identity] : []),
    ...(me.second_factor_needed ? [] : [await secondFactorSection(me)]),
    await sessionsSection(),
    ...(may('organisation.read') ? [await organisationSection(me)] : []),
    ...(me.permissions.some((permission) => permission.startsWith('invite.')) ? [invitationSection(me)] : []),
    ...(may('accounts.manage') ? [await accountsSection(me)] : []),
    await tokensSection(),
    ...(may('privacy.handle') ? [askedSection()] : []),
    dataSection(me),
  ];
}

function head({ account }: Me): HTMLElement {
  return el(
    'div', 'work-head', {},
    el('h1', '', {}, account.name),
    live(el('span', 'tag ok'), () => t(ROLE_NAMES[account.role] ?? 'account.role_visitor')),
    el('span', 'work-updated', {}, account.organisation ? `${account.organisation.name}  ${account.login}` : account.login),
    button({ label: 'account.sign_out', className: 'btn small account-leave', onPress: () => void signOut() }),
  );
}
