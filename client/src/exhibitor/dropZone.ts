/** Where a model is dropped or chosen: a file, a zip, a folder, or a glTF together with its files. */
import { listed, live, t } from '../text/catalogue';
import { button, el, icon, text } from '../ui/dom';
import { choose, droppedFiles, pack, pickedFiles, type NamedFile } from './model';

/** Of the files that a glTF names and nobody gave, so many are told. */
const MISSING_SHOWN = 6;

export interface DropZoneOptions {
  /** The words for a second try. */
  again?: boolean;
  /** The server takes no more. */
  most_mb: number;
}

export function createDropZone({ again = false, most_mb }: DropZoneOptions, onFile: (file: File) => void): HTMLElement {
  const picker = filePicker(false);
  const folderPicker = filePicker(true);
  const said = el('div', 'drop-said', { role: 'alert' });
  const zone = el(
    'section', 'drop', {}, icon('upload'),
    el('h2', '', {}, text(again ? 'exhibitor.drop.again' : 'exhibitor.drop.title')),
    live(el('p', 'drop-kinds'), () => t('exhibitor.drop.kinds', { size: most_mb })),
    el('div', 'drop-buttons', {},
      button({ label: 'exhibitor.drop.choose', className: 'btn primary tall', onPress: () => picker.click() }),
      button({ label: 'exhibitor.drop.folder', className: 'btn tall', onPress: () => folderPicker.click() })),
    said, picker, folderPicker,
  );
  live(zone, 'exhibitor.drop.title', 'aria-label');

  const take = async (files: readonly NamedFile[], only?: string): Promise<void> => {
    said.replaceChildren();
    const choice = choose(only ? [only] : files.map(({ path }) => path));
    if (choice.kind === 'none') return said.replaceChildren(text('exhibitor.drop.none'));
    if (choice.kind === 'several') return ask(files, choice.paths);
    const packed = await pack(choice, files).catch(() => null);
    if (!packed) return said.replaceChildren(text('exhibitor.drop.unreadable'));
    if (packed.kind === 'missing') {
      const { model, names } = packed;
      const first = names.slice(0, MISSING_SHOWN);
      return said.replaceChildren(text(() => t('exhibitor.drop.missing', { model, names: names.length > first.length ? `${listed(first)}…` : listed(first) })));
    }
    if (packed.file.size === 0) return said.replaceChildren(text('exhibitor.drop.empty'));
    if (packed.file.size > most_mb * (1 << 20)) return said.replaceChildren(text(() => t('exhibitor.drop.too_large', { size: most_mb })));
    onFile(packed.file);
  };
  const ask = (files: readonly NamedFile[], paths: readonly string[]): void => {
    said.replaceChildren(text('exhibitor.drop.several'), el('ul', 'drop-models', {}, ...paths.slice(0, 12).map((path) =>
      el('li', '', {}, button({ label: () => path, onPress: () => void take(files, path) })))));
  };

  for (const input of [picker, folderPicker]) {
    input.addEventListener('change', () => {
      const files = pickedFiles(input.files ?? []);
      input.value = '';
      if (files.length > 0) void take(files);
    });
  }
  zone.addEventListener('dragover', (event) => {
    event.preventDefault();
    zone.classList.add('over');
  });
  zone.addEventListener('dragleave', (event) => {
    if (!(event.relatedTarget instanceof Node) || !zone.contains(event.relatedTarget)) zone.classList.remove('over');
  });
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    zone.classList.remove('over');
    if (event.dataTransfer) void droppedFiles(event.dataTransfer).then((files) => take(files), () => said.replaceChildren(text('exhibitor.drop.unreadable')));
  });
  return zone;
}

/** Reached by its button; a screen reader hears the button alone. */
function filePicker(folder: boolean): HTMLInputElement {
  return el('input', '', {
    type: 'file', hidden: true, multiple: true, webkitdirectory: folder, tabindex: -1, 'aria-hidden': true, 'data-picker': folder ? 'folder' : 'files',
  });
}
