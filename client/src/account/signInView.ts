/** Login and password, or a provider; the code of an authenticator only where the account has one. */
import { Refused, send, type Account } from '../net/account';
import { live } from '../text/catalogue';
import { el, text } from '../ui/dom';
import { field, form } from './form';
import { fetchProvider, problemNote, providerButton } from './provider';

export async function signInView(): Promise<HTMLElement> {
  if (new URLSearchParams(location.search).get('step') === 'code') return codeView();
  const provider = await fetchProvider();
  const login = field('sign_in.login', { autocomplete: 'username', maxlength: 64 });
  const password = field('sign_in.password', { type: 'password', autocomplete: 'current-password' });
  const code = field('sign_in.code', { autocomplete: 'one-time-code', maxlength: 32, hint: 'sign_in.code_hint' });
  code.element.hidden = true;
  const entered = async (): Promise<void> => {
    const body = { login: login.input.value, password: password.input.value, ...(code.element.hidden ? {} : { code: code.input.value }) };
    try {
      const { account } = await send<{ account: Account }>('POST', '/api/sign-in', body);
      location.assign(nextPage(account.role));
    } catch (error) {
      if (error instanceof Refused && error.code === 'code_needed') {
        const isFirst = code.element.hidden;
        code.element.hidden = false;
        code.input.focus();
        if (isFirst) return;
      }
      throw error;
    }
  };
  return el(
    'div', 'narrow', {},
    el('h1', '', {}, text('sign_in.title')), el('p', 'work-lead', {}, text('sign_in.lead')), problemNote(),
    form([login.element, password.element, code.element], 'sign_in.verb', entered),
    provider ? providerButton('sign_in.by_provider', provider, () => ({ next: ownNext() })) : null,
    el('p', 'work-note', {}, text('sign_in.no_account')),
  );
}

/** Back from the provider, where the account has a second factor of its own. */
function codeView(): HTMLElement {
  const code = field('sign_in.code', { autocomplete: 'one-time-code', maxlength: 32, hint: 'sign_in.code_hint' });
  return el(
    'div', 'narrow', {},
    el('h1', '', {}, text('sign_in.one_more')), el('p', 'work-lead', {}, text('error.code_needed')),
    form([code.element], 'sign_in.verb', async () => {
      const { account } = await send<{ account: Account }>('POST', '/api/oidc/code', { code: code.input.value });
      location.assign(nextPage(account.role));
    }),
    el('p', 'work-note', {}, live(el('a', '', { href: '/sign-in' }), 'sign_in.anew')),
  );
}

/** Where somebody wanted to go, as the server is told. */
const ownNext = (search = location.search): string => {
  const next = new URLSearchParams(search).get('next') ?? '';
  return isOwnPath(next) ? next : '';
};

/** Where somebody wanted to go, if it is a page of ours; else the page of their role. */
export function nextPage(role: string, search = location.search): string {
  const next = ownNext(search);
  if (next) return next;
  if (role === 'exhibitor') return '/exhibitor';
  return ['owner', 'operator', 'moderator'].includes(role) ? '/operator' : '/account';
}

/** A path of this site: `//elsewhere.example` and `/\elsewhere.example` are other sites for a browser. */
function isOwnPath(next: string): boolean {
  if (!next.startsWith('/')) return false;
  try {
    return new URL(next, 'https://here.invalid').origin === 'https://here.invalid' && !/[\\\n\r\t]/.test(next);
  } catch {
    return false;
  }
}
