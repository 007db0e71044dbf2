/** What the staff did to a booth: since when, why, what follows, and how to say that it is wrong. */
import type { BoothRecord, TakenDown } from '../net/boothRecords';
import { live, t } from '../text/catalogue';
import { el, icon } from '../ui/dom';
import { appealForm, reasonWord } from '../ui/sanctions';
import { when } from './parts';

/** The appeal against each act: what is written in it, or that it was sent, outlives the booth's page, which is drawn anew at any news. */
const appeals = new Map<string, HTMLElement>();

function appealAgainst(down: TakenDown): HTMLElement {
  const appeal = appeals.get(down.act) ?? appealForm(down);
  appeals.set(down.act, appeal);
  return appeal;
}

/** Nothing where the booth was not taken down. */
export function takenDownNotice({ taken_down: down }: BoothRecord): HTMLElement | null {
  if (!down) return null;
  const told = (): string => t('exhibitor.taken_down.told', { when: when(down.at), reason: reasonWord(down.reason) });
  const follows = (): string => (down.until ? t('exhibitor.taken_down.until', { when: when(down.until) }) : t('exhibitor.taken_down.until_undone'));
  return live(el(
    'section', 'taken-down', {}, icon('flag'), el(
      'div', '', {}, live(el('p', 'taken-down-told serif'), told), down.note ? el('blockquote', 'sanction-note', {}, down.note) : null,
      live(el('p', 'work-note'), follows), appealAgainst(down),
    ),
  ), 'exhibitor.stage.taken_down', 'aria-label');
}
