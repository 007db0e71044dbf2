/** A form that sends itself: fields with labels, one button that says what it does, one place for what went wrong. */
import { ApiError } from '../net/api';
import { live, t, type MessageKey } from '../text/catalogue';
import { el, text } from '../ui/dom';
import { problem } from './problem';

export interface Field {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
}

type FieldOptions = {
  type?: 'text' | 'password';
  autocomplete?: string;
  hint?: MessageKey;
  inputmode?: string;
  maxlength?: number;
  required?: boolean;
  value?: string;
  /** Codes of the server's refusals that mean this field. */
  refusals?: string;
};

let count = 0;

export function field(label: MessageKey, options: FieldOptions = {}): Field {
  const id = `field-${++count}`;
  const input = el('input', '', {
    id, type: options.type ?? 'text', autocomplete: options.autocomplete ?? 'off', inputmode: options.inputmode,
    required: options.required ?? true, maxlength: options.maxlength ?? 256, autocapitalize: 'none', spellcheck: 'false',
    'data-refusals': options.refusals, 'aria-describedby': options.hint ? `${id}-hint` : null,
  });
  if (options.value) input.value = options.value;
  const element = el('div', 'field', {}, live(el('label', '', { for: id }), label), input);
  if (options.hint) element.append(live(el('p', 'hint', { id: `${id}-hint` }), options.hint));
  return { element, input };
}

export function select(label: MessageKey, choices: readonly (readonly [string, MessageKey])[]): { element: HTMLElement; input: HTMLSelectElement } {
  const id = `field-${++count}`;
  const input = el('select', '', { id }, ...choices.map(([value, name]) => live(el('option', '', { value }), name)));
  return { element: el('div', 'field', {}, live(el('label', '', { for: id }), label), input), input };
}

/**
 * @param verb what the button says; while it is sent the form takes no second press
 * @param send does it; what it throws is said under the fields
 */
export function form(fields: readonly HTMLElement[], verb: MessageKey, send: () => Promise<void>, className: 'stack' | 'row-form' = 'stack'): HTMLFormElement {
  const said = el('p', 'error', { role: 'alert' });
  const press = el('button', className === 'stack' ? 'btn primary tall' : 'btn', { type: 'submit' }, text(verb));
  const element = el('form', className, { novalidate: true }, ...fields, said, press);
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    if (press.getAttribute('aria-busy') === 'true' || !isFilled(element, said)) return;
    press.setAttribute('aria-busy', 'true');
    said.replaceChildren();
    void send()
      .catch((error: unknown) => {
        said.replaceChildren(...problem(error));
        if (error instanceof ApiError) mark(element, error.code);
      })
      .finally(() => press.removeAttribute('aria-busy'));
  });
  return element;
}

/** The field that a refusal means: of two names, somebody sees which. */
function mark(element: HTMLFormElement, code: string): void {
  const input = element.querySelector<HTMLInputElement>(`input[data-refusals~="${CSS.escape(code)}"]`);
  input?.setAttribute('aria-invalid', 'true');
  input?.focus();
}

/** All that is missing is named; the keyboard goes to the first of it. */
function isFilled(element: HTMLFormElement, said: HTMLElement): boolean {
  const missing: HTMLInputElement[] = [];
  for (const input of element.querySelectorAll<HTMLInputElement>('input[required]')) {
    if (input.value.trim() === '' && !input.closest('[hidden]')) missing.push(input);
    else input.removeAttribute('aria-invalid');
  }
  for (const input of missing) input.setAttribute('aria-invalid', 'true');
  const labels = missing.map(({ id }) => element.querySelector(`label[for="${id}"]`)?.textContent ?? '');
  said.replaceChildren(...labels.map((label) => el('span', 'missing', {}, t('account.missing', { label }))));
  missing[0]?.focus();
  return missing.length === 0;
}
