/** How many characters still fit into a field: said when it gets close, and when there are too many. */
import { live, t } from '../text/catalogue';
import { roomFor } from '../text/plain';
import { el } from './dom';

export interface RoomLeft {
  readonly element: HTMLElement;
  /** Whether what is in the field fits; look again after each change that no key made. */
  look(): boolean;
}

/** @param from how many characters before the end it begins to count */
export function roomLeft(
  input: HTMLInputElement, limit: { characters: number; codePoints: number }, from: number, tidy: (text: string) => string,
): RoomLeft {
  const element = el('p', 'room-left', { id: `${input.id}-room`, role: 'status', hidden: true });
  input.setAttribute('aria-describedby', element.id);
  const look = (): boolean => {
    const room = roomFor(tidy(input.value), limit);
    element.hidden = room > from;
    element.classList.toggle('over', room < 0);
    input.setAttribute('aria-invalid', String(room < 0));
    live(element, () => (room < 0 ? t('field.too_long', { max: limit.characters, n: -room }) : t('field.room_left', { n: room })));
    return room >= 0;
  };
  input.addEventListener('input', look);
  return { element, look };
}
