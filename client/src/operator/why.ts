/** Why, for how long, and in words: what every act asks for. */
import { live, t, type MessageKey } from '../text/catalogue';
import { button, el, text } from '../ui/dom';
import { keepingFocus } from '../ui/focus';
import { reasonWord, span } from '../ui/sanctions';

const WORDS_MAX_CHARS = 300;

/** A button that is chosen or not; `value` tells it from its neighbours. */
export function chip(value: string, label: () => string, isChosen: boolean, press: () => void, extra = ''): HTMLButtonElement {
  const node = button({ label, className: `btn chip${extra}`, onPress: press });
  node.dataset['value'] = value;
  node.setAttribute('aria-pressed', String(isChosen));
  return node;
}

/** Whoever goes through them by keyboard stays where they are. */
export const redrawChips = (group: HTMLElement, all: readonly HTMLElement[]): void =>
  keepingFocus(group, () => group.replaceChildren(...all), undefined, 'value');

export class Why {
  /** '' where one has to be chosen first. */
  reason = '';
  /** Null is until it is undone, or once. */
  minutes: number | null = null;
  /** What was written. */
  readonly words: HTMLInputElement;
  readonly element: HTMLElement;
  #offered: readonly string[] = [];
  #times: readonly (number | null)[] = [];
  readonly #reasons = live(el('div', 'chips', { role: 'group' }), 'desk.reason', 'aria-label');
  readonly #spans = live(el('div', 'chips', { role: 'group' }), 'desk.duration', 'aria-label');
  readonly #spansBlock = el('div', 'form-block', {}, text('desk.duration', 'legend'), this.#spans);

  /** @param id of the field for words @param changed another reason or time was chosen */
  constructor(id: string, private readonly changed: () => void = () => undefined) {
    this.words = el('input', 'act-note', { type: 'text', maxlength: WORDS_MAX_CHARS, id });
    this.element = el('div', 'why', {},
      el('div', 'form-block', {}, text('desk.reason', 'legend'), this.#reasons), this.#spansBlock, el('div', 'form-block', {}, this.words));
  }

  /** Who reads the words. */
  forWhom(saying: MessageKey): void {
    live(this.words, saying, 'placeholder');
    live(this.words, saying, 'aria-label');
  }

  /** @param first what is chosen until another is; '' asks for a choice */
  offerReasons(reasons: readonly string[], first: string): void {
    this.#offered = reasons;
    this.reason = reasons.includes(first) ? first : '';
    this.#draw();
  }

  offerTimes(times: readonly (number | null)[], first: number | null): void {
    [this.#times, this.minutes] = [times, first];
    this.#draw();
  }

  get isWritten(): boolean {
    return this.words.value.trim() !== '';
  }

  /** To the reason that is chosen, or the first to choose. */
  focus(): void {
    (this.#reasons.querySelector<HTMLElement>('[aria-pressed=true]') ?? this.#reasons.querySelector('button'))?.focus();
  }

  #draw(): void {
    const choose = (set: () => void) => (): void => {
      set();
      this.#draw();
      this.changed();
    };
    redrawChips(this.#reasons, this.#offered.map((each) => chip(each, () => reasonWord(each), each === this.reason, choose(() => { this.reason = each; }))));
    // Where it can only hold until it is undone there is nothing to choose.
    this.#spansBlock.hidden = this.#times.length < 2;
    redrawChips(this.#spans, this.#times.map((each) => chip(
      String(each), () => (each === null ? t('desk.until_undone') : span(each * 60)), each === this.minutes, choose(() => { this.minutes = each; }))));
  }
}
