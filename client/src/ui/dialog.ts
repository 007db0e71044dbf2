/** A sheet in the top layer, with a heading and a way out; removed when it closes. */
import { live, t, type MessageKey } from '../text/catalogue';
import { button, el, text } from './dom';

export interface SheetDialog {
  readonly element: HTMLDialogElement;
  close(): void;
}

export interface SheetOptions {
  onClose?(): void;
  /** Whether something was written that would be lost: then who closes it is asked. */
  isWritten?(): boolean;
}

export function openDialog(
  title: MessageKey, className: string, body: readonly Node[], foot: readonly Node[] = [], { onClose, isWritten }: SheetOptions = {},
): SheetDialog {
  const element = live(el('dialog', `sheet ${className}`), title, 'aria-label');
  const close = (): void => element.close();
  const mayClose = (): boolean => !isWritten?.() || window.confirm(t('site.close_written'));
  const leave = (): void => {
    if (mayClose()) close();
  };
  element.append(
    el('header', 'sheet-head', {}, el('h2', '', { tabindex: -1, autofocus: true }, text(title)),
      button({ label: 'site.close', icon: 'close', iconOnly: true, className: 'close', onPress: leave })),
    el('div', 'sheet-body', {}, ...body),
  );
  if (foot.length > 0) element.append(el('footer', 'sheet-foot', {}, ...foot));
  // Beside the sheet, from begin to end: text that is marked from within may end there.
  let isBeside = false;
  element.addEventListener('pointerdown', (event) => { isBeside = event.target === element; });
  element.addEventListener('click', (event) => {
    if (event.target === element && isBeside) leave();
  });
  element.addEventListener('cancel', (event) => {
    if (!mayClose()) event.preventDefault();
  });
  // Keys in a dialog are the dialog's: nobody walks behind it.
  element.addEventListener('keydown', (event) => event.stopPropagation());
  element.addEventListener('close', () => {
    element.remove();
    onClose?.();
  });
  document.body.append(element);
  element.showModal();
  return { element, close };
}
