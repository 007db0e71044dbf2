/** What went wrong, and the way on where there is one. */
import { send } from '../net/account';
import { ApiError } from '../net/api';
import { wordsFor } from '../ui/busy';
import { button, text } from '../ui/dom';

/** The sentence; who has to prove who they are goes to their provider from here, and comes back to this page. */
export function problem(error: unknown): (Node | string)[] {
  const words = text(wordsFor(error));
  if (!(error instanceof ApiError) || error.code !== 'sign_in_again') return [words];
  const go = button({
    label: 'account.sign_in_again', className: 'btn', onPress: () => {
      go.setAttribute('aria-busy', 'true');
      void leave('/api/oidc', { again: true, next: location.pathname }).catch((failed: unknown) => go.replaceWith(text(wordsFor(failed))));
    },
  });
  return [words, ' ', go];
}

/** Goes to the provider's own page. */
export async function leave(path: string, body: object): Promise<void> {
  const { url } = await send<{ url: string }>('POST', path, body);
  location.assign(url);
}
