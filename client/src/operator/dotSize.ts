/** How large the map's dots are: three people are seen across the room, ten thousand are a texture. */

const SHARE = 0.12;
const SMALLEST_PX = 1.3;
const LARGEST_PX = 5;

/** Pixels. All dots together cover about an eighth of the floor, within what can be seen and told apart. */
export function dotRadius(count: number, floorPx2: number): number {
  if (count === 0) return LARGEST_PX;
  return Math.min(LARGEST_PX, Math.max(SMALLEST_PX, Math.sqrt((SHARE * floorPx2) / (count * Math.PI))));
}

/** Small ones lie over each other and are lighter where they do not. */
export const dotAlpha = (radius: number): number => 0.66 + (0.3 * (radius - SMALLEST_PX)) / (LARGEST_PX - SMALLEST_PX);
