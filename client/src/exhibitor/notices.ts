/** News at the foot of the page with a way back: undoing beats asking. */
import { live } from '../text/catalogue';
import { button, el } from '../ui/dom';

const SHOWN_MS = 6000;

export interface Notices {
  readonly element: HTMLElement;
  undo(saying: () => string, back: () => void): void;
  /** There is no way back any more. */
  clear(): void;
}

export function createNotices(): Notices {
  const element = el('div', 'toasts', { role: 'status', 'aria-live': 'polite' });
  const show = (saying: () => string, back: () => void): void => {
    const toast = el('div', 'toast', {}, live(el('span'), saying));
    let timer = 0;
    const arm = (): void => {
      clearTimeout(timer);
      timer = window.setTimeout(() => toast.remove(), SHOWN_MS);
    };
    toast.append(button({ label: 'exhibitor.undo', className: 'toast-back', onPress: () => {
      clearTimeout(timer);
      toast.remove();
      back();
    } }));
    // Whoever reaches for it has time to press it.
    for (const type of ['pointerenter', 'focusin'] as const) toast.addEventListener(type, () => clearTimeout(timer));
    for (const type of ['pointerleave', 'focusout'] as const) toast.addEventListener(type, arm);
    element.replaceChildren(toast);
    arm();
  };
  return { element, undo: show, clear: () => element.replaceChildren() };
}
