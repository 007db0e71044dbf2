/** The stamps of a hall: its check-in points, and which of them were reached. */
import type { HallDescriptor } from '../net/api';
import { live, number, pick, t } from '../text/catalogue';
import { openDialog } from './dialog';
import { el, icon, text } from './dom';

export function openStamps(hall: HallDescriptor, reached: ReadonlySet<string>): void {
  const done = hall.checkins.filter(({ id }) => reached.has(id)).length;
  const summary = live(el('p', 'stamps-summary'), () => t('stamps.summary', { done: number(done), all: number(hall.checkins.length) }));
  const rows = hall.checkins.map(({ id, title }) => {
    const has = reached.has(id);
    return el(
      'li', has ? 'stamped' : '', {}, el('span', 'stamp-seal', {}, has ? icon('stamp') : null), live(el('span', 'place-name serif'), () => pick(title)),
      text(has ? 'stamps.reached' : 'stamps.not_yet', has ? 'tag ok' : 'tag'),
    );
  });
  openDialog('stamps.title', 'narrow', [summary, el('ul', 'stamps-list', {}, ...rows)]);
}
