/** What stands around the model: where exactly it stands, panels, products, links, a card. One form, saved as a whole. */
import { Refused } from '../net/account';
import { ApiError, fetchHall, type Link, type Product, type Slot } from '../net/api';
import {
  actOn, EMPTY_DRESS, fetchBooth, renameBooth, saveDress, type BoothRecord, type Dress, type DressPanel, type PanelKind,
} from '../net/boothRecords';
import { listed, live, pick, t, type MessageKey } from '../text/catalogue';
import { busy, Told, wordsFor } from '../ui/busy';
import { button, el, icon, text } from '../ui/dom';
import { Form } from './fields';
import { previewHref } from './address';
import { boundsOf, broughtIn, excess, panelsOutside, turnedOrNot } from './fit';
import { PanelMedia } from './panelMedia';
import { placeForPanel } from './panelPlaces';
import { deskLink, placeNote, type Desk, type View } from './parts';
import { createPlan, type Plan } from './plan';
import { isPlaced, newest, newestOptimised, newestWithModel } from './stage';

/** What the server takes (server/yuanzhan/booths/dress.py); a test compares. */
export const DRESS_LIMITS = { title: 80, body: 2000, name: 120, price: 40, contact: 200, url: 2000, panels: 24, products: 60, links: 12 } as const;

