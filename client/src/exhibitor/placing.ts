/** Where the booth stands: a hall, and one of its free slots, on the map or in the list. */
import { ApiError, fetchHall, fetchHalls, type HallDescriptor, type HallSummary, type Slot, type Transform } from '../net/api';
import { EMPTY_DRESS, fetchSlots, saveDress, type BoothRecord, type Dress, type HeldSlot } from '../net/boothRecords';
import { live, pick, t } from '../text/catalogue';
import { busy, problemParts } from '../ui/busy';
import { button, el, text } from '../ui/dom';
import { glyph } from '../ui/shapes';
import { boundsOf, broughtIn, excess, fits, fitted, turnedOrNot, yawTowardsVisitors } from './fit';
import { placeNote, when, type Desk, type View } from './parts';
import { createSlotMap } from './slotMap';
import { newest, newestOptimised } from './stage';

/** Slots that this booth may take: free ones, its own, and those with a booth that came with the hall. */
export const openSlots = (held: readonly HeldSlot[], own: string): Set<string> =>
  new Set(held.filter(({ is_taken, booth }) => !is_taken || booth === own).map(({ slot }) => slot));

/** Of the places that others have only for a while: how many, and when the first of them is free. */
export function keptSlots(held: readonly HeldSlot[], own: string): { count: number; first: string } | null {
  const moments = held.flatMap(({ is_taken, booth, kept_until }) => (is_taken && booth !== own && kept_until ? [kept_until] : [])).sort();
  return moments[0] ? { count: moments.length, first: moments[0] } : null;
}

