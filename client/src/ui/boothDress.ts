/** What an exhibitor put into a booth, as its panel shows it: products with their looks, panels, links, the contact card. */
import type { Bilingual, Booth, ContactCard, DressPanel, Link, Product } from '../net/api';
import { lang, live, pick, t } from '../text/catalogue';
import type { Variant } from '../scene/variants';
import { el, icon, svg, text } from './dom';

/** What of a booth can be changed or is to be counted. */
export interface BoothActions {
  /** Something of it was looked at: its id, `link-1` ... of links, `about` of the booth itself. */
  opened(item: string): void;
  /** The looks of a product, and the one it wears. */
  looks(product: Product): Looks;
  choose(product: Product, variant: string | null): void;
  /** What plays this address in what is built anew: put back at once, it goes on. */
  player?(url: string): HTMLMediaElement | undefined;
}

/** The named looks of a product; `original` where it also has one without a name. */
export interface Looks {
  variants: Variant[];
  chosen: string | null;
  original: boolean;
}

/** The level below the booth's own heading. */
type Heading = 'h3' | 'h4';

export const ABOUT_ITEM = 'about';

export const linkId = (index: number): string => `link-${index + 1}`;

/** The sections of a dressed booth, in the order in which one reads them. */
export function dressSections(booth: Booth, actions: BoothActions, heading: Heading = 'h3'): HTMLElement[] {
  const { dress } = booth;
  if (!dress) return [];
  return [
    ...dress.products.map((product) => productSection(product, actions, heading)),
    ...dress.panels.map((panel) => panelSection(panel, actions, heading)),
    dress.links.length > 0 ? linkSection(dress.links, actions, heading) : null,
    dress.card ? contactSection(dress.card, heading) : null,
  ].filter((section) => section !== null);
}

function productSection(product: Product, actions: BoothActions, heading: Heading): HTMLElement {
  const looks = product.variants ? actions.looks(product) : null;
  return el(
    'section', 'dress-item product', { 'data-item': product.id },
    el(heading, 'dress-title', {}, textOf(product.name), product.price ? el('span', 'price', {}, product.price) : null),
    ...paragraphs(product.body),
    looks && looks.variants.length > 0 ? lookChoice(product, looks, actions) : null,
  );
}

/** Named looks: radio buttons, so that arrow keys choose and a screen reader counts them. */
function lookChoice(product: Product, { variants, chosen, original }: Looks, actions: BoothActions): HTMLElement {
  const name = `look-${product.id}`;
  const current = live(el('span'), () => t('booth.look', { look: chosen ?? t('booth.look_original') }));
  const choices = [...(original ? [{ name: null, colour: null }] : []), ...variants].map(({ name: variant, colour }) => {
    const input = el('input', '', { type: 'radio', name, checked: variant === chosen });
    input.addEventListener('change', () => {
      live(current, () => t('booth.look', { look: variant ?? t('booth.look_original') }));
      actions.choose(product, variant);
      actions.opened(product.id);
    });
    const label = variant === null ? text('booth.look_original') : el('span', '', {}, variant);
    return el('label', 'look', {}, input, colour ? swatch(colour) : null, label);
  });
  return el('fieldset', 'looks', {}, el('legend', 'legend', {}, current), el('div', 'look-row', {}, ...choices));
}

function swatch(colour: string): SVGSVGElement {
  return svg('svg', { class: 'swatch', viewBox: '0 0 24 24', 'aria-hidden': true }, svg('circle', { cx: 12, cy: 12, r: 12, fill: colour }));
}

function panelSection(panel: DressPanel, actions: BoothActions, heading: Heading): HTMLElement {
  return el(
    'section', `dress-item ${panel.kind}`, { 'data-item': panel.id },
    media(panel, actions),
    el(heading, 'dress-title', {}, textOf(panel.title)),
    ...paragraphs(panel.body),
  );
}

/** Nothing plays until it is asked to, and nothing is fetched of a film or a sound but its first bytes. */
function media(panel: DressPanel, { opened, player: former }: BoothActions): HTMLElement | null {
  const { url, kind, title } = panel;
  if (!url || !isOurs(url)) return null;
  if (kind === 'picture') return live(el('img', 'dress-media', { src: url, loading: 'lazy', decoding: 'async' }), () => pick(title), 'alt');
  if (kind !== 'video' && kind !== 'audio') return null;
  const known = former?.(url);
  if (known?.localName === kind) return live(known, () => pick(title), 'aria-label');
  const player = el(kind, 'dress-media', { src: url, controls: true, preload: 'metadata', playsinline: true });
  live(player, () => pick(title), 'aria-label');
  player.addEventListener('play', () => opened(panel.id), { once: true });
  return player;
}

function linkSection(links: readonly Link[], { opened }: BoothActions, heading: Heading): HTMLElement {
  const items = links.flatMap(({ label, url }, index) => {
    const address = webAddress(url);
    if (!address) return [];
    const link = el('a', 'btn', { href: address.href, target: '_blank', rel: 'noopener noreferrer external' }, icon('link'), textOf(label));
    live(link, () => t('booth.link_to', { label: pick(label), host: address.host }), 'title');
    link.addEventListener('click', () => opened(linkId(index)));
    return [el('li', '', {}, link, el('span', 'link-host', {}, address.host))];
  });
  return el('section', 'dress-item links', {}, el(heading, 'dress-title', {}, text('booth.links')), el('ul', '', {}, ...items));
}

function contactSection({ name, organisation, contact }: ContactCard, heading: Heading): HTMLElement {
  return el(
    'section', 'dress-item contact', {}, el(heading, 'dress-title', {}, text('booth.contact')),
    el('p', 'contact-name', {}, [name, organisation].filter(Boolean).join(lang() === 'zh' ? '，' : ', ')),
    contact ? el('p', 'contact-way', {}, contact) : null,
  );
}

/** The section of an item, to be scrolled to. */
export const sectionOf = (root: ParentNode, item: string): HTMLElement | undefined =>
  [...root.querySelectorAll<HTMLElement>('[data-item]')].find((section) => section.dataset['item'] === item);

/** Only what this server serves: a picture from elsewhere would tell its owner who looks at it. */
export const isOurs = (url: string): boolean => url.startsWith('/') && !url.startsWith('//') && !url.includes('\\');

export function webAddress(url: string): URL | null {
  try {
    const address = new URL(url);
    return address.protocol === 'https:' || address.protocol === 'http:' ? address : null;
  } catch {
    return null;
  }
}

const textOf = (said: Bilingual): HTMLElement => live(el('span'), () => said[lang()] || said.zh || said.en);

/** One paragraph a line of the text. */
export function paragraphs(body: Bilingual): HTMLElement[] {
  const count = Math.max(...[body.zh, body.en].map((side) => side.split('\n').length));
  return Array.from({ length: count }, (_, index) => live(el('p'), () => pick(body).split('\n')[index] ?? '')).filter((_, index) => (body.zh + body.en) !== '' || index > 0);
}
