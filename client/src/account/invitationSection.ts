import { send, type Me } from '../net/account';
import { t } from '../text/catalogue';
import { el, text } from '../ui/dom';
import { field, form, select } from './form';
import { invitable, ROLE_NAMES } from './roles';
import { secret, section } from './section';

/** A link that lets one person in. Exhibitors invite colleagues; staff choose a role, and an organisation for exhibitors. */
export function invitationSection(me: Me): HTMLElement {
  const roles = invitable(me.permissions);
  const isColleague = !me.permissions.includes('invite.exhibitors');
  const role = select('account.role', roles.map((name) => [name, ROLE_NAMES[name] ?? 'account.role_visitor'] as const));
  role.input.value = 'exhibitor';
  const organisation = field('account.organisation', { maxlength: 120, hint: 'account.organisation_hint' });
  const note = field('account.note', { maxlength: 200, required: false, hint: 'account.note_hint' });
  const told = el('div', '', { 'aria-live': 'polite' });
  const shape = (): void => {
    organisation.element.hidden = isColleague || role.input.value !== 'exhibitor';
    role.element.hidden = isColleague;
  };
  role.input.addEventListener('change', shape);
  shape();
  const invite = async (): Promise<void> => {
    const { url } = await send<{ url: string }>('POST', '/api/invitations', {
      role: role.input.value, note: note.input.value,
      ...(organisation.element.hidden ? {} : { organisation: { name: organisation.input.value } }),
    });
    note.input.value = '';
    told.replaceChildren(secret(url, 'account.link_once'));
  };
  const lead = isColleague ? text(() => t('account.invite_colleague', { organisation: me.account.organisation?.name ?? '' })) : text('account.invite_text');
  return section('account.invite', null, el('p', '', {}, lead),
    form([role.element, organisation.element, note.element], 'account.invite_verb', invite, 'row-form'), told);
}
