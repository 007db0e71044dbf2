/** How a hall is run: door, slow mode, who may talk, capacity, hours, evacuation. What is pressed is done by the button at the foot, with why and for how long. */
import { live, t, type MessageKey } from '../text/catalogue';
import { acting } from '../ui/acting';
import { busy, Told } from '../ui/busy';
import { openDialog } from '../ui/dialog';
import { button, el, text } from '../ui/dom';
import { perform, undo, type Act, type ActRule, type HallState, type Opening, type Order } from './api';
import { REASONS, timesFor, usualTime } from './offered';
import { inForce } from './inForce';
import { mayUndo } from './undoQuestion';
import { Why } from './why';
import { actSentence, actWords, zoneName } from './words';

const SLOW_S = [0, 10, 30, 120] as const;
const DAYS = [0, 1, 2, 3, 4, 5, 6] as const;
/** Why it is done most of the time, where that is not the first of the list. */
const LIKELIEST: Readonly<Record<string, string>> = { door: 'safety', evacuate: 'safety', capacity: 'safety' };

export interface HallFormParts {
  hall: HallState;
  title: string;
  /** That of the hours, as the tz database has it. */
  timeZone: string;
  rules: readonly ActRule[];
  /** Acts on this hall that hold. */
  acts: readonly Act[];
  done(act: Act): void;
}

export function openHallForm({ hall, title, timeZone, rules, acts, done }: HallFormParts): void {
  const may = (kind: string): boolean => rules.some((rule) => rule.kind === kind && rule.may);
  const problem = el('div', '', { role: 'alert' });
  type Wanted = Pick<Order, 'kind' | 'params'>;
  let wanted: Wanted | null = null;
  const sentence = (): string => (wanted ? actWords(wanted.kind, why.minutes, wanted.params) : '');
  const why = new Why('hall-words', () => live(words, sentence));
  why.forWhom('desk.comment');
  /** Whoever is in is led out: with people in it, that is said first. */
  const leadsOut = el('p', 'hall-leads-out', { role: 'status' });
  const words = text(sentence);
  const go = el('button', 'btn tall act-go', { type: 'submit' }, words);
  const foot = el('form', 'hall-why', { hidden: true }, why.element, leadsOut, go);
  foot.addEventListener('submit', (event) => {
    event.preventDefault();
    void busy(go, problem, order);
  });
  const order = async (): Promise<void> => {
    if (!wanted) return;
    const { kind, params = {} } = wanted;
    const { act } = await perform({
      kind, params, reason: why.reason, comment: why.words.value, target: { hall: hall.hall }, ...(timesFor(kind, params).length > 0 ? { minutes: why.minutes } : {}),
    });
    dialog.close();
    done(act);
  };
  /** Chosen, and not done yet. */
  const choose = (node: HTMLElement, made: Wanted): void => {
    const { kind, params = {} } = wanted = made;
    why.offerReasons(REASONS.hall, LIKELIEST[kind] ?? REASONS.hall[0]);
    const offered = timesFor(kind, params);
    why.offerTimes(offered, usualTime(kind, offered, rules));
    const empties = kind === 'evacuate' || params['door'] === 'closed';
    live(leadsOut, () => (empties && hall.visitors > 0 ? t('desk.leads_out', { count: hall.visitors }) : ''));
    go.classList.toggle('danger', empties);
    go.classList.toggle('primary', !empties);
    live(words, sentence);
    mark(node);
    why.focus();
    node.scrollIntoView({ block: 'nearest' });
  };
  const mark = (chosen: HTMLElement | null): void => {
    for (const each of dialog.element.querySelectorAll('.wanted')) each.classList.remove('wanted');
    chosen?.classList.add('wanted');
    foot.hidden = chosen === null;
  };
  /** Something else is being filled in than what the button says. */
  const forget = (): void => {
    wanted = null;
    mark(null);
  };
  const orders = (label: MessageKey | (() => string), made: () => Wanted, danger = false): HTMLButtonElement => {
    const node = button({ label, className: `btn chip${danger ? ' danger' : ''}`, onPress: () => void busy(node, problem, async () => choose(node, made())) });
    return node;
  };
  /** What is wrong with what was filled in, in words; nothing is asked then. */
  const refuse = (saying: MessageKey | (() => string)): never => {
    problem.replaceChildren(text(saying, 'error'));
    problem.scrollIntoView({ block: 'nearest' });
    throw new Told();
  };
  const choice = (label: () => string, on: boolean, made: Wanted, danger = false): HTMLElement => {
    const node = orders(label, () => made, danger);
    node.setAttribute('aria-pressed', String(on));
    return node;
  };
  const block = (label: MessageKey, kind: string, ...rest: Node[]): HTMLElement | null =>
    (may(kind) ? el('div', 'form-block', {}, text(label, 'legend'), el('div', 'chips', {}, ...rest)) : null);
  const capacity = el('input', 'short', { type: 'number', min: 1, max: hall.capacity_most, value: hall.capacity, id: 'hall-capacity' });
  live(capacity, 'desk.capacity', 'aria-label');
  const hours = (hall.rules.hours.length > 0 ? hall.rules.hours : [null]).map(hoursField);
  for (const field of [capacity, ...hours.map(({ element }) => element)]) field.addEventListener('input', forget);
  const capacitySet = (): number => {
    const most = capacity.valueAsNumber;
    const fits = Number.isInteger(most) && most >= 1 && most <= hall.capacity_most;
    return fits ? most : refuse(() => t('desk.capacity_wrong', { most: hall.capacity_most }));
  };
  /** Those of no day go; none at all would be always open, which has a button of its own. */
  const hoursSet = (): Opening[] => {
    const kept = hours.map((field) => field.value()).filter(({ days }) => days.length > 0);
    if (kept.length === 0) return refuse('desk.hours_no_day');
    if (kept.some(({ from, to }) => from === '' || to === '')) return refuse('desk.hours_missing');
    if (kept.some(({ from, to }) => from === to)) return refuse('desk.hours_same');
    return kept;
  };
  const dialog = openDialog('desk.hall_title', 'narrow hall-form', [
    el('p', 'sanction-what serif', {}, title),
    ...[
      block('desk.door', 'door', ...(['open', 'locked', 'closed'] as const).map((door) => choice(
        () => t(`act.door_${door}`), hall.rules.door === door && (door === 'closed' || hall.door === door), { kind: 'door', params: { door } }, door === 'closed')),
      ...(hall.rules.door !== hall.door ? [text('desk.door_by_hours', 'form-said')] : [])),
      block('desk.slow', 'slow', ...SLOW_S.map((seconds) => choice(
        () => (seconds === 0 ? t('desk.slow_off') : t('desk.slow_s', { count: seconds })), hall.rules.slow_s === seconds,
        { kind: 'slow', params: { slow_s: seconds } }))),
      block('desk.speakers', 'speakers', ...[false, true].map((only) => choice(
        () => t(only ? 'desk.speakers_only' : 'desk.speakers_all'), hall.rules.speakers_only === only,
        { kind: 'speakers', params: { speakers_only: only } }))),
      block('desk.capacity', 'capacity', capacity, orders('desk.set', () => ({ kind: 'capacity', params: { capacity: capacitySet() } }))),
      block('desk.hours', 'hours', text(() => t('desk.hours_zone', { zone: zoneName(timeZone) }), 'form-said'), ...hours.map(({ element }) => element),
        orders('desk.set', () => ({ kind: 'hours', params: { hours: hoursSet() } })),
        orders('desk.hours_always', () => ({ kind: 'hours', params: { hours: [] } }))),
      block('desk.evacuate', 'evacuate', orders('desk.evacuate_now', () => ({ kind: 'evacuate' }), true)),
      standing(inForce(acts), async (act) => {
        if (!await mayUndo(act)) return;
        const undone = await undo(act.id);
        dialog.close();
        done(undone.act);
      }),
    ].filter((node) => node !== null),
    problem,
  ], [foot], { isWritten: () => why.isWritten });
}

