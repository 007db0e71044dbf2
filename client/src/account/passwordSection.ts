import { send, type Me } from '../net/account';
import { el, text } from '../ui/dom';
import { field, form } from './form';
import { section } from './section';

/** Another password: every other browser is signed out, and a linked identity unlinked. */
export function passwordSection(me: Me, isLinked: boolean): HTMLElement {
  const old = field('account.old_password', { type: 'password', autocomplete: 'current-password' });
  const next = field('account.new_password', { type: 'password', autocomplete: 'new-password', hint: 'invitation.password_hint' });
  const login = el('input', 'unseen', { type: 'text', autocomplete: 'username', tabindex: -1, 'aria-hidden': true, readonly: true });
  login.value = me.account.login;
  const done = el('p', 'work-note', { role: 'status' });
  const change = async (): Promise<void> => {
    await send('POST', '/api/me/password', { old: old.input.value, new: next.input.value });
    old.input.value = next.input.value = '';
    done.replaceChildren(text(isLinked ? 'account.password_changed_unlinked' : 'account.password_changed'));
    setTimeout(() => location.reload(), 1500);
  };
  return section('account.password', isLinked ? 'account.password_text_linked' : 'account.password_text', form([login, old.element, next.element], 'account.password_verb', change, 'row-form'), done);
}
