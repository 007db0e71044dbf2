/**
 * The one catalogue of what the product says, in both languages.
 *
 * Texts are keys of `assets/text/messages.json`; `{name}` in a text is a parameter, `{n|person|people}` a word that goes by the
 * number n. A text of a hall comes with the hall
 * ({@link Bilingual}) and is chosen by {@link pick}. A node that shows a text is bound to it with {@link live}, so that switching
 * the language says everything on the page anew without rebuilding it.
 */
import messages from '../../../assets/text/messages.json';

export type Lang = 'zh' | 'en';
export type MessageKey = keyof typeof messages;
export type Params = Readonly<Record<string, string | number>>;
export type Bilingual = { readonly zh: string; readonly en: string };

/** BCP 47 tags: what `lang` attributes, `Intl` and the wire's hello say. */
export const LANG_TAG = { zh: 'zh-CN', en: 'en' } as const satisfies Record<Lang, string>;

/** What each language is called by those who read it. */
export const LANG_NAME = { 'zh-CN': '中文', en: 'English' } as const satisfies Record<(typeof LANG_TAG)[Lang], string>;

let current: Lang = 'zh';
const listeners = new Set<(lang: Lang) => void>();

export const lang = (): Lang => current;

/** Changes the language of the page, and of every text bound to it. */
export function setLang(next: Lang): void {
  current = next;
  document.documentElement.lang = LANG_TAG[next];
  for (const node of document.querySelectorAll('[data-live]')) say(node);
  for (const listener of listeners) listener(next);
}

/** Calls `listener` after each change of language; returns the way to stop. */
export function onLang(listener: (lang: Lang) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The text of `key`, with `{name}` replaced; numbers are written in the language's way. */
export function t(key: MessageKey, params: Params = {}): string {
  return fill(messages[key][current], params);
}

/** Whether the catalogue has this key: for codes that come over the wire. */
export const isMessageKey = (key: string): key is MessageKey => Object.hasOwn(messages, key);

/** The current language's side of a text that is not the catalogue's, or the other where it is written in one language alone. */
export const pick = (text: Bilingual): string => text[current] || text.zh || text.en;

export function fill(template: string, params: Params): string {
  return template.replace(/\{(\w+)(?:\|([^|}]*)\|([^|}]*))?\}/g, (whole, name: string, one?: string, many?: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    if (one !== undefined && many !== undefined) return value === 1 ? one : many;
    return typeof value === 'number' ? number(value) : value;
  });
}

type Saying = () => string;
const sayings = new WeakMap<Element, Map<string, Saying>>();

/**
 * Binds the text of `node` (or one of its attributes) to the language: said now, and again on each change of language.
 * @param saying a key of the catalogue, or a function for texts with parameters or from a hall
 */
export function live<E extends Element>(node: E, saying: MessageKey | Saying, attribute = ''): E {
  const bound = sayings.get(node) ?? new Map<string, Saying>();
  bound.set(attribute, typeof saying === 'string' ? () => t(saying) : saying);
  sayings.set(node, bound);
  node.setAttribute('data-live', '');
  say(node);
  return node;
}

function say(node: Element): void {
  for (const [attribute, saying] of sayings.get(node) ?? []) {
    if (attribute) node.setAttribute(attribute, saying());
    else node.textContent = saying();
  }
}

/** 甲、乙, or A, B. */
export const listed = (names: readonly string[]): string => names.join(current === 'zh' ? '、' : ', ');

/** Exact, with the language's separators: 8,528. */
export const number = (value: number): string => new Intl.NumberFormat(LANG_TAG[current]).format(value);

/** A head-count: exact below ten thousand, then 1.2 万 or 12k. */
export function headCount(value: number): string {
  if (value < 10_000) return number(value);
  const round = new Intl.NumberFormat(LANG_TAG[current], { maximumFractionDigits: 1 });
  return current === 'zh' ? `${round.format(value / 10_000)} 万` : `${round.format(value / 1000)}k`;
}

/** Megabytes with one decimal, without the unit. */
export function megabytes(bytes: number): string {
  return new Intl.NumberFormat(LANG_TAG[current], { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(bytes / 1e6);
}

/** 11月22日 周日, or Sun 22 Nov. */
export function day(date: Date): string {
  const part = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(LANG_TAG[current], options).format(date);
  const weekday = part({ weekday: 'short' });
  if (current === 'zh') return `${date.getMonth() + 1}月${date.getDate()}日 ${weekday}`;
  return `${weekday} ${date.getDate()} ${part({ month: 'short' })}`;
}

/** 19:05, on the 24-hour clock in both languages. */
export function clock(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** 11月22日 周日 19:05, or Sun 22 Nov 19:05. */
export function dayAndClock(at: Date | string | number): string {
  const date = new Date(at);
  return `${day(date)} ${clock(date)}`;
}
