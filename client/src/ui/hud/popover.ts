/** A button of the HUD with a small plate of choices above it; closes on a choice, Esc, or a press elsewhere. */
import type { MessageKey } from '../../text/catalogue';
import type { IconName } from '../icons';
import { button, el } from '../dom';

export interface Popover {
  readonly element: HTMLElement;
  readonly isOpen: boolean;
  close(): void;
}

/** A choice that closes the plate before it acts; `key` does the same without the plate. */
export type Choice = (label: MessageKey | (() => string), icon: IconName, act: () => void, key?: string) => HTMLButtonElement;

/** @param fill makes the plate's choices anew each time it opens */
export function createPopover(
  options: { label: MessageKey; icon: IconName; className: string; fill(choice: Choice): readonly (Node | null)[] },
): Popover {
  const plate = el('div', 'plate popover', { hidden: true });
  const toggle = button({ label: options.label, icon: options.icon, className: 'hud-button', onPress: () => (plate.hidden ? open() : close()) });
  toggle.setAttribute('aria-expanded', 'false');
  const element = el('div', `popover-anchor ${options.className}`, {}, plate, toggle);

  const choice: Choice = (label, icon, act, key) => {
    const node = button({
      label, icon, className: 'menu-item', onPress: () => {
        close();
        act();
      },
    });
    if (key) node.append(el('kbd', 'kbd', { 'aria-hidden': true }, key));
    return node;
  };
  const outside = (event: PointerEvent): void => {
    if (!(event.target instanceof Node) || !element.contains(event.target)) close();
  };
  function open(): void {
    plate.replaceChildren(...options.fill(choice).filter((node) => node !== null));
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
