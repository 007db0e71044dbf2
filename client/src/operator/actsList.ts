/** What was done, on people too: all of it or what holds now, the newest first, a page at a time. */
import { dayAndClock, live, t, type MessageKey } from '../text/catalogue';
import { openDialog } from '../ui/dialog';
import { button, el } from '../ui/dom';
import { fetchActsPage, fetchDesk, type Act, type ActRule } from './api';
import { inForce, inItsPlace, Layers, liesOverOthers } from './inForce';
import { pagedList } from './pagedList';
import { actSentence, endsWithEvent } from './words';

export interface ActsListParts {
  rules: readonly ActRule[];
  /** Resolves to what it is then; null where it could not be done, which was said. */
  undo(act: Act): Promise<Act | null>;
}

/** `isCovered`: another act that holds has its place. */
interface Listed {
  act: Act;
  isCovered: boolean;
}

const VIEWS: readonly (readonly [holding: boolean, name: MessageKey, none: MessageKey])[] = [
  [true, 'desk.in_force', 'desk.none_in_force'], [false, 'desk.acts_all', 'desk.no_acts'],
];

export function openActsList({ rules, undo }: ActsListParts): void {
  const mayUndo = new Set(rules.filter(({ may }) => may).map(({ kind }) => kind));
  let [holding, none] = [true, VIEWS[0]![2]];
  let layers = new Layers();
  const paged = pagedList<Listed, string>({
    className: 'acts-list', row, none: () => none,
    read: async (before) => {
      const [isInForce, over] = [holding, layers];
      const { acts, next } = await fetchActsPage(isInForce, before);
      const items = isInForce ? inForce(acts, over).map((act) => ({ act, isCovered: false })) : acts.map((act) => ({ act, isCovered: over.covers(act) }));
      return { items, next };
    },
  });

  function row({ act, isCovered }: Listed): HTMLElement {
    const element = el('li', '', { tabindex: -1, 'data-act': act.id });
    const fill = (now: Act): void => {
      const words = [now.note, now.comment].filter((each) => each !== '');
      element.replaceChildren(
        live(el('time', 'no-autospace', { datetime: now.made_at }), () => dayAndClock(now.made_at)),
        el('div', '', {}, live(el('p'), () => actSentence(now)), ...words.map((each) => el('p', 'acts-note', {}, each))),
        live(el('span', 'acts-state no-autospace'), () => (now.holds && isCovered ? t('desk.overridden') : stateWords(now))),
        ...(now.holds && mayUndo.has(now.kind) ? [button({ label: 'desk.undo', className: 'btn small', onPress: () => void takeBack(now) })] : []));
    };
    const takeBack = async (now: Act): Promise<void> => {
      const undone = await undo(now);
      if (!undone) return;
      fill(undone);
      element.focus();
      if (!holding || !liesOverOthers(undone)) return;
      const back = inItsPlace(undone, (await fetchDesk().catch(() => ({ acts: [] }))).acts);
      if (back) element.after(row({ act: back, isCovered: false }));
    };
    fill(act);
    return element;
  }

  const choices = VIEWS.map(([value, name, empty]) => {
    const choice = button({ label: name, className: '', onPress: () => show(value, empty) });
    choice.dataset['holding'] = String(value);
    return choice;
  });
  function show(value: boolean, empty: MessageKey): void {
    [holding, none, layers] = [value, empty, new Layers()];
    for (const choice of choices) choice.setAttribute('aria-pressed', String(choice.dataset['holding'] === String(value)));
    paged.begin();
  }

  openDialog('desk.acts', 'acts-sheet', [
    live(el('div', 'segments', { role: 'group' }, ...choices), 'desk.acts_which', 'aria-label'), ...paged.parts,
  ]);
  show(true, VIEWS[0]![2]);
}

/** What became of it; nothing of what was over as soon as it was done. */
function stateWords(act: Act): string {
  if (act.undone_at !== null) return t('desk.undone');
  if (!act.lasting) return '';
  if (!act.holds) return t('desk.acts_over');
  if (endsWithEvent(act)) return t('desk.acts_until_event');
  return act.ends_at === null ? t('desk.until_undone') : t('desk.acts_until', { time: dayAndClock(act.ends_at) });
}
