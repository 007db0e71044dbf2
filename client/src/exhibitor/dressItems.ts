/** What a dress has several of: panels, products, links. Each can be added, edited and taken away again. */
import type { Link, Product, Vec3 } from '../net/api';
import type { Dress, DressPanel, PanelKind } from '../net/boothRecords';
import { listed, live, t, type MessageKey } from '../text/catalogue';
import { button, el, text } from '../ui/dom';
import { DRESS_LIMITS } from './dressLimits';
import type { Form } from './fields';
import type { PanelMedia } from './panelMedia';
import type { Desk } from './parts';

const KINDS: readonly PanelKind[] = ['text', 'picture', 'video', 'audio'];

export interface ItemsOptions {
  readonly dress: Dress;
  readonly form: Form;
  readonly media: PanelMedia;
  readonly desk: Desk;
  /** The looks that the model offers (KHR_materials_variants). */
  readonly looks: readonly string[];
  /** What its parts are called; empty where that is not known. */
  readonly parts: readonly string[];
  /** Where the next panel would stand. */
  readonly place: () => Vec3;
  /** Hears when an item came or went. */
  readonly edited: () => void;
}

export class Items {
  /** A section each, in the order of the form. */
  readonly sections: readonly HTMLElement[];
  readonly #panels = el('ol', 'items');
  readonly #products = el('ol', 'items');
  readonly #links = el('ol', 'items');
  readonly #adders: Record<'panels' | 'products' | 'links', HTMLElement>;

