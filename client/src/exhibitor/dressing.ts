/** What stands around the model: where exactly it stands, panels, products, links, a card. One form, saved as a whole. */
import { Refused } from '../net/account';
import { ApiError } from '../net/api';
import { actOn, EMPTY_DRESS, renameBooth, saveDress, type BoothRecord, type Dress } from '../net/boothRecords';
import { live, pick, t } from '../text/catalogue';
import { busy, Told, wordsFor } from '../ui/busy';
import { button, el, icon, text } from '../ui/dom';
import { previewHref } from './address';
import { cardFields } from './dressCard';
import { Items, section } from './dressItems';
import { DRESS_LIMITS } from './dressLimits';
import { Stand } from './dressStand';
import { Form } from './fields';
import { boundsOf, turnedOrNot } from './fit';
import { PanelMedia } from './panelMedia';
import { deskLink, placeNote, type Desk, type View } from './parts';
import { isPlaced, newest, newestOptimised, newestWithModel } from './stage';

/** The booth that was saved a moment ago: the page shows it anew, and says so. */
let justSaved = '';

export function dressingView(booth: BoothRecord, desk: Desk): View {
  return booth.dress ? dressForm(booth, desk) : placeFirst(booth, desk);
}

/** A dress is kept with its place: before there is one, nothing is asked for that could not be saved. */
function placeFirst(booth: BoothRecord, desk: Desk): View {
  const element = el('div', 'view', {},
    el('h1', '', { tabindex: -1 }, text('exhibitor.dress.title')), el('p', 'work-lead', {}, text('exhibitor.dress.place_first')),
    deskLink(desk, { view: 'booth', booth: booth.id, tab: 'place' }, 'btn primary', text('exhibitor.to_place'), icon('enter')));
  return { element, dispose: () => undefined };
}

function dressForm(booth: BoothRecord, desk: Desk): View {
  const dress: Dress = structuredClone(booth.dress ?? EMPTY_DRESS);
  const title = { ...booth.title };
  const submittable = newestWithModel(booth);
  const version = submittable ?? newest(booth);
  const measured = version?.report?.measured ?? {};
  const names = namesIn(measured['node_names']);
  const typed = (): string => JSON.stringify([dress, title]);
  let saved = typed();
  const media = new PanelMedia(booth.id, edited);
  const isDirty = (): boolean => typed() !== saved || media.isMissing(dress.panels);
  const form = new Form(edited);
  const stand = new Stand({ booth, dress, bounds: boundsOf(version), form, moved });
  const items = new Items({ dress, form, media, desk, looks: namesIn(measured['variants']), parts: names, place: () => stand.placeForPanel(), edited });

  const problem = el('div', '', { role: 'alert' });
  const state = el('p', 'save-state', { role: 'status' });
  const save = button({ label: 'exhibitor.save', className: 'btn tall', onPress: () => void busy(save, problem, keep) });
  const submit = button({ label: 'exhibitor.submit', className: 'btn primary tall grow', onPress: () => void busy(submit, problem, handIn) });
  // What is typed here is seen there: a hall takes longer to open than a form to be saved.
  const hallLink = el('a', 'btn tall', { href: previewHref(booth.id, dress), target: '_blank' }, icon('eye'), text('exhibitor.preview'));
  hallLink.addEventListener('click', () => {
    if (isDirty()) void busy(save, problem, keep);
  });
  const element = el(
    'form', 'dressing', { novalidate: true },
    el('div', 'dressing-main', {},
      el('h1', '', { tabindex: -1 }, text('exhibitor.dress.title')), el('p', 'work-lead', {}, text('exhibitor.dress.lead')),
      el('div', 'booth-title', {}, form.both('/title', 'exhibitor.field.booth', title, { most: DRESS_LIMITS.title, hint: 'exhibitor.field.booth_hint' })),
      ...items.sections,
      section('exhibitor.dress.card', 'exhibitor.dress.card_text', cardFields(dress, form, desk.organisation))),
    el('div', 'dressing-side', {},
      el('h2', '', {}, text('exhibitor.dress.stand')), stand.plan, stand.figures, stand.warning,
      placeNote(booth), problem, state,
      el('p', 'buttons', {}, submit, save, hallLink),
      el('p', 'work-note', {}, text('exhibitor.submit_text'))),
  );
  element.addEventListener('submit', (event) => event.preventDefault());

  function edited(): void {
    live(state, isDirty() ? 'exhibitor.unsaved' : 'exhibitor.saved');
    stand.draw();
  }

  function moved(): void {
    items.showPlaces();
    live(state, 'exhibitor.unsaved');
  }

  async function keep(): Promise<void> {
    await stand.follow();
    const sent = typed();
    await atFields(async () => {
      if (title.zh !== booth.title.zh || title.en !== booth.title.en) await renameBooth(booth.id, title);
      const kept = await saveDress(booth.id, turnedOrNot(dress, newestOptimised(booth)));
      saved = sent;
      stand.kept();
      justSaved = booth.id;
      desk.changed(kept);
      justSaved = '';
    });
    form.clear();
    edited();
  }

  async function handIn(): Promise<void> {
    if (isDirty()) await keep();
    if (media.isSending) throw new ApiError('sending', t('exhibitor.media.sending'));
    if (!submittable) return;
    desk.changed(await atFields(() => actOn(booth.id, submittable.number, 'submit')));
    desk.go({ view: 'booth', booth: booth.id, tab: 'model' });
  }

  /** What the server says of single fields is told there; what has no field here, beside the buttons. */
  async function atFields<Answer>(act: () => Promise<Answer>): Promise<Answer> {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof Refused) || error.problems.length === 0) throw error;
      const homeless = form.complain(error.problems);
      problem.replaceChildren(live(el('p', 'error'), wordsFor(error)), ...homeless.map(({ message }) =>
        live(el('p', 'error'), () => (typeof message === 'string' ? message : pick(message)))));
      throw new Told();
    }
  }

  if (names.length > 0) element.append(el('datalist', '', { id: 'model-nodes' }, ...names.map((name) => el('option', '', { value: name }))));
  const placed = isPlaced(booth);
  submit.hidden = !placed || !submittable;
  if (submittable?.state === 'published') live(submit.firstElementChild as HTMLElement, 'exhibitor.submit_again');
  hallLink.hidden = save.hidden = !placed;
  if (justSaved === booth.id) {
    live(state, 'exhibitor.saved');
    // The button that was pressed is gone with the page that had it.
    queueMicrotask(() => save.focus({ preventScroll: true }));
  }
  void stand.open(desk).catch((error: unknown) => problem.replaceChildren(live(el('p', 'error'), wordsFor(error))));
  return {
    element,
    dispose: () => undefined,
    get dirty() {
      return isDirty();
    },
  };
}

/** Names that the model's measure tells: of its nodes, of its looks. */
function namesIn(list: unknown): string[] {
  return Array.isArray(list) ? (list as unknown[]).filter((name): name is string => typeof name === 'string' && name !== '') : [];
}
