/** Where a new panel stands, of the booth's frame, which turns with it. Metres; pure. */
import type { Bounds, Slot, Vec3 } from '../net/api';
import type { Dress } from '../net/boothRecords';
import { BOARD_WIDTH_M, sizeOf } from '../scene/placement';
import { visitorsSide } from './fit';

const EYE_HEIGHT_M = 1.4;
const GAP_M = 0.1;
const COLUMNS_MOST = 3;
const ROWS = 3;
/** From one row of boards to the next above it, and from one layer to the next behind it. */
const ROW_M = 0.7;
const LAYER_M = 0.5;
const LAYERS_MOST = 24;
/** A board on the front of a model that fills its slot would be half in it: so far before the slot it may stand. */
const BEFORE_M = 0.05;
/** Nearer than this in each direction, two boards cover one another. */
const COVERED_M = { across: BOARD_WIDTH_M - 0.05, up: 0.6, along: 0.25 } as const;

type Stand = Pick<Dress, 'offset_m' | 'yaw_deg' | 'scale'>;

/**
 * The first place where none of the panels `taken` stands: left and right of the model by turns, at the height of eyes, as far forward as
 * it, then above, then behind; in front of a model that leaves no room beside it. Inside the slot, where that is known; where each place
 * of it has its panel, it stands before the first.
 */
export function placeForPanel(taken: readonly Vec3[], bounds: Bounds | null, stand: Stand, slot: Slot | null): Vec3 {
  const [x, z] = visitorsSide(stand.yaw_deg);
  const sides = [-1, 1].map((side) => sideOf(side, bounds, stand, slot));
  const [backmost, foremost] = slot ? [stand.offset_m[1] - slot.size_m[2] / 2, stand.offset_m[1] + slot.size_m[2] / 2 + BEFORE_M] : [-Infinity, Infinity];
  const rows = slot ? Math.max(1, Math.min(ROWS, 1 + Math.floor((slot.size_m[1] - EYE_HEIGHT_M) / ROW_M))) : ROWS;
  let first: Vec3 | null = null;
  for (let layer = 0; layer < LAYERS_MOST; layer += 1) {
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < COLUMNS_MOST; column += 1) {
        for (const { columns, aside, forward, outwards, backwards } of sides) {
          if (column >= columns) continue;
          const right = aside + column * outwards;
          const ahead = (layer === 0 ? Math.max(backmost, Math.min(foremost, forward)) : forward - layer * backwards);
          if (ahead < backmost || ahead > foremost) continue;
          const at: Vec3 = [twentieths(x * ahead - z * right), twentieths(EYE_HEIGHT_M + row * ROW_M), twentieths(z * ahead + x * right)];
          if (!taken.some((other) => isCovered(at, other, [x, z]))) return at;
          first ??= at;
        }
      }
    }
  }
  return first ?? [0, EYE_HEIGHT_M, 0];
}

/** The places at one side of the model (-1: left, as visitors see it): how many columns of them, and where the first is. */
function sideOf(side: number, bounds: Bounds | null, { offset_m: [offset], yaw_deg, scale }: Stand, slot: Slot | null) {
  const [width, , depth] = bounds ? sizeOf(bounds) : [0.6, 0, 0.6];
  const [x, z] = visitorsSide(yaw_deg);
  const half = (across: number, along: number): number => ((Math.abs(z) * across + Math.abs(x) * along) * scale) / 2;
  const beside = half(width, depth) + BOARD_WIDTH_M / 2 + GAP_M;
  const front = half(depth, width);
  // The slot stays where it is when the booth is moved in it.
  const most = slot ? Math.max(0, slot.size_m[0] / 2 - BOARD_WIDTH_M / 2) - side * offset : Infinity;
  const step = BOARD_WIDTH_M + GAP_M;
  if (beside > most) return { columns: 1, aside: side * most, forward: front + 0.3, outwards: 0, backwards: -LAYER_M };
  return { columns: Math.min(COLUMNS_MOST, 1 + Math.floor((most - beside) / step)), aside: side * beside, forward: front, outwards: side * step, backwards: LAYER_M };
}

/** Two panels, seen from the side where visitors are. */
function isCovered(one: Vec3, other: Vec3, [x, z]: readonly [number, number]): boolean {
  const [dx, dy, dz] = [one[0] - other[0], one[1] - other[1], one[2] - other[2]];
  return Math.abs(x * dz - z * dx) < COVERED_M.across && Math.abs(dy) < COVERED_M.up && Math.abs(x * dx + z * dz) < COVERED_M.along;
}

const twentieths = (metres: number): number => Math.round(metres * 20) / 20 + 0;
