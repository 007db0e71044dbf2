/** What is said near: the last two lines on a plate, fading; all of it while the field has focus. */
import { CHAT_MAX_CHARS } from '../protocol/generated';
import { live } from '../text/catalogue';
import { button, el, text } from './dom';
import type { ChatLine } from './hud';

const KEPT_LINES = 100;
const FADE_AFTER_MS = 8000;

export interface Chat {
  readonly element: HTMLElement;
  add(line: ChatLine): void;
  focus(): void;
  dispose(): void;
}

export function createChat(send: (text: string) => void): Chat {
  const log = el('ol', 'chat-log', { role: 'log', 'aria-live': 'polite', tabindex: -1 });
  live(log, 'hud.chat.log', 'aria-label');
  const input = el('input', 'chat-input', {
    type: 'text', id: 'chat-input', autocomplete: 'off', enterkeyhint: 'send', maxlength: CHAT_MAX_CHARS * 2,
  });
  live(input, 'hud.chat.placeholder', 'placeholder');
  live(input, 'hud.chat.say', 'aria-label');
  const form = el(
    'form', 'plate chat-line', {}, input, el('kbd', 'kbd', { 'aria-hidden': true }, 'Enter'),
    button({ label: 'hud.chat.send', icon: 'send', iconOnly: true, className: 'chat-send', onPress: () => form.requestSubmit() }),
  );
  const element = el('div', 'chat', {}, log, form);
  const timers = new Set<ReturnType<typeof setTimeout>>();

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const said = [...input.value.trim()].slice(0, CHAT_MAX_CHARS).join('');
    input.value = '';
    element.classList.remove('typing');
    if (said) send(said);
    else input.blur();
  });
  input.addEventListener('input', () => element.classList.toggle('typing', input.value !== ''));
  input.addEventListener('focus', () => {
    element.classList.add('open');
    log.scrollTop = log.scrollHeight;
  });
  element.addEventListener('focusout', (event) => {
    if (event.relatedTarget instanceof Node && element.contains(event.relatedTarget)) return;
    element.classList.remove('open');
  });
  input.addEventListener('keydown', (event) => {
    // Enter that ends a composition (pinyin) is the input method's.
    if (event.key === 'Enter' && event.isComposing) event.stopPropagation();
    if (event.key === 'Escape') input.blur();
  });

  return {
    element,
    add({ name, text: said, self, badge }) {
      const line = el(
        'li', self ? 'self' : '', {},
        el('span', 'chat-name', {}, name), badge === 'bot' ? text('hud.badge.bot', 'chat-badge') : null, ' ', el('span', 'chat-text', {}, said),
      );
      const followed = log.scrollHeight - log.scrollTop - log.clientHeight < 24;
      log.append(line);
      while (log.childElementCount > KEPT_LINES) log.firstElementChild?.remove();
      if (followed) log.scrollTop = log.scrollHeight;
      const timer = setTimeout(() => {
        timers.delete(timer);
        line.classList.add('old');
      }, FADE_AFTER_MS);
      timers.add(timer);
    },
    focus: () => input.focus(),
    dispose() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