export function placingView(booth: BoothRecord, desk: Desk): View {
  const bounds = boundsOf(newest(booth));
  const optimised = newestOptimised(booth);
  const dress: Dress = booth.dress ?? { ...EMPTY_DRESS, yaw_deg: yawTowardsVisitors(optimised) };
  let hall: HallDescriptor | null = null;
  let slot: string | null = null;
  let dirty = false;

  const map = createSlotMap(el('div', 'slot-map'), (id) => choose(id, true));
  const hallList = el('div', 'hall-choice', {}, el('p', '', { role: 'status' }, text('landing.loading')));
  const slotList = el('div', 'slot-choice');
  const problem = el('div', '', { role: 'alert' });
  const others = el('p', 'work-note');
  const warning = el('p', 'work-note', { role: 'status' });
  const save = button({ label: () => (slot ? t('exhibitor.place.take', { slot }) : t('exhibitor.place.take_none')), className: 'btn primary tall grow', onPress: () => void busy(save, problem, keep) });
  const element = el(
    'div', 'placing', {},
    el('div', 'placing-map', {}, el('h1', '', { tabindex: -1 }, text('exhibitor.place.title')), el('p', 'work-lead', {}, text('exhibitor.place.lead')), placeNote(booth), map.element,
      el('p', 'map-key', { 'aria-hidden': true }, ...(['free', 'taken', 'chosen'] as const).map((state) =>
        el('span', state, {}, el('i'), text(`exhibitor.place.${state}`))))),
    el('form', 'placing-side', {},
      el('fieldset', '', {}, live(el('legend', 'legend'), 'exhibitor.place.hall'), hallList),
      el('fieldset', '', {}, live(el('legend', 'legend'), 'exhibitor.place.slot'), slotList, others),
      warning, problem, el('p', 'buttons', {}, save)),
  );
  element.querySelector('form')?.addEventListener('submit', (event) => event.preventDefault());

  function choose(id: string | null, byHand: boolean): void {
    slot = id;
    dirty ||= byHand;
    map.choose(id);
    for (const input of slotList.querySelectorAll('input')) {
      input.checked = input.value === id;
      if (input.checked) input.closest('label')?.scrollIntoView({ block: 'nearest' });
    }
    save.disabled = id === null;
    live(save.firstElementChild as HTMLElement, () => (slot ? t('exhibitor.place.take', { slot }) : t('exhibitor.place.take_none')));
    const chosen = hall?.slots.find((candidate) => candidate.id === id);
    const shrinks = chosen && bounds && standIn(chosen).scale < 1 && !fits(bounds, { ...standIn(chosen), scale: 1 }, chosen);
    live(warning, () => (shrinks ? t('exhibitor.place.too_large') : ''));
  }

  const isItsOwn = (chosen: Slot): boolean => chosen.id === dress.slot && hall?.id === dress.hall;

  /** As it stands now where the slot is the same; fitted into a new one. */
  function standIn(chosen: Slot): Transform {
    if (isItsOwn(chosen)) return dress;
    return bounds ? fitted(bounds, dress.yaw_deg, chosen) : { offset_m: [0, 0], yaw_deg: dress.yaw_deg, scale: 1 };
  }

  async function keep(): Promise<void> {
    const chosen = hall?.slots.find((candidate) => candidate.id === slot);
    if (!hall || !chosen) return;
    const stand = standIn(chosen);
    const panels = isItsOwn(chosen) ? dress.panels : dress.panels.map((panel) => ({ ...panel, at: broughtIn(panel.at, stand, chosen) }));
    const placed = { ...dress, ...stand, panels, hall: hall.id, slot: chosen.id };
    const saved = await saveDress(booth.id, turnedOrNot(placed, optimised)).catch(async (error: unknown) => {
      // Somebody was faster: what is free now is shown beside what is said.
      if (error instanceof ApiError && error.code === 'slot_taken') await openHall(placed.hall);
      throw error;
    });
    dirty = false;
    desk.changed(saved);
    desk.go({ view: 'booth', booth: booth.id, tab: 'dress' });
  }

  /** Grows with each choice of a hall: what was asked for an earlier one comes too late. */
  let turn = 0;

  async function openHall(id: string): Promise<void> {
    const asked = (turn += 1);
    // Places of the hall before are of no use any more.
    hall = null;
    problem.replaceChildren();
    slotList.replaceChildren(el('p', '', { role: 'status' }, text('landing.loading')));
    choose(null, false);
    const [next, held] = await Promise.all([fetchHall(id), fetchSlots(id)]);
    if (asked !== turn) return;
    hall = next;
    const open = openSlots(held, booth.id);
    const kept = keptSlots(held, booth.id);
    map.show(next, open);
    slotList.replaceChildren(...next.slots.filter(({ id: slotId }) => open.has(slotId)).map(slotRow));
    if (open.size === 0) slotList.replaceChildren(el('p', 'work-note', {}, text('exhibitor.none_free')));
    live(others, () => (kept ? t('exhibitor.place.kept', { count: kept.count, when: when(kept.first) }) : ''));
    choose(next.id === dress.hall && dress.slot && open.has(dress.slot) ? dress.slot : null, false);
  }

  function slotRow(candidate: Slot): HTMLElement {
    const [width, height, depth] = candidate.size_m;
    const over = bounds ? excess(bounds, { offset_m: [0, 0], yaw_deg: dress.yaw_deg, scale: 1 }, candidate) : null;
    const input = el('input', '', { type: 'radio', name: 'slot', value: candidate.id });
    input.addEventListener('change', () => choose(candidate.id, true));
    const fit = over && (over.side_m > 0 || over.up_m > 0);
    return el('label', 'choice', {}, input, el('strong', '', {}, candidate.id),
      live(el('span', 'choice-note'), () => t('exhibitor.slot_size', { width, depth, height })),
      fit ? text('exhibitor.place.shrinks', 'tag warn') : null);
  }

  function hallRow({ id, shape, place, title }: HallSummary): HTMLElement {
    const input = el('input', '', { type: 'radio', name: 'hall', value: id });
    input.checked = id === (dress.hall ?? hall?.id);
    input.addEventListener('change', () => {
      void openHall(id).catch((error: unknown) => {
        if (!input.checked) return;
        slotList.replaceChildren();
        problem.replaceChildren(...problemParts(error));
      });
    });
    return el('label', 'choice', {}, input, glyph(shape), live(el('span', 'serif'), () => pick(place)), live(el('span', 'choice-note'), () => pick(title)));
  }

  const begin = (): void => void open().catch((error: unknown) => hallList.replaceChildren(
    el('div', '', { role: 'alert' }, ...problemParts(error)), button({ label: 'site.again', onPress: begin })));

  async function open(): Promise<void> {
    const halls = await fetchHalls();
    const described = await Promise.all(halls.map(({ id }) => fetchHall(id)));
    const offering = halls.filter((_, index) => (described[index]?.slots.length ?? 0) > 0);
    hallList.replaceChildren(...offering.map(hallRow));
    const first = offering.find(({ id }) => id === dress.hall) ?? offering[0];
    if (!first) return slotList.replaceChildren(el('p', 'work-note', {}, text('exhibitor.none_free')));
    for (const input of hallList.querySelectorAll('input')) input.checked = input.value === first.id;
    await openHall(first.id);
  }

  choose(null, false);
  begin();
  return {
    element,
    dispose: () => undefined,
    get dirty() {
      return dirty;
    },
  };
}

/** Where a booth stands, for its head and for lists. */
export function whereabouts(hall: HallSummary | undefined, slot: string | null): HTMLElement {
  if (!hall || !slot) return text('exhibitor.not_placed', 'whereabouts');
  return el('span', 'whereabouts', {}, glyph(hall.shape), live(el('span'), () => pick(hall.place)), el('span', 'sep'),
    live(el('span'), () => t('exhibitor.slot_of', { slot })));
}
