/**
 * Fields of a form over one plain object: each knows the JSON pointer of what it edits, so that what the server says of a pointer is
 * shown at its field. Nothing that was typed is cut off: too long is told.
 */
import type { FieldProblem } from '../net/account';
import type { Bilingual } from '../net/api';
import { LANG_TAG, live, pick, t, type Lang, type MessageKey } from '../text/catalogue';
import { el, text } from '../ui/dom';

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export class Form {
  readonly #controls = new Map<string, { control: Control; said: HTMLElement }>();
  #count = 0;

  constructor(private readonly onEdit: () => void) {}

  /** A line of text. `pointer` names it in what is sent. */
  line(pointer: string, label: MessageKey | (() => string), value: string, set: (value: string) => void, options: LineOptions = {}): HTMLElement {
    const { most, rows, hint, lang, type = 'text', list } = options;
    const control = rows ? el('textarea', '', { rows }) : el('input', '', { type, list, inputmode: type === 'url' ? 'url' : null });
    control.value = value;
    if (lang) control.lang = LANG_TAG[lang];
    control.addEventListener('input', () => {
      set(control.value);
      this.#length(pointer, control.value, most);
      this.onEdit();
    });
    return this.#field(pointer, label, control, hint);
  }

  /** The same text in Chinese and in English, side by side. */
  both(pointer: string, label: MessageKey, value: Bilingual, options: LineOptions = {}): HTMLElement {
    const side = (lang: Lang): HTMLElement => this.line(
      `${pointer}/${lang}`, () => t('exhibitor.in_language', { what: t(label), language: t(`exhibitor.language.${lang}`) }), value[lang],
      (typed) => { (value as Record<Lang, string>)[lang] = typed; }, { ...options, lang },
    );
    return el('div', 'two', { 'data-pointer': pointer }, side('zh'), side('en'));
  }

  figure(pointer: string, label: MessageKey, value: number, step: number, set: (value: number) => void): { element: HTMLElement; show(value: number): void } {
    const control = el('input', '', { type: 'number', step, inputmode: 'decimal' });
    control.value = String(value);
    control.addEventListener('input', () => {
      if (!Number.isFinite(control.valueAsNumber)) return;
      set(control.valueAsNumber);
      this.onEdit();
    });
    return { element: this.#field(pointer, label, control), show: (next) => { control.value = String(next); } };
  }

  choice<Value extends string>(pointer: string, label: MessageKey, value: Value, choices: readonly (readonly [Value, MessageKey])[], set: (value: Value) => void): HTMLElement {
    const control = el('select', '', {}, ...choices.map(([option, name]) => live(el('option', '', { value: option, selected: option === value }), name)));
    control.addEventListener('change', () => {
      set(control.value as Value);
      this.onEdit();
    });
    return this.#field(pointer, label, control);
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
    control.setAttribute('aria-describedby', said.id);
    this.#controls.set(pointer, { control, said });
    return el('div', 'field', {}, live(el('label', '', { for: id }), label), control, hint ? text(hint, 'hint') : null, said);
  }
}

export interface LineOptions {
  /** Characters that the server takes. */
  most?: number;
  /** Makes it a field of several lines. */
  rows?: number;
  hint?: MessageKey;
  lang?: Lang;
  type?: 'text' | 'url' | 'email' | 'tel';
  /** The id of a datalist. */
  list?: string;
}
