/** One's own account: who one is, password, where one is signed in, tokens, colleagues and invitations; for owners every account. */
import type { Me } from '../net/account';
import { live, t } from '../text/catalogue';
import { acting } from '../ui/acting';
import { el } from '../ui/dom';
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
  // Until they have the second factor that is asked for, the server lets them look after themselves alone.
  const permissions = me.second_factor_needed ? [] : me.permissions;
  const may = (permission: string): boolean => permissions.includes(permission);
  // Asked at once: each is an answer of its own.
  const [state, secondFactor, sessions, organisation, invitations, accounts, tokens] = await Promise.all([
    fetchIdentity(), secondFactorSection(me), sessionsSection(),
    may('organisation.read') ? organisationSection(me) : null,
    permissions.some((permission) => permission.startsWith('invite.')) ? invitationSection(me) : null, may('accounts.manage') ? accountsSection(me) : null, tokensSection(),
  ]);
  return [
    head(me), problemNote(),
    me.second_factor_needed ? secondFactor : null,
    me.password ? passwordSection(me, state.identity !== null) : null,
    identitySection(me, state),
    me.second_factor_needed ? null : secondFactor,
    sessions, organisation,
    invitations, accounts, tokens,
    may('privacy.handle') ? askedSection() : null,
    dataSection(me),
  ].filter((part) => part !== null);
}

function head({ account }: Me): HTMLElement {
  return el(
    'div', 'work-head', {},
    el('h1', '', {}, account.name),
    live(el('span', 'tag ok'), () => t(ROLE_NAMES[account.role] ?? 'account.role_visitor')),
    el('span', 'work-updated', {}, account.organisation ? `${account.organisation.name}  ${account.login}` : account.login),
    acting('account.sign_out', null, signOut, 'btn small account-leave'),
  );
}
