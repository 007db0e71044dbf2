import { send, type Me } from '../net/account';
import { dayAndClock, t } from '../text/catalogue';
import { el, text } from '../ui/dom';
import { field, form } from './form';
import { leave } from './problem';
import { section, table } from './section';

interface Tie {
  issuer: string;
  label: string;
  created_at: string;
  seen_at: string;
}

interface State {
  name: string | null;
  identity: Tie | null;
}

export const fetchIdentity = (): Promise<State> => send<State>('GET', '/api/me/identity');

/** The identity at a provider that one's account is tied to; nothing where there is neither. */
export function identitySection(me: Me, { name, identity }: State): HTMLElement | null {
  if (!identity) return name ? section('account.identity', 'account.identity_text', link(name)) : null;
  return section('account.identity', null, known(identity), el('p', 'work-note', {}, text(me.password ? 'account.identity_unlink_text' : 'account.identity_only')), me.password ? unlink() : null);
}

function known({ issuer, label, created_at: created, seen_at: seen }: Tie): HTMLElement {
  const { hostname } = new URL(issuer);
  const whose = el('span', '', {}, label || hostname, label ? el('p', 'hint', {}, hostname) : null);
  const cells = [whose, text(() => dayAndClock(created), 'no-autospace'), text(() => dayAndClock(seen), 'no-autospace')];
  return table(['account.col_identity', 'account.col_linked', 'account.col_seen'], [{ cells, action: null }], 'account.identity');
}

function link(name: string): HTMLElement {
  const password = field('sign_in.password', { type: 'password', autocomplete: 'current-password' });
  const made = form([password.element], 'account.identity_link', () => leave('/api/me/identity', { password: password.input.value }), 'row-form');
  made.querySelector('button')?.replaceChildren(text(() => t('account.identity_link', { provider: name })));
  return made;
}

function unlink(): HTMLElement {
  const password = field('sign_in.password', { type: 'password', autocomplete: 'current-password' });
  return form([password.element], 'account.identity_unlink', async () => {
    await send('POST', '/api/me/identity/remove', { password: password.input.value });
    location.assign('/account');
  }, 'row-form');
}
