/** The handle of a sheet on a phone: pulled down far enough, the sheet closes. */
import { el } from '../dom';

const CLOSE_AFTER_PX = 80;

export function sheetHandle(sheet: HTMLElement, close: () => void): HTMLElement {
  const handle = el('div', 'sheet-handle', { 'aria-hidden': true }, el('span'));
  let startY: number | null = null;
  const pull = (y: number): void => sheet.style.setProperty('transform', `translateY(${Math.max(0, y)}px)`);
  const release = (event: PointerEvent): void => {
    if (startY === null) return;
    const pulled = event.clientY - startY;
    startY = null;
    sheet.style.removeProperty('transform');
    if (event.type === 'pointerup' && pulled > CLOSE_AFTER_PX) close();
  };
  handle.addEventListener('pointerdown', (event) => {
    startY = event.clientY;
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener('pointermove', (event) => {
    if (startY !== null) pull(event.clientY - startY);
  });
  handle.addEventListener('pointerup', release);
  handle.addEventListener('pointercancel', release);
  return handle;
}
