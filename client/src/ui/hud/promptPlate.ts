/** What the visitor's next E would do, and a button that does it. */
import { live, t, type Params } from '../../text/catalogue';
import { el } from '../dom';

/** The keys `hud.prompt.*` of the catalogue. */
export type Prompt = 'sit' | 'stand' | 'read';

export interface PromptPlate {
  readonly element: HTMLElement;
  set(prompt: Prompt | null, params: Params): void;
}

export function createPromptPlate(interact: () => void): PromptPlate {
  const words = el('span');
  const element = el('button', 'plate prompt', { type: 'button', hidden: true }, el('kbd', 'kbd', { 'aria-hidden': true }, 'E'), words);
  element.addEventListener('click', interact);
  let prompt: Prompt | null = null;
  let said = '';
  return {
    element,
    set(next, params) {
      const saying = next ? t(`hud.prompt.${next}`, params) : '';
      if (next === prompt && saying === said) return;
      prompt = next;
      said = saying;
      element.hidden = next === null;
      if (next) live(words, () => t(`hud.prompt.${next}`, params));
    },
  };
}
