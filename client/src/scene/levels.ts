/** Which version of a booth's model does for who stands so far away. No three, no DOM. */
import type { Booth, Level } from '../net/api';

/** A surface that is this far off, in radians, is not seen to be: one and a half pixels of a screen of 1080 lines. */
export const UNSEEN_RAD = 0.0015;

/** In a headset, where each is drawn twice, more is let go. */
const HEADSET_RAD = 0.0045;

/** Lighter versions that may be shown, finest first: none where looks can be chosen, for those hang on the model itself. */
export function levelsOf(booth: Booth): readonly Level[] {
  return booth.dress?.products.some(({ variants }) => variants) ? [] : (booth.lods ?? []);
}

/** The lightest that nobody can tell from the model at this distance from its nearest point; null: the model itself. */
export function levelAt(booth: Booth, distance_m: number, inHeadset = false): Level | null {
  const scale = booth.transform?.scale ?? 1;
  const unseen = ({ error_m }: Level): boolean => error_m * scale <= (inHeadset ? HEADSET_RAD : UNSEEN_RAD) * distance_m;
  return levelsOf(booth).findLast(unseen) ?? null;
}

/** Whether `wanted` shows more than `shown`; null is the model itself. */
export function isFiner(wanted: Level | null, shown: Level | null): boolean {
  if (shown === null) return false;
  return wanted === null || wanted.error_m < shown.error_m;
}

/** From a place to the nearest point of a ball. */
export function distanceTo(eye: readonly [number, number, number], middle: readonly [number, number, number], radius_m: number): number {
  return Math.max(0, Math.hypot(eye[0] - middle[0], eye[1] - middle[1], eye[2] - middle[2]) - radius_m);
}
