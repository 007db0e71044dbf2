/**
 * Where a published booth stands in its slot: the middle of its foot at the origin, times its scale, turned, moved; front at
 * -Z (docs/protocol.md, "Published booths"). No three, no DOM.
 */
import type { Block, Booth, Bounds, Deck, Slot, Transform, Vec3 } from '../net/api';

export const IDENTITY: Transform = { offset_m: [0, 0], yaw_deg: 0, scale: 1 };
export const SCALE_MIN = 0.05;
export const SCALE_MAX = 20;
/** No board is wider. */
export const BOARD_WIDTH_M = 0.9;
/** What is no higher than this is stepped on. */
const STEP_M = 0.4;

/** So far beyond its slot a booth of the hall's own keeps people away, as the server has it (scene/stands.py). */
const OWN_REACH_M = 0.4;

/** What is subtracted from the model, so that the middle of its foot is at the origin. */
export function footOf({ min, max }: Bounds): Vec3 {
  return [(min[0] + max[0]) / 2, min[1], (min[2] + max[2]) / 2];
}

export function sizeOf({ min, max }: Bounds): Vec3 {
  return [max[0] - min[0], max[1] - min[1], max[2] - min[2]];
}

export const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Width and depth of the box around a booth in its slot's frame. */
export function extent(bounds: Bounds, { yaw_deg, scale }: Transform): { width: number; depth: number } {
  const [x, , z] = sizeOf(bounds);
  const cos = Math.abs(Math.cos(radians(yaw_deg)));
  const sin = Math.abs(Math.sin(radians(yaw_deg)));
  return { width: (x * cos + z * sin) * scale, depth: (x * sin + z * cos) * scale };
}

/** The nearest transform with all of the booth in its slot: smaller first, then moved. Numbers as a person would write them. */
export function fit(bounds: Bounds, wish: Transform, slot: Slot): Transform {
  const [width_m, height_m, depth_m] = slot.size_m;
  const yaw_deg = round(wrap(wish.yaw_deg), 0.5);
  const { width, depth } = extent(bounds, { ...wish, yaw_deg, scale: 1 });
  const height = sizeOf(bounds)[1];
  const most = Math.min(SCALE_MAX, room(width_m, width), room(depth_m, depth), room(height_m, height));
  const wished = Math.max(SCALE_MIN, round(wish.scale, 0.01));
  const scale = wished > most ? floorTo(most, 0.01) : wished;
  const aside = (size: number, taken: number): number => Math.max(0, (size - taken * scale) / 2);
  const clamp = (value: number, limit: number): number => floorTo(Math.min(Math.abs(round(value, 0.01)), limit), 0.01) * Math.sign(value);
  return {
    offset_m: [clamp(wish.offset_m[0], aside(width_m, width)), clamp(wish.offset_m[1], aside(depth_m, depth))],
    yaw_deg,
    scale,
  };
}

/**
 * How a board, which is seen from +Z, is turned in the frame of a booth with this turn: square to the model, towards the slot's front.
 * Most models have their front at +Z and stand turned by half; a board that only turned with them would show visitors its back.
 */
export const boardYaw = (yaw_deg: number): number => Math.PI - Math.round(yaw_deg / 90) * (Math.PI / 2);

/** The box around a booth as it stands in the hall: its middle, its turn about Y, its size. */
export interface StandingBox {
  middle: Vec3;
  yaw: number;
  size: Vec3;
}

export function standingBox(bounds: Bounds, { offset_m, yaw_deg, scale }: Transform, slot: Slot): StandingBox {
  const [width, height, depth] = sizeOf(bounds);
  const cos = Math.cos(slot.yaw);
  const sin = Math.sin(slot.yaw);
  const x = slot.position[0] + offset_m[0] * cos + offset_m[1] * sin;
  const z = slot.position[2] - offset_m[0] * sin + offset_m[1] * cos;
  return { middle: [x, slot.position[1] + (height * scale) / 2, z], yaw: slot.yaw + radians(yaw_deg), size: [width * scale, height * scale, depth * scale] };
}

/** What of the hall's floor a booth takes: nobody stands in its blocks, one steps up on its decks. */
export interface Footing {
  blocks: Block[];
  decks: Deck[];
}

/** The floor that a booth takes when it stands `to` another place of its slot, from what the server told of it as it stands. */
export function movedFooting({ blocks = [], decks = [], transform: from = IDENTITY }: Partial<Booth>, to: Transform, slot: Slot): Footing {
  const grown = to.scale / from.scale;
  const [slotX, slotY, slotZ] = slot.position;
  const moved = ([x, z, yaw, width, depth]: Block): Block => {
    const [a, b] = turned(x - slotX, z - slotZ, -slot.yaw);
    const [c, d] = turned((a - from.offset_m[0]) * grown, (b - from.offset_m[1]) * grown, radians(to.yaw_deg - from.yaw_deg));
    const [e, f] = turned(c + to.offset_m[0], d + to.offset_m[1], slot.yaw);
    return [slotX + e, slotZ + f, yaw + radians(to.yaw_deg - from.yaw_deg), width * grown, depth * grown];
  };
  const raised = decks.map(([x, z, yaw, width, depth, y]): Deck => [...moved([x, z, yaw, width, depth]), slotY + (y - slotY) * grown]);
  const isWall = ([, , , , , y]: Deck): boolean => y - slotY > STEP_M + 1e-3;
  const walls = raised.filter(isWall).map(([x, z, yaw, width, depth]): Block => [x, z, yaw, width, depth]);
  return { blocks: [...blocks.map(moved), ...walls], decks: raised.filter((deck) => !isWall(deck)) };
}

/** (x, z) turned by `yaw` about Y, counter-clockwise seen from above. */
function turned(x: number, z: number, yaw: number): [number, number] {
  const cos = Math.cos(yaw);
  const sin = Math.sin(yaw);
  return [x * cos + z * sin, -x * sin + z * cos];
}

/** Where the floor is another one when the booth that the hall came with is gone, of those that stand. */
export function ownGrounds(booths: readonly Booth[], slots: readonly Slot[]): Block[] {
  const own = new Set(booths.filter(({ version }) => version === undefined).map(({ slot }) => slot));
  return slots
    .filter(({ id }) => own.has(id))
    .map(({ position: [x, , z], yaw, size_m: [width, , depth] }) => [x, z, yaw, width + 2 * OWN_REACH_M, depth + 2 * OWN_REACH_M]);
}

const room = (size: number, taken: number): number => (taken > 1e-6 ? size / taken : Infinity);
const round = (value: number, step: number): number => tidy(Math.round(value / step) * step);
const floorTo = (value: number, step: number): number => tidy(Math.floor(value / step + 1e-6) * step);
const tidy = (value: number): number => Number(value.toFixed(4));

/** Degrees from -180 (excluded) to 180. */
function wrap(degrees: number): number {
  const turned = degrees % 360;
  if (turned > 180) return turned - 360;
  return turned <= -180 ? turned + 360 : turned;
}
