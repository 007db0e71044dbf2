/** Lists that are drawn anew while somebody goes through them by keyboard. */

/**
 * `draw` redraws `root`; focus stays on the button of the same words in the row of the same visitor, or goes to `otherwise` where
 * that is gone.
 */
export function keepingFocus(root: HTMLElement, draw: () => void, otherwise?: HTMLElement): void {
  const held = document.activeElement;
  const isInside = held instanceof HTMLElement && held !== root && root.contains(held);
  const row = isInside ? held.closest<HTMLElement>('[data-visitor]') : null;
  const words = held?.textContent;
  draw();
  if (!isInside) return;
  const same = row && root.querySelector(`[data-visitor="${CSS.escape(row.dataset['visitor'] ?? '')}"]`);
  const again = [...(same?.querySelectorAll('button') ?? [])].find(({ textContent }) => textContent === words);
  (again ?? otherwise)?.focus({ preventScroll: true });
}