/** What holds here, each with its way back. */
function standing(acts: readonly Act[], takeBack: (act: Act) => Promise<void>): HTMLElement | null {
  if (acts.length === 0) return null;
  return el('div', 'form-block', {}, text('desk.in_force', 'legend'), el('ul', 'standing', {}, ...acts.map((act) => el(
    'li', '', {}, live(el('span'), () => actSentence(act)), acting('desk.undo', null, () => takeBack(act))))));
}

function hoursField(opening: Opening | null, at: number): { element: HTMLElement; value(): Opening } {
  const boxes = DAYS.map((day) => el('input', '', { type: 'checkbox', id: `day-${at}-${day}`, checked: opening?.days.includes(day) ?? true }));
  const from = el('input', 'short', { type: 'time', value: opening?.from ?? '09:00' });
  const to = el('input', 'short', { type: 'time', value: opening?.to ?? '21:00' });
  live(from, 'desk.hours_from', 'aria-label');
  live(to, 'desk.hours_to', 'aria-label');
  const element = el('div', 'hours', {}, ...DAYS.map((day) => el('label', 'day', {}, boxes[day] as HTMLElement, text(`desk.day_${day}` as MessageKey))), from, '–', to);
  return { element, value: () => ({ days: DAYS.filter((day) => boxes[day]?.checked), from: from.value, to: to.value }) };
}
