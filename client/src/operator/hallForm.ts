/** How a hall is run: door, slow mode, who may talk, capacity, hours, evacuation; and what everybody is told. */
import { live, t, type MessageKey } from '../text/catalogue';
import { acting } from '../ui/acting';
import { busy, Told } from '../ui/busy';
import { openDialog } from '../ui/dialog';
import { button, el, text } from '../ui/dom';
import { perform, undo, type Act, type ActRule, type HallState, type Opening, type Order } from './api';
import { actSentence, zoneName } from './words';

const SLOW_S = [0, 10, 30, 120] as const;
const DAYS = [0, 1, 2, 3, 4, 5, 6] as const;

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
  type Wanted = Omit<Order, 'target' | 'reason'>;
  const order = async (made: Wanted, reason = 'programme'): Promise<void> => {
    const { act } = await perform({ reason, target: { hall: hall.hall }, ...made });
    dialog.close();
    done(act);
  };
  const orders = (label: MessageKey | (() => string), made: () => Wanted, reason?: string, danger = false): HTMLButtonElement => {
    const node = button({ label, className: `btn chip${danger ? ' danger' : ''}`, onPress: () => void busy(node, problem, async () => order(made(), reason)) });
    return node;
  };
  /** What is wrong with what was filled in, in words; nothing is asked then. */
  const refuse = (saying: MessageKey | (() => string)): never => {
    problem.replaceChildren(text(saying, 'error'));
    problem.scrollIntoView({ block: 'nearest' });
    throw new Told();
  };
  const choice = (label: () => string, on: boolean, made: Wanted, reason?: string, danger = false): HTMLElement => {
    const node = orders(label, () => made, reason, danger);
    node.setAttribute('aria-pressed', String(on));
    return node;
  };
  const block = (label: MessageKey, kind: string, ...rest: Node[]): HTMLElement | null =>
    (may(kind) ? el('div', 'form-block', {}, text(label, 'legend'), el('div', 'chips', {}, ...rest)) : null);
  const capacity = el('input', 'short', { type: 'number', min: 1, max: hall.capacity_most, value: hall.capacity, id: 'hall-capacity' });
  live(capacity, 'desk.capacity', 'aria-label');
  const hours = (hall.rules.hours.length > 0 ? hall.rules.hours : [null]).map(hoursField);
  const capacitySet = (): number => {
    const wanted = capacity.valueAsNumber;
    const fits = Number.isInteger(wanted) && wanted >= 1 && wanted <= hall.capacity_most;
    return fits ? wanted : refuse(() => t('desk.capacity_wrong', { most: hall.capacity_most }));
  };
  /** Those of no day go; none at all would be always open, which has a button of its own. */
  const hoursSet = (): Opening[] => {
    const kept = hours.map((field) => field.value()).filter(({ days }) => days.length > 0);
    if (kept.length === 0) return refuse('desk.hours_no_day');
    if (kept.some(({ from, to }) => from === '' || to === '')) return refuse('desk.hours_missing');
    if (kept.some(({ from, to }) => from === to)) return refuse('desk.hours_same');
    return kept;
  };
  /** Whoever is in is led out: with people in it, that is asked. */
  const close = (): HTMLElement => {
    const made: Wanted = { kind: 'door', minutes: null, params: { door: 'closed' } };
    const isClosed = hall.rules.door === 'closed';
    if (isClosed || hall.visitors === 0) return choice(() => t('act.door_closed'), isClosed, made, 'safety', true);
    return acting('act.door_closed', 'desk.close_sure', () => order(made, 'safety'), 'btn chip danger');
  };

  const dialog = openDialog('desk.hall_title', 'narrow hall-form', [
    el('p', 'sanction-what serif', {}, title),
    ...[
      block('desk.door', 'door', ...(['open', 'locked'] as const).map((door) => choice(
        () => t(`act.door_${door}`), hall.rules.door === door && hall.door === door, { kind: 'door', minutes: null, params: { door } }, 'safety')), close(),
      ...(hall.rules.door !== hall.door ? [text('desk.door_by_hours', 'form-said')] : [])),
      block('desk.slow', 'slow', ...SLOW_S.map((seconds) => choice(
        () => (seconds === 0 ? t('desk.slow_off') : t('desk.slow_s', { count: seconds })), hall.rules.slow_s === seconds,
        { kind: 'slow', minutes: null, params: { slow_s: seconds } }))),
      block('desk.speakers', 'speakers', ...[false, true].map((only) => choice(
        () => t(only ? 'desk.speakers_only' : 'desk.speakers_all'), hall.rules.speakers_only === only,
        { kind: 'speakers', minutes: null, params: { speakers_only: only } }))),
      block('desk.capacity', 'capacity', capacity, orders('desk.set', () => ({ kind: 'capacity', minutes: null, params: { capacity: capacitySet() } }))),
      block('desk.hours', 'hours', text(() => t('desk.hours_zone', { zone: zoneName(timeZone) }), 'form-said'), ...hours.map(({ element }) => element),
        orders('desk.set', () => ({ kind: 'hours', minutes: null, params: { hours: hoursSet() } })),
        orders('desk.hours_always', () => ({ kind: 'hours', minutes: null, params: { hours: [] } }))),
      block('desk.evacuate', 'evacuate', acting('desk.evacuate_now', 'desk.evacuate_sure', () => order({ kind: 'evacuate' }, 'safety'), 'btn chip danger')),
      standing(acts, async (act) => {
        const undone = await undo(act.id);
        dialog.close();
        done(undone.act);
      }),
    ].filter((node) => node !== null),
    problem,
  ]);
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

/** Both languages, one hall or all. */
export function openAnnounce(hall: { id: string; title: string } | null, done: (act: Act, reached: number) => void): void {
  const zh = el('textarea', '', { rows: 3, maxlength: 200, id: 'announce-zh', lang: 'zh-CN' });
  const en = el('textarea', '', { rows: 3, maxlength: 200, id: 'announce-en', lang: 'en' });
  const here = el('input', '', { type: 'checkbox', id: 'announce-here' });
  const problem = el('div', '', { role: 'alert' });
  const go = button({ label: 'desk.announce_now', className: 'btn tall primary', onPress: () => {
    if (zh.value.trim() === '' || en.value.trim() === '') return problem.replaceChildren(text('desk.announce_both', 'error'));
    void busy(go, problem, say);
  } });
  const say = async (): Promise<void> => {
    const target: Record<string, string> = here.checked && hall ? { hall: hall.id } : {};
    const { act, reached } = await perform({ kind: 'announce', reason: 'programme', target, params: { text: { zh: zh.value, en: en.value } } });
    dialog.close();
    done(act, reached);
  };
  const dialog = openDialog('desk.announce', 'narrow announce', [
    live(el('label', 'legend', { for: 'announce-zh' }), 'desk.announce_zh'), zh,
    live(el('label', 'legend', { for: 'announce-en' }), 'desk.announce_en'), en,
    hall ? el('p', 'settings-row', {}, here, live(el('label', '', { for: 'announce-here' }), () => t('desk.announce_here', { hall: hall.title }))) : el('span'),
    problem,
  ], [go], { isWritten: () => zh.value.trim() !== '' || en.value.trim() !== '' });
}
