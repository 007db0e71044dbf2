/** Units and times of the plots, by what there is to show. */
import { clock, type MessageKey } from '../text/catalogue';

/** `per` of the quantity are one of it; it is for values of at least as much. */
export interface Unit {
  per: number;
  said: MessageKey;
}

/** The smallest first. */
export const BYTES_A_SECOND: readonly Unit[] = [
  { per: 1, said: 'metrics.unit_b_s' }, { per: 1e3, said: 'metrics.unit_kb_s' }, { per: 1e6, said: 'metrics.unit_mb_s' },
];

/** The largest unit of which the largest value is one at least. */
export function unitFor(units: readonly Unit[], values: readonly number[]): Unit {
  const most = values.reduce((larger, value) => Math.max(larger, value), 0);
  return units.findLast(({ per }) => most >= per) ?? (units[0] as Unit);
}

const LEAST_WINDOW_S = 60;

/** From when to when the axis goes, in seconds: what there is, and a minute at least. Nowhere without a sample. */
export function windowOf(at_s: readonly number[]): [number, number] | [null, null] {
  const [first, last] = [at_s[0], at_s.at(-1)];
  return first === undefined || last === undefined ? [null, null] : [Math.min(first, last - LEAST_WINDOW_S), last];
}

/** What a tick of the axis says: with seconds where ticks are less than a minute apart. */
export function tickTime(at: Date, apart_s: number): string {
  return apart_s < 60 ? `${clock(at)}:${String(at.getSeconds()).padStart(2, '0')}` : clock(at);
}

/** Three digits are all that is read at a glance. */
export const rounded = (value: number): number => (value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
