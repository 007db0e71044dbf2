import { live, type MessageKey } from '../text/catalogue';
import { busy } from './busy';
import { button, el } from './dom';

/**
 * A button that says beside it what went wrong, and asks once more before it does what cannot be undone.
 * @param sure what it says then; null where one press is enough
 */
export function acting(verb: MessageKey, sure: MessageKey | null, act: () => Promise<void>, className = 'btn small'): HTMLElement {
  const said = el('div', 'acting-said', { role: 'alert' });
  const isDangerous = className.split(' ').includes('danger');
  let isAsked = false;
  const ask = (asks: boolean): void => {
    isAsked = asks;
    press.classList.toggle('danger', asks || isDangerous);
    live(press, asks && sure ? sure : verb);
  };
  const press = button({ label: () => '', className, onPress: () => {
    if (sure && !isAsked) return ask(true);
    void busy(press, said, act).then(() => ask(false));
  } });
  ask(false);
  press.addEventListener('blur', () => ask(false));
  return el('span', 'acting', {}, press, said);
}
