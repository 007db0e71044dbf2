/** A button of the HUD with a small plate of choices above it; closes on a choice, Esc, or a press elsewhere. */
import type { MessageKey } from '../text/catalogue';
import type { IconName } from './icons';
import { button, el } from './dom';

export interface Popover {
  readonly element: HTMLElement;
  readonly isOpen: boolean;
  close(): void;
}

/** @param fill makes the plate's choices anew each time it opens */
export function createPopover(
  options: { label: MessageKey; icon: IconName; className: string; fill(close: () => void): readonly Node[] },
): Popover {
  const plate = el('div', 'plate popover', { hidden: true });
  const toggle = button({ label: options.label, icon: options.icon, className: 'hud-button', onPress: () => (plate.hidden ? open() : close()) });
  toggle.setAttribute('aria-expanded', 'false');
  const element = el('div', `popover-anchor ${options.className}`, {}, plate, toggle);

  const outside = (event: PointerEvent): void => {
    if (!(event.target instanceof Node) || !element.contains(event.target)) close();
  };
  function open(): void {
    plate.replaceChildren(...options.fill(close));
    plate.hidden = false;
    toggle.setAttribute('aria-expanded', 'true');
    plate.querySelector<HTMLElement>('button, a')?.focus({ preventScroll: true });
    document.addEventListener('pointerdown', outside, true);
  }
  function close(): void {
    if (plate.hidden) return;
    const hadFocus = plate.contains(document.activeElement);
    plate.hidden = true;
    toggle.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', outside, true);
    if (hadFocus) toggle.focus({ preventScroll: true });
  }
  return {
    element,
    get isOpen() {
      return !plate.hidden;
    },
    close,
  };
}
