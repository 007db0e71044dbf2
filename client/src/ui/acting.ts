import { live, t, type MessageKey } from '../text/catalogue';
import { busy } from './busy';
import { button, el, text } from './dom';
import { LATEST_MS, SecondPress } from './secondPress';

/**
 * A button that says beside it what went wrong, and asks once more before it does what cannot be undone.
 * @param sure what it says then; null where one press is enough
 */
export function acting(verb: MessageKey, sure: MessageKey | null, act: () => Promise<void>, className = 'btn small'): HTMLElement {
  const said = el('div', 'acting-said', { role: 'alert' });
  const isDangerous = className.split(' ').includes('danger');
  const ask = (asks: boolean): void => {
    press.classList.toggle('danger', asks || isDangerous);
    live(press, asks && sure ? sure : verb);
    said.replaceChildren(...(asks ? [text(() => t('acting.again', { count: LATEST_MS / 1000 }), 'acting-again')] : []));
  };
  const second = new SecondPress(ask);
  const press = button({ label: () => '', className, onPress: () => {
    // While it is being done it does not ask.
    if (press.getAttribute('aria-busy') === 'true') return;
    if (!sure || second.press()) void busy(press, said, act);
  } });
  ask(false);
  press.addEventListener('blur', () => second.disarm());
  return el('span', 'acting', {}, press, said);
}
