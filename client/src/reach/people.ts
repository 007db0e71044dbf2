/** A number of people as it may be told: about so many, or fewer than so many. */
import type { People } from '../net/outreach';
import { number, t } from '../text/catalogue';

export function peopleWords(people: People): string {
  if ('fewer_than' in people) return t('outreach.number_few', { count: number(people.fewer_than) });
  return people.about === 0 ? '0' : t('outreach.number_about', { count: number(people.about) });
}

export const reachWords = (people: People): string =>
  ('fewer_than' in people ? t('outreach.few', { count: number(people.fewer_than) }) : t('outreach.about', { count: number(people.about) }));
