/** What is offered for each act: why, and for how long. */
import type { ActRule } from './api';

/** By what an act is on; the first is chosen where nothing else is the likeliest. */
export const REASONS = {
  person: ['harassment', 'advertising', 'abuse', 'impersonation', 'fraud', 'sexual', 'unlawful', 'noise', 'other'],
  booth: ['rights', 'unlawful', 'fraud', 'sexual', 'advertising', 'safety', 'noise', 'other'],
  hall: ['programme', 'safety', 'maintenance', 'noise', 'abuse', 'unlawful', 'other'],
  announcement: ['programme', 'safety', 'maintenance', 'other'],
} as const;

/** Minutes; null is until it is undone. Acts without are done once. */
const TIMES: Readonly<Record<string, readonly (number | null)[]>> = {
  mute: [5, 30, 240, 1440], hide: [5, 30, 240], freeze: [5, 15, 60], remove: [10, 60, 1440], ban: [1440, 10_080, 43_200, null],
  take_down: [60, 1440, null],
  door: [15, 60, 240, null], slow: [10, 30, 120, null], speakers: [30, 60, 120, null], capacity: [60, 240, 1440, null], hours: [1440, 10_080, null],
  announce: [10, 60, 240, 1440],
};

/** What holds anyway where nobody set another: for half an hour it would end what holds for an hour, and then begin it again. */
const AS_USUAL: readonly ((params: Readonly<Record<string, unknown>>) => boolean)[] = [
  ({ door }) => door === 'open', ({ slow_s: slow }) => slow === 0, ({ speakers_only: only }) => only === false,
];

export function timesFor(kind: string, params: Readonly<Record<string, unknown>> = {}): readonly (number | null)[] {
  return AS_USUAL.some((is) => is(params)) ? [null] : TIMES[kind] ?? [];
}

/** Of those that are offered, the one that the server takes where none is said. */
export function usualTime(kind: string, offered: readonly (number | null)[], rules: readonly ActRule[]): number | null {
  const usual = rules.find((rule) => rule.kind === kind)?.minutes ?? null;
  return offered.includes(usual) ? usual : offered[0] ?? null;
}
