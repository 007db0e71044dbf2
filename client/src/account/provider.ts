/** Signing in by a provider (OpenID Connect): the button that leads there, and what is said when the browser is back. */
import { send } from '../net/account';
import { isMessageKey, t, type MessageKey } from '../text/catalogue';
import { wordsFor } from '../ui/busy';
import { el, text } from '../ui/dom';
import { leave } from './problem';

/** What the provider is called; `null`: there is none. Without an answer there is no button, and passwords go on. */
export async function fetchProvider(): Promise<string | null> {
  try {
    return (await send<{ name: string | null }>('GET', '/api/oidc')).name;
  } catch {
    return null;
  }
}

/** @param body what is sent when it is pressed: where to come back to, or which invitation is accepted */
export function providerButton(verb: MessageKey, name: string, body: () => object, path = '/api/oidc'): HTMLElement {
  const said = el('p', 'error', { role: 'alert' });
  const press = el('button', 'btn tall', { type: 'button' }, text(() => t(verb, { provider: name })));
  press.addEventListener('click', () => {
    if (press.getAttribute('aria-busy') === 'true') return;
    press.setAttribute('aria-busy', 'true');
    said.replaceChildren();
    void leave(path, body()).catch((error: unknown) => {
      press.removeAttribute('aria-busy');
      said.replaceChildren(text(wordsFor(error)));
    });
  });
  return el('div', 'provider', {}, el('p', 'or', {}, text('sign_in.or')), said, press);
}

/** An address has the code alone, and not which name or how many seconds. */
const WITHOUT_FIGURES: ReadonlyMap<string, MessageKey> = new Map([['login_taken', 'sign_in.name_taken'], ['too_many_tries', 'sign_in.wait']]);

/** What went wrong on the way back, as the address has it; only sentences that the catalogue has. */
export function problemNote(search = location.search): HTMLElement | null {
  const code = new URLSearchParams(search).get('problem') ?? '';
  const key = WITHOUT_FIGURES.get(code) ?? `error.${code}`;
  return isMessageKey(key) ? el('p', 'problem', { role: 'alert' }, text(key)) : null;
}
