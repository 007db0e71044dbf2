/** Short news at the bottom of the page: seen for six seconds, kept while the pointer rests on it. */
import { el } from './dom';
import { live } from '../text/catalogue';

const SHOWN_MS = 6000;
const AT_MOST = 3;

export interface Toasts {
  readonly element: HTMLElement;
  show(saying: () => string): void;
  dispose(): void;
}

export function createToasts(): Toasts {
  const element = el('div', 'toasts', { role: 'status', 'aria-live': 'polite' });
  const timers = new Map<Element, ReturnType<typeof setTimeout>>();
  const remove = (toast: Element): void => {
    clearTimeout(timers.get(toast));
    timers.delete(toast);
    toast.remove();
  };
  const arm = (toast: Element): void => {
    clearTimeout(timers.get(toast));
    timers.set(toast, setTimeout(() => remove(toast), SHOWN_MS));
  };
  return {
    element,
    show(saying) {
      const said = saying();
      // The same news again is the same toast, for longer.
      const same = [...element.children].find((toast) => toast.textContent === said);
      if (same) return arm(same);
      const toast = live(el('p', 'toast'), saying);
      toast.addEventListener('pointerenter', () => clearTimeout(timers.get(toast)));
      toast.addEventListener('pointerleave', () => arm(toast));
      element.append(toast);
      while (element.childElementCount > AT_MOST) remove(element.firstElementChild as Element);
      arm(toast);
    },
    dispose() {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
