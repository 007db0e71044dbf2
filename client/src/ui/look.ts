/**
 * A visitor's look: one u32 on the wire (docs/protocol.md, "Look"), one number a feature here.
 *
 * Free of three.js, so that the landing page can show and change a look without loading the halls' code.
 */
import { LOOK_FIELDS } from '../protocol/generated';

export type Feature = keyof typeof LOOK_FIELDS;
export type Look = Record<Feature, number>;

export const FEATURES = Object.keys(LOOK_FIELDS) as Feature[];

/** How many choices a feature has. */
export const choicesOf = (feature: Feature): number => LOOK_FIELDS[feature].count;

export function packLook(look: Look): number {
  let packed = 0;
  for (const feature of FEATURES) packed |= look[feature] << LOOK_FIELDS[feature].shift;
  return packed >>> 0;
}

/** A number beyond its count becomes 0: this browser may have kept a look that is no longer made. */
export function unpackLook(packed: number): Look {
  const look = {} as Look;
  for (const feature of FEATURES) {
    const { shift, bits, count } = LOOK_FIELDS[feature];
    const value = (packed >>> shift) & ((1 << bits) - 1);
    look[feature] = value < count ? value : 0;
  }
  return look;
}

/** @param random uniform in [0, 1) */
export function randomLook(random: () => number): number {
  const look = {} as Look;
  for (const feature of FEATURES) look[feature] = Math.floor(random() * choicesOf(feature));
  return packLook(look);
}
