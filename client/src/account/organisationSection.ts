import { send, type Account, type Me } from '../net/account';
import { acting } from '../ui/acting';
import { el, text } from '../ui/dom';
import { section, table } from './section';

/** The people of one's organisation. */
export async function organisationSection(me: Me): Promise<HTMLElement> {
  const list = el('div');
  const show = async (): Promise<void> => {
    const { members } = await send<{ members: Account[] }>('GET', '/api/organisation');
    const rows = members.map((member) => ({
      cells: [member.name, member.login],
      action: member.id === me.account.id ? text('account.you', 'tag ok') : acting('account.remove', 'account.remove_sure', async () => {
        await send('DELETE', `/api/organisation/members/${member.id}`);
        await show();
      }),
    }));
    list.replaceChildren(table(['account.col_name', 'account.col_login'], rows, 'account.no_members'));
  };
  await show();
  return section('account.members', null, list);
}
