/** A sheet in the top layer, with a heading and a way out; removed when it closes. */
import { live, type MessageKey } from '../text/catalogue';
import { button, el, text } from './dom';

export interface SheetDialog {
  readonly element: HTMLDialogElement;
  close(): void;
}

export function openDialog(title: MessageKey, className: string, body: readonly Node[], foot: readonly Node[] = [], onClose?: () => void): SheetDialog {
  const element = live(el('dialog', `sheet ${className}`), title, 'aria-label');
  const close = (): void => element.close();
  element.append(
    el('header', 'sheet-head', {}, el('h2', '', { tabindex: -1, autofocus: true }, text(title)),
      button({ label: 'site.close', icon: 'close', iconOnly: true, className: 'close', onPress: close })),
    el('div', 'sheet-body', {}, ...body),
  );
  if (foot.length > 0) element.append(el('footer', 'sheet-foot', {}, ...foot));
  element.addEventListener('click', (event) => {
    if (event.target === element) close();
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
