/**
 * A visitor's look: one u32 on the wire (docs/protocol.md, "Look"), one number a feature here.
 *
 * Free of three.js, so that the landing page can show and change a look without loading the halls' code.
 */
export type Feature = 'body' | 'outfit' | 'hair' | 'face' | 'skin' | 'hairColour' | 'colours' | 'accessory';
export type Look = Record<Feature, number>;

/** From the lowest bit up: the field's width, and how many choices there are. */
export const FEATURES: readonly { feature: Feature; bits: number; count: number }[] = [
  { feature: 'body', bits: 2, count: 3 },
  { feature: 'outfit', bits: 3, count: 3 },
  { feature: 'hair', bits: 3, count: 4 },
  { feature: 'face', bits: 3, count: 4 },
  { feature: 'skin', bits: 3, count: 6 },
  { feature: 'hairColour', bits: 3, count: 6 },
  { feature: 'colours', bits: 4, count: 12 },
  { feature: 'accessory', bits: 3, count: 4 },
];

export function packLook(look: Look): number {
  let packed = 0;
  let shift = 0;
  for (const { feature, bits } of FEATURES) {
    packed |= look[feature] << shift;
    shift += bits;
  }
  return packed >>> 0;
}

/** A number beyond its count becomes 0: an older page may have kept a look that is no longer made. */
export function unpackLook(packed: number): Look {
  const look = {} as Look;
  let shift = 0;
  for (const { feature, bits, count } of FEATURES) {
    const value = (packed >>> shift) & ((1 << bits) - 1);
    look[feature] = value < count ? value : 0;
    shift += bits;
  }
  return look;
}

/** @param random uniform in [0, 1) */
export function randomLook(random: () => number): number {
  const look = {} as Look;
  for (const { feature, count } of FEATURES) look[feature] = Math.floor(random() * count);
  return packLook(look);
}
