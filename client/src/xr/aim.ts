/**
 * Where a thrown arc lands: the target of a teleport. Pure; drawn by `xr/arc.ts`.
 */
import type { Floor } from '../player/floor';
import type { Reach } from '../player/reach';

/** Metres a second at which the arc leaves the hand: reaches about 8 m when held level. */
const THROW_SPEED = 8.2;
const GRAVITY = 9.81;
const STEP_S = 0.03;
export const ARC_POINTS = 64;
/** A detour on foot this much longer than the arc's way along the ground is still "over there". */
const DETOUR = 1.7;
const DETOUR_SLACK_M = 1.5;

export interface Vec {
  x: number;
  y: number;
  z: number;
}

export interface Landing {
  /** x, y, z of the arc's points, `count` of them. */
  points: Float32Array;
  count: number;
  /** Where it meets the floor; null when it meets none. */
  at: Vec | null;
  valid: boolean;
}

export function createLanding(): Landing {
  return { points: new Float32Array(ARC_POINTS * 3), count: 0, at: null, valid: false };
}

/** Throw from `origin` along the unit vector `direction`; the answer is written into `landing`. */
export function aim(origin: Vec, direction: Vec, floor: Floor, reach: Reach, landing: Landing): Landing {
  let { x, y, z } = origin;
  let vy = direction.y * THROW_SPEED;
  const vx = direction.x * THROW_SPEED;
  const vz = direction.z * THROW_SPEED;
  landing.at = null;
  landing.valid = false;
  landing.count = 0;
  for (let point = 0; point < ARC_POINTS; point += 1) {
    landing.points.set([x, y, z], point * 3);
    landing.count = point + 1;
    const height = floor.heightAt(x, z);
    if (height !== null && y <= height + 1e-3 && point > 0) {
      landing.at = { x, y: height, z };
      landing.points[point * 3 + 1] = height;
      landing.valid = canGo(origin, landing.at, floor, reach);
      return landing;
    }
    x += vx * STEP_S;
    z += vz * STEP_S;
    y += vy * STEP_S;
    vy -= GRAVITY * STEP_S;
  }
  return landing;
}

function canGo(from: Vec, to: Vec, floor: Floor, reach: Reach): boolean {
  if (!floor.canStand(to.x, to.z)) return false;
  const metres = reach.metresTo(to.x, to.z);
  return metres !== null && metres <= Math.hypot(to.x - from.x, to.z - from.z) * DETOUR + DETOUR_SLACK_M;
}
