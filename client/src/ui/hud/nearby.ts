/** Who is around, by name: the way to a person for whoever cannot point at one. */
import type { NearPerson } from '../../crowd/near';
import { t, type MessageKey } from '../../text/catalogue';
import { badgeTag } from '../badgeTag';
import { openDialog } from '../dialog';
import { button, el, text } from '../dom';

export function openNearby(people: readonly NearPerson[], open: (person: NearPerson) => void): void {
  const row = (person: NearPerson): HTMLElement => {
    const press = button({
      label: () => person.name || t('person.unnamed'),
      className: 'menu-row',
      onPress: () => {
        dialog.close();
        open(person);
      },
    });
    const badge = badgeTag(person.badge);
    if (badge) press.append(' ', badge);
    return el('li', '', {}, press);
  };
  const group = (heading: MessageKey, members: readonly NearPerson[]): HTMLElement[] =>
    members.length === 0 ? [] : [el('h3', 'legend', {}, text(heading)), el('ul', 'nearby-list', {}, ...members.map(row))];
  const near = people.filter(({ isNear }) => isNear);
  const dialog = openDialog('nearby.title', 'narrow nearby', [
    ...near.length === 0 ? [el('p', '', {}, text('hud.near_nobody'))] : group('nearby.near', near),
    ...group('nearby.further', people.filter(({ isNear }) => !isNear)),
  ]);
}
