/**
 * The record: who did what to whom, on what ground, what was before and after. The newest first, a page at a time; of one area of acts,
 * or of one account or target, which is chosen by pressing it. Everything is text.
 */
import { dayAndClock, isMessageKey, live, t, type MessageKey } from '../text/catalogue';
import { ROLE_NAMES } from '../account/roles';
import { openDialog } from '../ui/dialog';
import { button, el, text } from '../ui/dom';
import { fetchRecord, type Recorded, type RecordWanted } from './api';
import { pagedList } from './pagedList';
import { recordedActWords, targetWords } from './words';

/** Areas of acts, as the word before the dot has them. */
export const AREAS = ['act', 'report', 'appeal', 'account', 'token', 'organisation', 'booth', 'event', 'outreach', 'privacy', 'data'] as const;
const PAGE_COUNT = 50;

export function openRecordList(): void {
  const paged = pagedList<Recorded, number>({
    className: 'record-list', row, none: () => 'record.none',
    read: async (before) => {
      const items = await fetchRecord({ ...wanted, ...(before === null ? {} : { before }), count: PAGE_COUNT });
      return { items, next: items.length < PAGE_COUNT ? null : items.at(-1)?.sequence ?? null };
    },
  });
  const area = live(el('select', '', { id: 'record-area' },
    live(el('option', '', { value: '' }), 'record.all'), ...AREAS.map((each) => live(el('option', '', { value: each }), `record.area_${each}`))), 'record.area', 'aria-label');
  const chosen = el('div', 'chips');
  let wanted: RecordWanted = {};
  /** Of the account that is chosen. */
  let name = '';
  /** One more condition, or one less where its value is empty. */
  function choose(condition: RecordWanted, actorName = ''): void {
    wanted = Object.fromEntries(Object.entries({ ...wanted, ...condition }).filter(([, value]) => value !== ''));
    const dropped = (key: 'actor' | 'target', label: () => string): HTMLElement => button({ label, icon: 'close', className: 'btn chip', onPress: () => choose({ [key]: '' }) });
    if (condition.actor !== undefined) name = actorName;
    const { actor, target } = wanted;
    const [byActor, byTarget] = [actor ? dropped('actor', () => name) : null, target ? dropped('target', () => targetWords(target)) : null];
    // What was pressed is no more.
    const hasFocus = paged.list.contains(document.activeElement) || chosen.contains(document.activeElement);
    chosen.replaceChildren(...[byActor, byTarget].filter((node) => node !== null));
    if (hasFocus) ((condition.actor ? byActor : condition.target ? byTarget : null) ?? area).focus();
    paged.begin();
  }

  function row({ act, actor, after, at, before: was, damage, reason, sequence, target }: Recorded): HTMLElement {
    const who = (): string => actor.name || actor.id;
    const role = ROLE_NAMES[actor.role];
    const changes = was === null && after === null ? null : el('details', '', {}, el('summary', '', {}, text('record.changes')),
      ...([['record.before', was], ['record.after', after]] as const).filter(([, value]) => value !== null)
        .flatMap(([label, value]) => [text(label, 'legend'), el('pre', '', { lang: 'en' }, JSON.stringify(value, null, 1))]));
    return el('li', '', { tabindex: -1, 'data-sequence': sequence },
      live(el('time', 'no-autospace', { datetime: at }), () => dayAndClock(at)),
      el('div', '', {},
        el('p', '', {},
          actor.id ? button({ label: who, className: 'line-name', onPress: () => choose({ actor: actor.id }, who()) }) : text(who),
          ' ', role && actor.id ? text(role, 'desk-age') : null, ' ', live(el('strong', '', { title: act }), () => recordedActWords(act))),
        target ? el('p', '', {}, button({ label: () => targetWords(target), className: 'line-name record-target', onPress: () => choose({ target }) })) : null,
        reason ? live(el('p', 'acts-note'), () => reasonWords(reason)) : null,
        damage ? el('p', '', {}, text('record.damaged', 'tag warn')) : null, changes),
      el('span', 'acts-state', {}, `#${sequence}`));
  }

  area.addEventListener('change', () => choose({ area: area.value }));
  openDialog('record.title', 'acts-sheet record-sheet', [
    el('div', 'record-choice', {}, area, chosen), ...paged.parts,
  ]);
  choose({});
}

/** The reason of an act begins with its word. */
function reasonWords(reason: string): string {
  const [first = '', ...rest] = reason.split(' | ');
  const key = `reason.${first}`;
  return [isMessageKey(key) ? t(key as MessageKey) : first, ...rest].join(' | ');
}
