/** Who was invited makes an account, or sets a new password where the link is for that. */
import { Refused, send, type Account } from '../net/account';
import { dayAndClock, live, t, type MessageKey } from '../text/catalogue';
import { el, text } from '../ui/dom';
import { field, form } from './form';
import { fetchProvider, problemNote, providerButton } from './provider';
import { ROLE_NAMES } from './roles';
import { nextPage } from './signInView';

interface Offer {
  role: string;
  organisation: { id: string; name: string } | null;
  expires_at: string;
  resets: { login: string; name: string } | null;
}

/** @param inAddress the token as the page's address has it */
export async function invitationView(inAddress: string): Promise<HTMLElement> {
  const token = decoded(inAddress);
  const url = `/api/invitations/${encodeURIComponent(token)}`;
  let offer: Offer;
  try {
    offer = await send<Offer>('GET', url);
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 404) throw error;
    return el('div', 'narrow', {}, el('h1', '', {}, text('invitation.gone')), el('p', 'work-lead', {}, text('invitation.gone_text')),
      el('p', '', {}, live(el('a', '', { href: '/sign-in' }), 'sign_in.verb')));
  }
  return offer.resets ? resetView(url, offer, offer.resets) : joinView(url, token, offer, await fetchProvider());
}

function joinView(url: string, token: string, offer: Offer, provider: string | null): HTMLElement {
  const login = field('invitation.login', { autocomplete: 'username', maxlength: 64, hint: 'invitation.login_hint', refusals: 'login_invalid login_taken' });
  const name = field('invitation.your_name', { autocomplete: 'name', maxlength: 96, hint: 'invitation.name_hint', refusals: 'name_invalid' });
  const password = field('sign_in.password', { type: 'password', autocomplete: 'new-password', hint: 'invitation.password_hint', refusals: 'password_weak' });
  const title = (): string => offer.organisation
    ? t('invitation.title_organisation', { organisation: offer.organisation.name })
    : t('invitation.title');
  return el(
    'div', 'narrow', {},
    live(el('h1'), title),
    live(el('p', 'work-lead'), () => t('invitation.lead', { role: t(ROLE_NAMES[offer.role] ?? 'account.role_visitor') })),
    problemNote(),
    form([login.element, name.element, password.element], 'invitation.verb', () =>
      take(url, { login: login.input.value, name: name.input.value, password: password.input.value })),
    provider ? providerButton('invitation.by_provider', provider, () => ({ invitation: token, login: login.input.value, name: name.input.value })) : null,
    until(offer, 'invitation.until'),
  );
}

function resetView(url: string, offer: Offer, person: { login: string; name: string }): HTMLElement {
  const password = field('invitation.new_password', { type: 'password', autocomplete: 'new-password', hint: 'invitation.password_hint' });
  // Password managers file a password by the login that they see.
  const login = el('input', 'unseen', { type: 'text', autocomplete: 'username', tabindex: -1, 'aria-hidden': true, readonly: true });
  login.value = person.login;
  return el(
    'div', 'narrow', {},
    el('h1', '', {}, text('invitation.reset')),
    live(el('p', 'work-lead'), () => t('invitation.reset_text', { name: person.name, login: person.login })),
    form([login, password.element], 'invitation.reset_verb', () => take(url, { password: password.input.value })),
    until(offer, 'invitation.until'),
  );
}

async function take(url: string, body: object): Promise<void> {
  const { account } = await send<{ account: Account }>('POST', url, body);
  location.assign(nextPage(account.role, ''));
}

const until = (offer: Offer, key: MessageKey): HTMLElement => live(el('p', 'work-note'), () => t(key, { time: dayAndClock(offer.expires_at) }));

/** An address that was cut off in the middle of a sign is of no invitation. */
function decoded(inAddress: string): string {
  try {
    return decodeURIComponent(inAddress);
  } catch {
    return inAddress;
  }
}
