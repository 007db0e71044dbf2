/** A press that asks the server: busy while it lasts, once at a time, and what went wrong is told beside it. */
import { Refused } from '../net/account';
import { ApiError } from '../net/api';
import { live, pick, t } from '../text/catalogue';
import { el } from './dom';

/** What went wrong with a request: the server's sentence, or that it could not be reached. */
export function wordsFor(error: unknown): () => string {
  if (error instanceof ApiError && error.code !== 'unreachable') return () => error.message;
  if (!(error instanceof ApiError)) console.error('yuanzhan: a fault of the page', error);
  return () => t('site.unreachable');
}

/** The same as paragraphs: the sentence, and those for each part of what was sent. */
export function problemParts(error: unknown): HTMLElement[] {
  const parts = error instanceof Refused ? error.problems : [];
  return [live(el('p', 'error'), wordsFor(error)), ...parts.map(({ message }) => live(el('p', 'error'), () => (typeof message === 'string' ? message : pick(message))))];
}

/** Thrown by an act that has told already, at the fields that it concerns, why it did not happen. */
export class Told extends Error {}

/** Runs a press of a button: busy while it lasts, and what went wrong in `problem`. */
export async function busy(pressed: HTMLButtonElement, problem: HTMLElement, act: () => Promise<void>): Promise<void> {
  if (pressed.getAttribute('aria-busy') === 'true') return;
  pressed.setAttribute('aria-busy', 'true');
  problem.replaceChildren();
  try {
    await act();
  } catch (error) {
    if (error instanceof Told) return;
    problem.replaceChildren(...problemParts(error));
    // On a phone the buttons are fixed, and what is said beside them may be a page away.
    problem.scrollIntoView({ block: 'nearest' });
  } finally {
    pressed.removeAttribute('aria-busy');
  }
}