  constructor(private readonly options: ItemsOptions) {
    this.#adders = {
      panels: el('div', 'adders', {}, ...KINDS.map((kind) => adder(`exhibitor.dress.add_${kind}`, () => this.#addPanel(kind)))),
      products: el('div', 'adders', {}, adder('exhibitor.dress.add_product', () => this.#addProduct())),
      links: el('div', 'adders', {}, adder('exhibitor.dress.add_link', () => this.#addLink())),
    };
    this.sections = [
      section('exhibitor.dress.panels', 'exhibitor.dress.panels_text', this.#panels, this.#adders.panels),
      section('exhibitor.dress.products', 'exhibitor.dress.products_text', this.#products, this.#adders.products),
      section('exhibitor.dress.links', 'exhibitor.dress.links_text', this.#links, this.#adders.links),
    ];
    this.#build();
  }

  /** The panels' places were changed elsewhere. */
  showPlaces(): void {
    this.options.dress.panels.forEach((panel, index) => panel.at.forEach((value, axis) => {
      const input = this.#panels.querySelector<HTMLInputElement>(`[data-pointer="/panels/${index}/at/${axis}"]`);
      if (input) input.value = String(value);
    }));
  }

  /* Lists are built anew after something was added or taken away: pointers go by the place in the list. */
  #build(): void {
    const { dress } = this.options;
    for (const [host, key, rows] of [
      [this.#panels, 'panels', dress.panels.map((panel, index) => this.#panel(panel, index))],
      [this.#products, 'products', dress.products.map((product, index) => this.#product(product, index))],
      [this.#links, 'links', dress.links.map((link, index) => this.#link(link, index))],
    ] as const) {
      host.replaceChildren(...rows);
      host.hidden = rows.length === 0;
      for (const node of this.#adders[key].children) (node as HTMLButtonElement).disabled = rows.length >= DRESS_LIMITS[key];
    }
  }

  #rebuilt(): void {
    for (const key of ['/panels', '/products', '/links']) this.options.form.forget(key);
    this.#build();
    this.options.edited();
  }

  /** Taken away at once; the news at the foot of the page brings it back. */
  #take<Item>(list: Item[], index: number, title: () => string): void {
    const what = title();
    const [gone] = list.splice(index, 1);
    this.#rebuilt();
    this.options.desk.undo(() => t('exhibitor.removed', { what }), () => {
      list.splice(index, 0, gone as Item);
      this.#rebuilt();
    });
  }

  #panel(panel: DressPanel, index: number): HTMLElement {
    const { dress, form, media } = this.options;
    const at = `/panels/${index}`;
    const title = (): string => t('exhibitor.dress.panel_number', { number: index + 1, kind: t(`exhibitor.kind.${panel.kind}`) });
    const place = (axis: 0 | 1 | 2, label: MessageKey): HTMLElement => form.figure(`${at}/at/${axis}`, label, () => panel.at[axis], 0.05, (value) => { panel.at[axis] = value; }).element;
    return item(title, () => this.#take(dress.panels, index, title),
      panel.kind === 'text' ? el('span', '', { hidden: true }) : media.field(panel, `${at}/object`),
      form.both(`${at}/title`, 'exhibitor.field.title', panel.title, { most: DRESS_LIMITS.title }),
      form.both(`${at}/body`, 'exhibitor.field.body', panel.body, { most: DRESS_LIMITS.body, rows: 3 }),
      el('div', 'three', {}, place(0, 'exhibitor.dress.panel_x'), place(2, 'exhibitor.dress.panel_z'), place(1, 'exhibitor.dress.panel_y')));
  }

  #product(product: Product, index: number): HTMLElement {
    const { dress, form, looks, parts } = this.options;
    const at = `/products/${index}`;
    const title = (): string => t('exhibitor.dress.product_number', { number: index + 1 });
    return item(title, () => this.#take(dress.products, index, title),
      form.both(`${at}/name`, 'exhibitor.field.name', product.name, { most: DRESS_LIMITS.title }),
      el('div', 'two', {},
        form.line(`${at}/price`, 'exhibitor.field.price', product.price ?? '', (value) => {
          if (value) product.price = value;
          else delete product.price;
        }, { most: DRESS_LIMITS.price }),
        form.line(`${at}/node`, 'exhibitor.field.node', product.node, (value) => { product.node = value; }, {
          list: 'model-nodes', hint: 'exhibitor.field.node_hint', advise: (name) => (isNoPart(name, parts) ? t('exhibitor.field.node_missing') : ''),
        })),
      form.both(`${at}/body`, 'exhibitor.field.body', product.body, { most: DRESS_LIMITS.body, rows: 2 }),
      form.tick('exhibitor.field.variants', product.variants, (value) => { product.variants = value; }),
      live(el('p', 'hint'), () => (looks.length > 0 ? t('exhibitor.field.variants_hint', { looks: listed(looks) }) : t('exhibitor.field.variants_none'))));
  }

  #link(link: Link, index: number): HTMLElement {
    const { dress, form } = this.options;
    const at = `/links/${index}`;
    const title = (): string => t('exhibitor.dress.link_number', { number: index + 1 });
    return item(title, () => this.#take(dress.links, index, title),
      form.both(`${at}/label`, 'exhibitor.field.label', link.label, { most: DRESS_LIMITS.title }),
      form.line(`${at}/url`, 'exhibitor.field.url', link.url, (value) => { link.url = value.trim(); }, { most: DRESS_LIMITS.url, type: 'url', hint: 'exhibitor.field.url_hint' }));
  }

  #addPanel(kind: PanelKind): void {
    const { panels } = this.options.dress;
    panels.push({ id: freshId(kind, panels.map(({ id }) => id)), kind, at: this.options.place(), title: { zh: '', en: '' }, body: { zh: '', en: '' } });
    this.#added(this.#panels);
  }

  #addProduct(): void {
    const { products } = this.options.dress;
    products.push({ id: freshId('product', products.map(({ id }) => id)), node: '', name: { zh: '', en: '' }, variants: false, body: { zh: '', en: '' } });
    this.#added(this.#products);
  }

  #addLink(): void {
    this.options.dress.links.push({ label: { zh: '', en: '' }, url: '' });
    this.#added(this.#links);
  }

  #added(list: HTMLElement): void {
    this.#rebuilt();
    list.lastElementChild?.querySelector<HTMLElement>('input[type="text"], input[type="url"], textarea')?.focus();
  }
}

/** What stands under a heading of its own, with a sentence about it. */
export function section(title: MessageKey, lead: MessageKey, ...inside: HTMLElement[]): HTMLElement {
  return el('section', '', {}, el('h2', '', {}, text(title)), el('p', '', {}, text(lead)), ...inside);
}

/** Whether a product would be opened nowhere: its model has parts, and none of this name. The next one may have it. */
export const isNoPart = (name: string, parts: readonly string[]): boolean => name !== '' && parts.length > 0 && !parts.includes(name);

/** `panel-3`: small letters and digits, as ids are, and not yet there. */
export function freshId(stem: string, taken: readonly string[]): string {
  let number = taken.length + 1;
  while (taken.includes(`${stem}-${number}`)) number += 1;
  return `${stem}-${number}`;
}

const adder = (label: MessageKey, onPress: () => void): HTMLElement => button({ label, icon: 'plus', onPress });

function item(title: () => string, remove: () => void, ...fields: HTMLElement[]): HTMLElement {
  const bin = button({ label: 'exhibitor.remove', icon: 'bin', iconOnly: true, className: 'close', onPress: remove });
  live(bin, () => t('exhibitor.remove_what', { what: title() }), 'aria-label');
  return el('li', 'item', {}, el('div', 'item-head', {}, live(el('h3'), title), bin), ...fields);
}
