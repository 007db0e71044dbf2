/** Lists that are drawn anew while somebody goes through them by keyboard. */

/**
 * `draw` redraws `root`; focus stays on the button of the same words in the row of the same `by`, which is the button itself where a row
 * is one, or goes to `otherwise` where that is gone.
 */
export function keepingFocus(root: HTMLElement, draw: () => void, otherwise?: HTMLElement, by: 'visitor' | 'report' | 'booth' | 'value' = 'visitor'): void {
  const held = document.activeElement;
  const isInside = held instanceof HTMLElement && held !== root && root.contains(held);
  const row = isInside ? held.closest<HTMLElement>(`[data-${by}]`) : null;
  const words = held?.textContent;
  draw();
  if (!isInside) return;
  const same = row && root.querySelector<HTMLElement>(`[data-${by}="${CSS.escape(row.dataset[by] ?? '')}"]`);
  const again = same instanceof HTMLButtonElement ? same : [...(same?.querySelectorAll('button') ?? [])].find(({ textContent }) => textContent === words);
  (again ?? otherwise)?.focus({ preventScroll: true });
}
