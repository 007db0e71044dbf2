/** The booths of the watched hall in words: those that stand there, to be chosen, and those that were taken down, to be shown again. */
import type { Booth } from '../net/api';
import { live, pick } from '../text/catalogue';
import { openDialog } from '../ui/dialog';
import { button, el, text } from '../ui/dom';
import type { Act } from './api';
import { nameOf } from './words';

export interface BoothListParts {
  booths: readonly Booth[];
  /** Those that hold: what was taken down here. */
  takenDown: readonly Act[];
  choose(booth: Booth): void;
  undo(act: Act): void;
}

export const boothTitle = ({ id, title }: Booth): string => pick(title) || id;

export function openBoothList({ booths, takenDown, choose, undo }: BoothListParts): void {
  const dialog = openDialog('desk.booths', 'narrow booth-list', [
    el('ul', 'desk-booths', {}, ...(booths.length === 0 ? [el('li', 'desk-none', {}, text('desk.no_booths'))] : booths.map((booth) => el('li', '', {}, button({
      label: () => boothTitle(booth), className: 'menu-row',
      onPress: () => {
        dialog.close();
        choose(booth);
      },
    }))))),
    ...(takenDown.length === 0 ? [] : [text('desk.taken_down', 'legend'), el('ul', 'standing', {}, ...takenDown.map((act) => el(
      'li', '', {}, live(el('span'), () => nameOf(act)),
      button({
        label: 'desk.show_again', className: 'btn small',
        onPress: () => {
          dialog.close();
          undo(act);
        },
      }))))]),
  ]);
}
