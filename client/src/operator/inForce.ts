/**
 * Which of the acts that hold have an effect. Those on a hall lie over each other: of each kind the newest says how the hall is run, and
 * when it ends or is undone, what was set before it comes back.
 */
import type { Act } from './api';

const OVER_EACH_OTHER = new Set(['door', 'slow', 'speakers', 'capacity', 'hours']);

/** What holds where nobody set anything: nothing is in force by it. */
const isUsual = ({ params }: Pick<Act, 'params'>): boolean =>
  params['door'] === 'open' || params['slow_s'] === 0 || params['speakers_only'] === false || (Array.isArray(params['hours']) && params['hours'].length === 0);

const subject = ({ hall, kind }: Pick<Act, 'hall' | 'kind'>): string => `${kind} ${hall ?? ''}`;

/** Told of acts one after another, the newest first. */
export class Layers {
  readonly #seen = new Set<string>();

  /** Whether a newer one that was told before has its place. */
  covers(act: Act): boolean {
    if (!act.holds || !liesOverOthers(act)) return false;
    const isCovered = this.#seen.has(subject(act));
    this.#seen.add(subject(act));
    return isCovered;
  }
}

/** Of a list with the newest first, those that keep something from somebody or change a hall now. */
export function inForce(acts: readonly Act[], layers = new Layers()): Act[] {
  return acts.filter((act) => !layers.covers(act) && act.holds && !(liesOverOthers(act) && isUsual(act)));
}

/** What is in force where an act was; null where that is nothing. */
export const inItsPlace = (act: Act, standing: readonly Act[]): Act | null =>
  liesOverOthers(act) ? inForce(standing).find((each) => subject(each) === subject(act)) ?? null : null;

/** Whether undoing it may bring back something else. */
export const liesOverOthers = ({ kind }: Pick<Act, 'kind'>): boolean => OVER_EACH_OTHER.has(kind);

/**
 * What has its way again once an act is undone; null where that is nothing, or as it usually is.
 * @param standing acts on halls that hold, the newest first
 */
export function comesBack(act: Act, standing: readonly Act[]): Act | null {
  if (!liesOverOthers(act)) return null;
  const [newest, before] = standing.filter((each) => each.holds && subject(each) === subject(act));
  return newest?.id === act.id && before && !isUsual(before) ? before : null;
}
