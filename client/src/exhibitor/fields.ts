/**
 * Fields of a form over one plain object: each knows the JSON pointer of what it edits, so that what the server says of a pointer is
 * shown at its field. Nothing that was typed is cut off: too long is told.
 */
import type { FieldProblem } from '../net/account';
import type { Bilingual } from '../net/api';
import { LANG_TAG, live, pick, t, type Lang, type MessageKey } from '../text/catalogue';
import { el, text } from '../ui/dom';

type Control = HTMLInputElement | HTMLTextAreaElement;

export class Form {
  readonly #controls = new Map<string, { control: Control; said: HTMLElement }>();
  #count = 0;

  constructor(private readonly onEdit: () => void) {}

  /** A line of text. `pointer` names it in what is sent. */
  line(pointer: string, label: MessageKey | (() => string), value: string, set: (value: string) => void, options: LineOptions = {}): HTMLElement {
    const { most, rows, hint, lang, type = 'text', list, advise } = options;
    const control = rows ? el('textarea', '', { rows }) : el('input', '', { type, list, inputmode: type === 'url' ? 'url' : null });
    control.value = value;
    if (lang) control.lang = LANG_TAG[lang];
    const advice = advise ? live(el('p', 'advice', { role: 'status' }), () => advise(control.value)) : null;
    control.addEventListener('input', () => {
      set(control.value);
      this.#length(pointer, control.value, most);
      if (advise && advice) live(advice, () => advise(control.value));
      this.onEdit();
    });
    const field = this.#field(pointer, label, control, hint);
    if (advice) field.append(advice);
    return field;
  }

  /** The same text in Chinese and in English, side by side. */
  both(pointer: string, label: MessageKey, value: Bilingual, options: LineOptions = {}): HTMLElement {
    const side = (lang: Lang): HTMLElement => this.line(
      `${pointer}/${lang}`, () => t('exhibitor.in_language', { what: t(label), language: t(`exhibitor.language.${lang}`) }), value[lang],
      (typed) => { (value as Record<Lang, string>)[lang] = typed; }, { ...options, lang },
    );
    return el('div', 'two', { 'data-pointer': pointer }, side('zh'), side('en'));
  }

  /** A number; whoever leaves none there, or less than `least`, finds again what is. */
  figure(
    pointer: string, label: MessageKey, read: () => number, step: number, set: (value: number) => void, least = -Infinity,
  ): { element: HTMLElement; show(): void } {
    const control = el('input', '', { type: 'number', step, inputmode: 'decimal' });
    const show = (): void => { control.value = String(read()); };
    show();
    control.addEventListener('input', () => {
      const typed = control.valueAsNumber;
      if (!Number.isFinite(typed) || typed < least) return;
      set(typed);
      this.onEdit();
    });
    control.addEventListener('change', show);
    return { element: this.#field(pointer, label, control), show };
  }

  tick(label: MessageKey, value: boolean, set: (value: boolean) => void): HTMLElement {
    const control = el('input', '', { type: 'checkbox' });
    control.checked = value;
    control.addEventListener('change', () => {
      set(control.checked);
      this.onEdit();
    });
    return el('label', 'check', {}, control, text(label));
  }

  /** Shows each problem at its field and brings the first into view; gives back those that have none here. */
  complain(problems: readonly FieldProblem[]): FieldProblem[] {
    this.clear();
    const homeless: FieldProblem[] = [];
    let first: Control | null = null;
    for (const problem of problems) {
      const found = this.#at(problem.pointer);
      if (!found) {
        homeless.push(problem);
        continue;
      }
      const { message } = problem;
      live(found.said, () => (typeof message === 'string' ? message : pick(message)));
      found.control.setAttribute('aria-invalid', 'true');
      first ??= found.control;
    }
    first?.focus();
    return homeless;
  }

  clear(): void {
    for (const { control, said } of this.#controls.values()) {
      control.removeAttribute('aria-invalid');
      live(said, () => '');
    }
  }

  /** Forgets the fields below `pointer`, which were taken off the page. */
  forget(pointer: string): void {
    for (const known of [...this.#controls.keys()]) if (known === pointer || known.startsWith(`${pointer}/`)) this.#controls.delete(known);
  }

  /** A problem of a text in two languages, or of a place, is shown at its first field. */
  #at(pointer: string): { control: Control; said: HTMLElement } | undefined {
    return this.#controls.get(pointer) ?? [...this.#controls].find(([known]) => pointer !== '' && known.startsWith(`${pointer}/`))?.[1];
  }

  #length(pointer: string, value: string, most: number | undefined): void {
    const found = this.#controls.get(pointer);
    if (!found) return;
    const over = most === undefined ? 0 : [...value].length - most;
    found.control.toggleAttribute('aria-invalid', false);
    if (over > 0) found.control.setAttribute('aria-invalid', 'true');
    live(found.said, () => (over > 0 ? t('field.too_long', { max: most as number, n: over }) : ''));
  }

  #field(pointer: string, label: MessageKey | (() => string), control: Control, hint?: MessageKey): HTMLElement {
    this.#count += 1;
    const id = `f${this.#count}-${pointer.replace(/\W+/g, '-')}`;
    const said = el('p', 'error', { id: `${id}-said` });
    control.id = id;
    control.dataset['pointer'] = pointer;
    const told = hint ? live(el('span', 'hint', { id: `${id}-hint` }), hint) : null;
    control.setAttribute('aria-describedby', told ? `${told.id} ${said.id}` : said.id);
    this.#controls.set(pointer, { control, said });
    return el('div', 'field', {}, live(el('label', '', { for: id }), label), control, told, said);
  }
}

export interface LineOptions {
  /** Characters that the server takes. */
  most?: number;
  /** Makes it a field of several lines. */
  rows?: number;
  hint?: MessageKey;
  lang?: Lang;
  type?: 'text' | 'url';
  /** The id of a datalist. */
  list?: string;
  /** What is to be said of a value that may be kept nevertheless; empty where that is nothing. */
  advise?: (value: string) => string;
}
