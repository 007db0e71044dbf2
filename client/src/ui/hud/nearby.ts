/** Who is near, by name: the way to a person for whoever cannot point at one. */
import { openDialog } from '../dialog';
import { button, el, text } from '../dom';

export interface NearPerson {
  id: number;
  name: string;
}

export function openNearby(people: readonly NearPerson[], open: (person: NearPerson) => void): void {
  const dialog = openDialog('nearby.title', 'narrow nearby', [
    people.length === 0 ? el('p', '', {}, text('hud.near_nobody')) : el('ul', 'nearby-list', {}, ...people.map((person) => el('li', '', {}, button({
      label: () => person.name,
      className: 'menu-row',
      onPress: () => {
        dialog.close();
        open(person);
      },
    })))),
  ]);
}
