/** The console's keys. Single letters work only while no field has the focus, and can be turned off (WCAG 2.1.4). */
import { live, t } from '../text/catalogue';
import { button, el, text } from '../ui/dom';

const KEYS_OFF = 'yuanzhan.desk.keys';

export interface KeyActs {
  /** Esc, in a field too. */
  letGo?(): void;
  /** Enter, where no button or link has the focus. */
  submit?(): void;
  readonly letters: Readonly<Record<string, () => void>>;
}

export function listenToKeys({ letGo, submit, letters }: KeyActs): void {
  window.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector('dialog[open]')) return;
    if (event.key === 'Escape') {
      if (!letGo) return;
      (document.activeElement as HTMLElement | null)?.blur();
      return letGo();
    }
    const on = event.target instanceof Element ? event.target : null;
    if (on?.closest('input, textarea, select') || localStorage.getItem(KEYS_OFF)) return;
    const act = event.key === 'Enter' ? (on?.closest('button, a') ? undefined : submit) : letters[event.key.toLowerCase()];
    // A key that is held does what it does once: nobody is muted twice.
    if (!act || event.repeat) return;
    event.preventDefault();
    act();
  });
}

export function keysHelp(): HTMLElement {
  const key = (name: string): HTMLElement => el('kbd', 'kbd', { 'aria-hidden': true }, name);
  const label = (): string => t(localStorage.getItem(KEYS_OFF) ? 'desk.keys_on' : 'desk.keys_off');
  const off = button({
    label, className: 'desk-undo',
    onPress: () => {
      if (localStorage.getItem(KEYS_OFF)) localStorage.removeItem(KEYS_OFF);
      else localStorage.setItem(KEYS_OFF, '1');
      const words = off.querySelector('span');
      if (words) live(words, label);
    },
  });
  return el('div', 'desk-keys', {}, key('J'), key('K'), text('desk.keys_reports'), key('1'), key('2'), key('3'), text('desk.keys_acts'), key('M'), text('desk.keys_reach'), key('A'), text('desk.keys_record'), key('Esc'), text('desk.keys_esc'), off);
}
