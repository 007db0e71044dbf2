import { send, type Account, type Me } from '../net/account';
import { live } from '../text/catalogue';
import { acting } from '../ui/acting';
import { el, text } from '../ui/dom';
import { ROLE_NAMES, ROLES } from './roles';
import { secret, section, table } from './section';

interface Listed extends Account {
  closed: boolean;
  created_at: string;
  second_factor: boolean;
}

/** Every account, for owners: another role, a new password, an end. */
export async function accountsSection(me: Me): Promise<HTMLElement> {
  const list = el('div');
  const told = el('div', '', { 'aria-live': 'polite' });
  const show = async (): Promise<void> => {
    const accounts = await send<Listed[]>('GET', '/api/accounts');
    list.replaceChildren(table(['account.col_name', 'account.col_login', 'account.role', 'account.organisation'], accounts.map((account) => ({
      cells: [account.name, account.login, roleOf(account), account.organisation?.name ?? ''],
      action: account.closed ? text('account.closed', 'tag') : account.id === me.account.id ? text('account.you', 'tag ok') : el(
        'span', 'actions', {},
        acting('account.reset', null, async () => {
          const { url } = await send<{ url: string }>('POST', `/api/accounts/${account.id}/reset`);
          told.replaceChildren(secret(url, 'account.reset_once'));
          told.scrollIntoView({ block: 'nearest' });
        }),
        acting('account.close', 'account.close_sure', async () => {
          await send('DELETE', `/api/accounts/${account.id}`);
          await show();
        }),
      ),
    })), 'account.no_members'));
  };
  const roleOf = (account: Listed): HTMLElement => {
    if (account.closed || account.id === me.account.id) return text(ROLE_NAMES[account.role] ?? 'account.role_visitor');
    const choice = live(el('select', 'role-choice', {}, ...ROLES.map((role) => live(el('option', '', { value: role }), ROLE_NAMES[role] ?? 'account.role_visitor'))), 'account.role', 'aria-label');
    choice.value = account.role;
    // Arrow keys go through the roles one by one: none of them is given before it is said so.
    const give = acting('account.role_give', null, async () => {
      await send('PATCH', `/api/accounts/${account.id}`, { role: choice.value });
      await show();
    });
    give.hidden = true;
    choice.addEventListener('change', () => { give.hidden = choice.value === account.role; });
    return el('span', 'role', {}, choice, give);
  };
  await show();
  return section('account.everybody', null, list, told);
}
