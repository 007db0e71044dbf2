/**
 * What a ray points at: a tap on the page, or the pointer of a headset. Pure: places and the floor, no meshes.
 */
import type { Booth, HallDescriptor, Panel, Portal, Seat, Vec3 } from '../net/api';
import type { Floor } from './floor';

export interface Ray {
  origin: { x: number; y: number; z: number };
  /** Unit length. */
  direction: { x: number; y: number; z: number };
}

export type Picked =
  | { kind: 'seat'; seat: Seat; metres: number }
  | { kind: 'read'; subject: Panel | Booth; metres: number }
  | { kind: 'portal'; portal: Portal; metres: number }
  | { kind: 'floor'; x: number; y: number; z: number; metres: number };

const SEAT_SIZE: Vec3 = [0.7, 0.9, 0.7];
const PANEL_DEPTH_M = 0.2;
const DOOR_HEIGHT_M = 2.4;
const DOOR_DEPTH_M = 0.5;
const FLOOR_STEP_M = 0.1;
export const PICK_REACH_M = 25;

export function pick(ray: Ray, hall: HallDescriptor, floor: Floor): Picked | null {
  let best: Picked | null = floorHit(ray, floor, PICK_REACH_M);
  const consider = (metres: number | null, make: (metres: number) => Picked): void => {
    if (metres !== null && metres < (best?.metres ?? PICK_REACH_M)) best = make(metres);
  };
  const slots = new Map(hall.slots.map((slot) => [slot.id, slot]));
  for (const seat of hall.seats) {
    consider(boxHit(ray, seat.position, seat.yaw, SEAT_SIZE), (metres) => ({ kind: 'seat', seat, metres }));
  }
  for (const panel of hall.panels) {
    const size: Vec3 = [panel.size_m[0], panel.size_m[1], PANEL_DEPTH_M];
    consider(boxHit(ray, panel.position, panel.yaw, size), (metres) => ({ kind: 'read', subject: panel, metres }));
  }
  for (const booth of hall.booths) {
    const slot = slots.get(booth.slot);
    if (slot) consider(standingHit(ray, slot.position, slot.yaw, slot.size_m), (metres) => ({ kind: 'read', subject: booth, metres }));
  }
  for (const portal of hall.portals) {
    const size: Vec3 = [portal.radius_m * 2, DOOR_HEIGHT_M, DOOR_DEPTH_M];
    consider(standingHit(ray, portal.position, portal.yaw, size), (metres) => ({ kind: 'portal', portal, metres }));
  }
  return best;
}

/** Where the ray goes through the floor. */
function floorHit({ origin, direction }: Ray, floor: Floor, reach_m: number): Picked | null {
  for (let metres = FLOOR_STEP_M; metres <= reach_m; metres += FLOOR_STEP_M) {
    const x = origin.x + direction.x * metres;
    const z = origin.z + direction.z * metres;
    const y = floor.heightAt(x, z);
    if (y !== null && origin.y + direction.y * metres <= y) return { kind: 'floor', x, y, z, metres };
  }
  return null;
}

/** A box that stands on its position. */
function standingHit(ray: Ray, foot: Vec3, yaw: number, size: Vec3): number | null {
  return boxHit(ray, [foot[0], foot[1] + size[1] / 2, foot[2]], yaw, size);
}

/** Metres along the ray to a box turned by yaw around its middle; null when it misses or begins inside. */
export function boxHit({ origin, direction }: Ray, middle: Vec3, yaw: number, size: Vec3): number | null {
  const cos = Math.cos(yaw);
  const sin = Math.sin(yaw);
  const x = origin.x - middle[0];
  const z = origin.z - middle[2];
  const from: Vec3 = [x * cos - z * sin, origin.y - middle[1], x * sin + z * cos];
  const along: Vec3 = [direction.x * cos - direction.z * sin, direction.y, direction.x * sin + direction.z * cos];
  let enter = 0;
  let leave = Infinity;
  for (let axis = 0; axis < 3; axis += 1) {
    const half = (size[axis] as number) / 2;
    const start = from[axis] as number;
    const slope = along[axis] as number;
    if (Math.abs(slope) < 1e-9) {
      if (Math.abs(start) > half) return null;
      continue;
    }
    const a = (-half - start) / slope;
    const b = (half - start) / slope;
    enter = Math.max(enter, Math.min(a, b));
    leave = Math.min(leave, Math.max(a, b));
  }
  return enter > 0 && enter <= leave ? enter : null;
}
