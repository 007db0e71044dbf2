/** The looks offered first, and single choices out of a look; packing as a whole is in `ui/look.ts`. Free of three. */
import { LOOK_FIELDS } from '../protocol/generated';
import { packLook, type Feature } from '../ui/look';

export const Accessory = { NONE: 0, GLASSES: 1, HAT: 2, BACKPACK: 3 } as const;

/** One choice of a look; a number beyond its count is the first. */
export function choiceOf(look: number, feature: Feature): number {
  const { shift, bits, count } = LOOK_FIELDS[feature];
  const value = (look >>> shift) & ((1 << bits) - 1);
  return value < count ? value : 0;
}

function look(
  body: number, outfit: number, hair: number, face: number, skin: number, hairColour: number, colours: number,
  accessory: number,
): number {
  return packLook({ body, outfit, hair, face, skin, hairColour, colours, accessory });
}

/** Offered on the landing page, with a picture each in `portraits.webp`, in this order. */
export const PRESET_LOOKS: readonly number[] = [
  look(0, 0, 0, 0, 0, 1, 0, 0),
  look(1, 1, 3, 1, 1, 0, 1, 0),
  look(0, 2, 2, 0, 0, 2, 2, 0),
  look(2, 0, 0, 2, 3, 0, 6, 1),
  look(0, 1, 2, 3, 2, 3, 9, 0),
  look(1, 0, 1, 1, 4, 4, 3, 3),
  look(2, 1, 0, 2, 1, 5, 4, 2),
  look(0, 2, 1, 3, 5, 0, 8, 1),
];
