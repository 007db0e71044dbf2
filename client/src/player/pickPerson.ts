/** Whom a ray points at: each visitor is an upright cylinder where they are drawn. */
import { MOTION_STRIDE, type CrowdView } from '../avatars/crowdView';
import type { Ray } from './pick';

const RADIUS_M = 0.35;
const HEIGHT_M = 1.9;
export const PERSON_REACH_M = 12;

/** The nearest visitor along the ray, and how far; null where nobody is. */
export function pickPerson(ray: Ray, crowd: CrowdView & { selfSlot: number | null }): { id: number; metres: number } | null {
  const { origin: o, direction: d } = ray;
  const flat = d.x * d.x + d.z * d.z;
  if (flat < 1e-6) return null;
  let best: { id: number; metres: number } | null = null;
  for (let slot = 0; slot < crowd.extent; slot += 1) {
    if (crowd.present[slot] === 0 || slot === crowd.selfSlot) continue;
    const at = slot * MOTION_STRIDE + 4;
    const dx = (crowd.motion[at] as number) - o.x;
    const dz = (crowd.motion[at + 2] as number) - o.z;
    // Where the ray passes closest to the axis, seen from above.
    const metres = (dx * d.x + dz * d.z) / flat;
    if (metres <= 0 || metres > (best?.metres ?? PERSON_REACH_M)) continue;
    const offX = dx - d.x * metres;
    const offZ = dz - d.z * metres;
    const height = o.y + d.y * metres - (crowd.motion[at + 1] as number);
    if (offX * offX + offZ * offZ <= RADIUS_M * RADIUS_M && height >= 0 && height <= HEIGHT_M) best = { id: crowd.ids[slot] as number, metres };
  }
  return best;
}