const KINDS: readonly PanelKind[] = ['text', 'picture', 'video', 'audio'];

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
  const bounds = boundsOf(version);
  const measured = version?.report?.measured ?? {};
  const names = namesIn(measured['node_names']);
  const looks = namesIn(measured['variants']);
  const typed = (): string => JSON.stringify([dress, title]);
  let saved = typed();
  let plan: Plan | null = null;
  const media = new PanelMedia(booth.id, edited);
  const isDirty = (): boolean => typed() !== saved || media.isMissing(dress.panels);
  const form = new Form(edited);

  const problem = el('div', '', { role: 'alert' });
  const state = el('p', 'save-state', { role: 'status' });
  const warning = el('p', 'work-note warn', { role: 'status' });
  const panels = el('ol', 'items');
  const products = el('ol', 'items');
  const links = el('ol', 'items');
  const card = el('div', 'card-fields');
  const offset = (axis: 0 | 1, label: MessageKey) => form.figure(`/offset_m/${axis}`, label, () => dress.offset_m[axis], 0.05, (value) => {
    dress.offset_m = axis === 0 ? [value, dress.offset_m[1]] : [dress.offset_m[0], value];
  });
  const figures = {
    x: offset(0, 'exhibitor.dress.x'), z: offset(1, 'exhibitor.dress.z'),
    yaw: form.figure('/yaw_deg', 'exhibitor.dress.turn', () => dress.yaw_deg, 5, (value) => { dress.yaw_deg = value; }),
    scale: form.figure('/scale', 'exhibitor.dress.scale', () => dress.scale, 0.05, (value) => { dress.scale = value; }, 0.01),
  };
  const planHost = el('div');
  const save = button({ label: 'exhibitor.save', className: 'btn tall', onPress: () => void busy(save, problem, keep) });
  const submit = button({ label: 'exhibitor.submit', className: 'btn primary tall grow', onPress: () => void busy(submit, problem, handIn) });
  // What is typed here is seen there: a hall takes longer to open than a form to be saved.
  const hallLink = el('a', 'btn tall', { href: previewHref(booth.id, dress), target: '_blank' }, icon('eye'), text('exhibitor.preview'));

  hallLink.addEventListener('click', () => {
    if (isDirty()) void busy(save, problem, keep);
  });
  const stand = (of: Dress): string => JSON.stringify([of.hall, of.slot, of.offset_m, of.yaw_deg, of.scale]);
  let stood = stand(dress);

  const adders = {
    panels: el('div', 'adders', {}, ...KINDS.map((kind) => button({ label: `exhibitor.dress.add_${kind}`, icon: 'plus', onPress: () => addPanel(kind) }))),
    products: el('div', 'adders', {}, button({ label: 'exhibitor.dress.add_product', icon: 'plus', onPress: addProduct })),
    links: el('div', 'adders', {}, button({ label: 'exhibitor.dress.add_link', icon: 'plus', onPress: addLink })),
  };
  const element = el(
    'form', 'dressing', { novalidate: true },
    el('div', 'dressing-main', {},
      el('h1', '', { tabindex: -1 }, text('exhibitor.dress.title')), el('p', 'work-lead', {}, text('exhibitor.dress.lead')),
      el('div', 'booth-title', {}, form.both('/title', 'exhibitor.field.booth', title, { most: DRESS_LIMITS.title, hint: 'exhibitor.field.booth_hint' })),
      section('exhibitor.dress.panels', 'exhibitor.dress.panels_text', panels, adders.panels),
      section('exhibitor.dress.products', 'exhibitor.dress.products_text', products, adders.products),
      section('exhibitor.dress.links', 'exhibitor.dress.links_text', links, adders.links),
      section('exhibitor.dress.card', 'exhibitor.dress.card_text', card)),
    el('div', 'dressing-side', {},
      el('h2', '', {}, text('exhibitor.dress.stand')), planHost,
      el('div', 'figures', {}, figures.x.element, figures.z.element, figures.yaw.element, figures.scale.element), warning,
      placeNote(booth), problem, state,
      el('p', 'buttons', {}, submit, save, hallLink),
      el('p', 'work-note', {}, text('exhibitor.submit_text'))),
  );
  element.addEventListener('submit', (event) => event.preventDefault());

  function edited(): void {
    live(state, isDirty() ? 'exhibitor.unsaved' : 'exhibitor.saved');
    plan?.draw();
    warn();
  }

  let slot: Slot | null = null;
  function warn(): void {
    const over = slot && bounds ? excess(bounds, dress, slot) : { side_m: 0, up_m: 0 };
    const outside = slot ? panelsOutside(dress.panels, dress, slot) : [];
    const centimetres = (metres: number): number => Math.ceil(metres * 100);
    live(warning, () => (over.up_m > 0 ? t('exhibitor.dress.too_high', { over: centimetres(over.up_m) })
      : over.side_m > 0 ? t('exhibitor.dress.too_wide', { over: centimetres(over.side_m) })
      : outside.length > 0 ? t('exhibitor.dress.panel_outside', { numbers: listed(outside.map(String)), count: outside.length }) : ''));
  }

  /* Lists are built anew after something was added or taken away: pointers go by the place in the list. */
  function build(): void {
    for (const [host, key, rows] of [
      [panels, 'panels', dress.panels.map(panelItem)], [products, 'products', dress.products.map(productItem)], [links, 'links', dress.links.map(linkItem)],
    ] as const) {
      host.replaceChildren(...rows);
      host.hidden = dress[key].length === 0;
    }
    for (const [key, adder] of Object.entries(adders) as [keyof typeof adders, HTMLElement][]) {
      for (const node of adder.children) (node as HTMLButtonElement).disabled = dress[key].length >= DRESS_LIMITS[key];
    }
  }

  function rebuilt(): void {
    for (const key of ['/panels', '/products', '/links']) form.forget(key);
    build();
    edited();
  }

  function item(title: () => string, remove: () => void, ...fields: HTMLElement[]): HTMLElement {
    const bin = button({ label: 'exhibitor.remove', icon: 'bin', iconOnly: true, className: 'close', onPress: remove });
    live(bin, () => t('exhibitor.remove_what', { what: title() }), 'aria-label');
    return el('li', 'item', {}, el('div', 'item-head', {}, live(el('h3'), title), bin), ...fields);
  }

  /** Taken away at once; the news at the foot of the page brings it back. */
  function take<Item>(list: Item[], index: number, title: () => string): void {
    const what = title();
    const [gone] = list.splice(index, 1);
    rebuilt();
    desk.undo(() => t('exhibitor.removed', { what }), () => {
      list.splice(index, 0, gone as Item);
      rebuilt();
    });
  }

  function panelItem(panel: DressPanel, index: number): HTMLElement {
    const at = `/panels/${index}`;
    const title = (): string => t('exhibitor.dress.panel_number', { number: index + 1, kind: t(`exhibitor.kind.${panel.kind}`) });
    const place = (axis: 0 | 1 | 2, label: MessageKey): HTMLElement => form.figure(`${at}/at/${axis}`, label, () => panel.at[axis], 0.05, (value) => { panel.at[axis] = value; }).element;
    return item(title, () => take(dress.panels, index, title),
      panel.kind === 'text' ? el('span', '', { hidden: true }) : media.field(panel, `${at}/object`),
      form.both(`${at}/title`, 'exhibitor.field.title', panel.title, { most: DRESS_LIMITS.title }),
      form.both(`${at}/body`, 'exhibitor.field.body', panel.body, { most: DRESS_LIMITS.body, rows: 3 }),
      el('div', 'three', {}, place(0, 'exhibitor.dress.panel_x'), place(2, 'exhibitor.dress.panel_z'), place(1, 'exhibitor.dress.panel_y')));
  }

  function productItem(product: Product, index: number): HTMLElement {
    const at = `/products/${index}`;
    const title = (): string => t('exhibitor.dress.product_number', { number: index + 1 });
    return item(title, () => take(dress.products, index, title),
      form.both(`${at}/name`, 'exhibitor.field.name', product.name, { most: DRESS_LIMITS.title }),
      el('div', 'two', {},
        form.line(`${at}/price`, 'exhibitor.field.price', product.price ?? '', (value) => {
          if (value) product.price = value;
          else delete product.price;
        }, { most: DRESS_LIMITS.price }),
        form.line(`${at}/node`, 'exhibitor.field.node', product.node, (value) => { product.node = value; }, { list: 'model-nodes', hint: 'exhibitor.field.node_hint' })),
      form.both(`${at}/body`, 'exhibitor.field.body', product.body, { most: DRESS_LIMITS.body, rows: 2 }),
      form.tick('exhibitor.field.variants', product.variants, (value) => { product.variants = value; }),
      live(el('p', 'hint'), () => (looks.length > 0 ? t('exhibitor.field.variants_hint', { looks: listed(looks) }) : t('exhibitor.field.variants_none'))));
  }

  function linkItem(link: Link, index: number): HTMLElement {
    const at = `/links/${index}`;
    const title = (): string => t('exhibitor.dress.link_number', { number: index + 1 });
    return item(title, () => take(dress.links, index, title),
      form.both(`${at}/label`, 'exhibitor.field.label', link.label, { most: DRESS_LIMITS.title }),
      form.line(`${at}/url`, 'exhibitor.field.url', link.url, (value) => { link.url = value.trim(); }, { most: DRESS_LIMITS.url, type: 'url', hint: 'exhibitor.field.url_hint' }));
  }

  function addPanel(kind: PanelKind): void {
    const id = freshId(kind, dress.panels.map((panel) => panel.id));
    const at = placeForPanel(dress.panels.map((panel) => panel.at), bounds, dress, slot);
    dress.panels.push({ id, kind, at, title: { zh: '', en: '' }, body: { zh: '', en: '' } });
    added(panels);
  }

  function addProduct(): void {
    dress.products.push({ id: freshId('product', dress.products.map(({ id }) => id)), node: '', name: { zh: '', en: '' }, variants: false, body: { zh: '', en: '' } });
    added(products);
  }

  function addLink(): void {
    dress.links.push({ label: { zh: '', en: '' }, url: '' });
    added(links);
  }

  function added(list: HTMLElement): void {
    rebuilt();
    list.lastElementChild?.querySelector<HTMLElement>('input[type="text"], input[type="url"], textarea')?.focus();
  }

  function buildCard(): void {
    form.forget('/card');
    const current = dress.card;
    card.replaceChildren(
      form.tick('exhibitor.dress.show_card', current !== null, (on) => {
        dress.card = on ? current ?? { name: '', organisation: desk.organisation, contact: '' } : null;
        buildCard();
      }),
      ...(current ? [el('div', 'two', {},
        form.line('/card/name', 'exhibitor.field.person', current.name, (value) => { current.name = value; }, { most: DRESS_LIMITS.name }),
        form.line('/card/organisation', 'exhibitor.field.organisation', current.organisation, (value) => { current.organisation = value; }, { most: DRESS_LIMITS.name })),
      form.line('/card/contact', 'exhibitor.field.contact', current.contact, (value) => { current.contact = value; }, { most: DRESS_LIMITS.contact, hint: 'exhibitor.field.contact_hint' })] : []),
    );
  }

  async function keep(): Promise<void> {
    await followStand();
    const sent = typed();
    await atFields(async () => {
      if (title.zh !== booth.title.zh || title.en !== booth.title.en) await renameBooth(booth.id, title);
      const kept = await saveDress(booth.id, turnedOrNot(dress, newestOptimised(booth)));
      saved = sent;
      stood = stand(dress);
      justSaved = booth.id;
      desk.changed(kept);
      justSaved = '';
    });
    form.clear();
    edited();
  }

  /**
   * The preview in the hall moves the booth as well: who did not move it here keeps it where it was put there, with its panels in the
   * place.
   */
  async function followStand(): Promise<void> {
    const now = (await fetchBooth(booth.id)).dress;
    if (!now || stand(dress) !== stood || stand(now) === stood) return;
    const { hall, slot: in_slot, offset_m, yaw_deg, scale } = now;
    Object.assign(dress, { hall, slot: in_slot, offset_m, yaw_deg, scale });
    if (slot && slot.id === in_slot) for (const panel of dress.panels) panel.at = broughtIn(panel.at, dress, slot);
    showStand();
    showPanels();
    plan?.draw();
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

  function showPanels(): void {
    dress.panels.forEach((panel, index) => panel.at.forEach((value, axis) => {
      const input = panels.querySelector<HTMLInputElement>(`[data-pointer="/panels/${index}/at/${axis}"]`);
      if (input) input.value = String(value);
    }));
  }

  function showStand(): void {
    for (const figure of Object.values(figures)) figure.show();
  }

  async function open(): Promise<void> {
    if (!dress.hall || !isPlaced(booth)) return planHost.replaceChildren(deskLink(desk, { view: 'booth', booth: booth.id, tab: 'place' }, 'btn', text('exhibitor.to_place'), icon('enter')));
    slot = (await fetchHall(dress.hall)).slots.find(({ id }) => id === dress.slot) ?? null;
    if (!slot) return;
    plan = createPlan(slot, bounds, newestOptimised(booth)?.optimised?.front ?? '-z', dress, () => {
      showStand();
      showPanels();
      live(state, 'exhibitor.unsaved');
      warn();
    });
    planHost.replaceChildren(plan.element);
    warn();
  }

  build();
  buildCard();
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
  void open().catch((error: unknown) => problem.replaceChildren(live(el('p', 'error'), wordsFor(error))));
  return {
    element,
    dispose: () => undefined,
    get dirty() {
      return isDirty();
    },
  };
}

function section(title: MessageKey, lead: MessageKey, ...inside: HTMLElement[]): HTMLElement {
  return el('section', '', {}, el('h2', '', {}, text(title)), el('p', '', {}, text(lead)), ...inside);
}

/** `panel-3`: small letters and digits, as ids are, and not yet there. */
export function freshId(stem: string, taken: readonly string[]): string {
  let number = taken.length + 1;
  while (taken.includes(`${stem}-${number}`)) number += 1;
  return `${stem}-${number}`;
}

/** Names that the model's measure tells: of its nodes, of its looks. */
function namesIn(list: unknown): string[] {
  return Array.isArray(list) ? (list as unknown[]).filter((name): name is string => typeof name === 'string' && name !== '') : [];
}
