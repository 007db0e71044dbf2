/** What is said near: the last two lines on a plate, fading; all of it while the field has focus. */
import { CHAT_MAX_CHARS, CHAT_MAX_CODE_POINTS } from '../../protocol/generated';
import { live, t, type MessageKey } from '../../text/catalogue';
import { plain } from '../../text/plain';
import { badgeTag } from '../badgeTag';
import { button, el, text } from '../dom';
import { roomLeft } from '../roomLeft';

const LIMIT = { characters: CHAT_MAX_CHARS, codePoints: CHAT_MAX_CODE_POINTS };
const COUNTED_FROM = 30;
const KEPT_LINES = 100;
const FADE_AFTER_MS = 8000;

export type ChatLine = { id: number; name: string; text: string; self: boolean; badge?: string; line?: number; stage?: boolean };

export interface ChatClosed {
  /** Why. */
  saying: MessageKey | (() => string);
  /** Tells more of it, and how to say that it is wrong. */
  more?: () => void;
}

export interface Chat {
  readonly element: HTMLElement;
  add(line: ChatLine): void;
  /** What was sent last was not taken: it stands in the field again, unless something else does. */
  giveBack(): void;
  /** Nothing can be said now; null when it can. */
  setMuted(closed: ChatClosed | null): void;
  /** Takes these lines back. */
  clear(lines: readonly number[]): void;
  focus(): void;
  dispose(): void;
}

/**
 * @param send false when it could not be sent: then it stays in the field
 * @param about somebody wants to do something about a line
 */
export function createChat(send: (text: string) => boolean, about: (said: ChatLine) => void): Chat {
  const log = el('ol', 'chat-log', { role: 'log', 'aria-live': 'polite', tabindex: -1 });
  live(log, 'hud.chat.log', 'aria-label');
  const input = el('input', 'chat-input', {
    type: 'text', id: 'chat-input', autocomplete: 'off', enterkeyhint: 'send',
  });
  live(input, 'hud.chat.placeholder', 'placeholder');
  live(input, 'hud.chat.say', 'aria-label');
  let more: (() => void) | undefined;
  const why = button({ label: 'hud.chat.why_muted', className: 'chat-why', onPress: () => more?.() });
  why.hidden = true;
  const form = el(
    'form', 'plate chat-line', {}, input, why, el('kbd', 'kbd', { 'aria-hidden': true }, 'Enter'),
    button({ label: 'hud.chat.send', icon: 'send', iconOnly: true, className: 'chat-send', onPress: () => form.requestSubmit() }),
  );
  const room = roomLeft(input, LIMIT, COUNTED_FROM, plain);
  room.element.classList.add('plate');
  const element = el('div', 'chat', {}, log, room.element, form);
  let sent = '';
  const timers = new Set<ReturnType<typeof setTimeout>>();

  const write = (words: string): void => {
    input.value = words;
    element.classList.toggle('typing', words !== '');
    room.look();
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const said = plain(input.value);
    if (said === '') {
      write('');
      input.blur();
    } else if (room.look() && send(said)) {
      sent = said;
      write('');
    }
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
    add(spoken) {
      const { name, text: said, self, line: number } = spoken;
      const line = el(
        'li', `${self ? 'self' : ''}${spoken.stage ? ' from-stage' : ''}`.trim(), { 'data-line': number },
        self ? el('span', 'chat-name', {}, name) : who(name, () => about(spoken)), worn(spoken), spoken.stage ? text('hud.chat.from_stage', 'chat-badge stage') : null, ' ', el('span', 'chat-text', {}, said),
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
    giveBack() {
      if (input.value === '') write(sent);
    },
    clear(numbers) {
      const gone = new Set(numbers.map(String));
      for (const line of [...log.children]) if (gone.has((line as HTMLElement).dataset['line'] ?? '')) line.remove();
    },
    setMuted(closed) {
      input.disabled = closed !== null;
      form.classList.toggle('muted', closed !== null);
      more = closed?.more;
      why.hidden = more === undefined;
      live(input, closed?.saying ?? 'hud.chat.placeholder', 'placeholder');
    },
    focus: () => input.focus(),
    dispose() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** The name of who said it leads to what can be done about it. */
function who(name: string, press: () => void): HTMLElement {
  const node = el('button', 'chat-name', { type: 'button' }, name);
  live(node, () => t('person.open', { name }), 'title');
  node.addEventListener('click', press);
  return node;
}

/** A speaker on the stage is told by that already. */
function worn({ badge, stage }: ChatLine): HTMLElement | null {
  return badge === 'speaker' && stage ? null : badgeTag(badge ?? '');
}
