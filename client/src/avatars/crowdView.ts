/**
 * What the avatars need to know of the crowd. `crowd/crowd.ts` satisfies it; the demo page and the tests make their own.
 *
 * `motion` has three texels (twelve floats) a slot: from (x, y, z, yaw), to (x, y, z, yaw), (t0, t1, speed, action). At time t the
 * visitor stands at mix(from, to, clamp((t - t0) / (t1 - t0), 0, 1)), at `to` when the segment has no length. Metres, seconds,
 * radians; yaw 0 looks along -Z.
 */
import type { XrPose } from '../protocol/poses';

export const MOTION_STRIDE = 12;

export interface CrowdView {
  readonly capacity: number;
  /** Slots from here on are empty. */
  readonly extent: number;
  readonly ids: Uint32Array;
  readonly looks: Uint32Array;
  readonly actions: Uint8Array;
  readonly present: Uint8Array;
  readonly headYaw: Float32Array;
  readonly headPitch: Float32Array;
  readonly motion: Float32Array;
  readonly xr: ReadonlyMap<number, XrPose>;
  /** Changes whenever `looks` does. */
  readonly looksVersion: number;
  /** Changes whenever anything above does. */
  readonly version: number;
}
