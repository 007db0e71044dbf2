/** Making elements: the little that plain DOM lacks. */
import { live, type MessageKey } from '../text/catalogue';
import type { IconName } from './icons';
import spriteUrl from './icons.svg?url';

export const SVG_NS = 'http://www.w3.org/2000/svg';

type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;
type Child = Node | string | null | undefined | false;

/** `<tag class="..." ...attributes>children</tag>`; false, null and undefined attributes and children are left out. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K, className = '', attributes: Attributes = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  if (className) node.className = className;
  return dress(node, attributes, children);
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K, attributes: Attributes = {}, ...children: Child[]
): SVGElementTagNameMap[K] {
  return dress(document.createElementNS(SVG_NS, tag), attributes, children);
}

function dress<E extends Element>(node: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    node.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children) if (child) node.append(child);
  return node;
}

/** A span that says `saying` in the language of the page. */
export const text = (saying: MessageKey | (() => string), className = ''): HTMLSpanElement =>
  live(el('span', className), saying);

/** An icon of the sprite: never the only carrier of a meaning, so hidden from screen readers. */
export function icon(name: IconName): SVGSVGElement {
  return svg('svg', { class: 'i', 'aria-hidden': true, viewBox: '0 0 24 24' }, svg('use', { href: `${spriteUrl}#${name}` }));
}

type ButtonOptions = {
  label: MessageKey | (() => string);
  className?: string;
  icon?: IconName;
  /** Shows the icon alone; the label is for screen readers and the tooltip. */
  iconOnly?: boolean;
  onPress: () => void;
};

export function button(options: ButtonOptions): HTMLButtonElement {
  const node = el('button', options.className ?? 'btn', { type: 'button' });
  if (options.icon) node.append(icon(options.icon));
  if (options.iconOnly) {
    live(node, options.label, 'aria-label');
    live(node, options.label, 'title');
  } else {
    node.append(text(options.label));
  }
  node.addEventListener('click', options.onPress);
  return node;
}
