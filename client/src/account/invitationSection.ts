import { send, type Me } from '../net/account';
import { dayAndClock, live, t } from '../text/catalogue';
import { acting } from '../ui/acting';
import { el, text } from '../ui/dom';
import { field, form, select } from './form';
import { invitable, ROLE_NAMES } from './roles';
import { secret, section, table, type Row } from './section';

interface Waiting {
  id: string;
  role: string;
  organisation: { id: string; name: string } | null;
  note: string;
  /** Whose password it sets anew. */
  resets: string | null;
  invited_by: string;
  expires_at: string;
}

/** A link that lets one person in, and those that wait. Exhibitors invite colleagues; staff choose a role, and an organisation for exhibitors. */
export async function invitationSection(me: Me): Promise<HTMLElement> {
  const roles = invitable(me.permissions);
  const isColleague = !me.permissions.includes('invite.exhibitors');
  const role = select('account.role', roles.map((name) => [name, ROLE_NAMES[name] ?? 'account.role_visitor'] as const));
  role.input.value = 'exhibitor';
  const organisation = field('account.organisation', { maxlength: 120, hint: 'account.organisation_hint', refusals: 'name_invalid' });
  const note = field('account.note', { maxlength: 200, required: false, hint: 'account.note_hint' });
  const told = el('div', '', { 'aria-live': 'polite' });
  const heading = el('h3', '', { tabindex: -1 }, text('account.invitations'));
  const list = el('div', 'invitations');
  const shape = (): void => {
    organisation.element.hidden = isColleague || role.input.value !== 'exhibitor';
    role.element.hidden = isColleague;
  };
  role.input.addEventListener('change', shape);
  shape();
  const show = async (): Promise<void> => {
    const waiting = await send<Waiting[]>('GET', '/api/invitations');
    list.replaceChildren(table(['account.col_invited', 'account.col_by', 'account.col_until'], waiting.map((one) => row(one, withdrawn)), 'account.no_invitations'));
  };
  const withdrawn = async (): Promise<void> => {
    await show();
    // What was pressed is no more.
    heading.focus();
  };
  const invite = async (): Promise<void> => {
    const asked = { role: role.input.value, organisation: organisation.element.hidden ? null : { name: organisation.input.value } };
    const { url } = await send<{ url: string }>('POST', '/api/invitations', { role: asked.role, note: note.input.value, ...(asked.organisation ? { organisation: asked.organisation } : {}) });
    note.input.value = '';
    const whom = (): string => {
      const name = t(ROLE_NAMES[asked.role] ?? 'account.role_visitor');
      return asked.organisation ? t('account.link_org', { role: name, organisation: asked.organisation.name }) : name;
    };
    told.replaceChildren(live(el('p', 'link-for'), () => t('account.link_for', { whom: whom() })), secret(url, 'account.link_once'));
    await show();
  };
  const lead = isColleague ? text(() => t('account.invite_colleague', { organisation: me.account.organisation?.name ?? '' })) : text('account.invite_text');
  await show();
  const filled = form([role.element, organisation.element, note.element], 'account.invite_verb', invite, 'row-form');
  // The link of before is not what comes of this try, whatever does.
  filled.addEventListener('submit', () => told.replaceChildren());
  return section('account.invite', null, el('p', '', {}, lead),
    filled, told,
    heading, list);
}

function row({ expires_at: until, id, invited_by: by, note, organisation, resets, role }: Waiting, withdrawn: () => Promise<void>): Row {
  const what = (): string => (resets === null ? t(ROLE_NAMES[role] ?? 'account.role_visitor') : t('account.invited_reset', { name: resets }));
  const more = [organisation?.name, note].filter(Boolean).map((each) => el('p', 'hint', {}, each));
  return {
    cells: [el('span', '', {}, text(what), ...more), by || text('account.invited_by_server'), text(() => dayAndClock(until), 'no-autospace')],
    action: acting('account.invitation_withdraw', 'account.invitation_withdraw_sure', async () => {
      await send('POST', `/api/invitations/${encodeURIComponent(id)}/withdraw`);
      await withdrawn();
    }),
  };
}
