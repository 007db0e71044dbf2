/**
 * The crowd as this visitor wants to see it: without those they chose not to see, and, with a distance bubble, without whoever
 * stands so near that they would fill the view. The crowd itself knows everybody as before.
 */
import { MOTION_STRIDE, type CrowdView } from '../avatars/crowdView';
import type { XrPose } from '../protocol/poses';

/** Somebody nearer than an arm is a face in one's face. */
export const BUBBLE_M = 1;
/** Where x and z of a segment's end are in `motion`. */
const TO_X = 4;
const TO_Z = 6;

export class SeenCrowd implements CrowdView {
  present = new Uint8Array(0);

  constructor(readonly crowd: CrowdView & { selfSlot: number | null }) {}

  get capacity(): number { return this.crowd.capacity; }
  get extent(): number { return this.crowd.extent; }
  get ids(): Uint32Array { return this.crowd.ids; }
  get looks(): Uint32Array { return this.crowd.looks; }
  get actions(): Uint8Array { return this.crowd.actions; }
  get headYaw(): Float32Array { return this.crowd.headYaw; }
  get headPitch(): Float32Array { return this.crowd.headPitch; }
  get motion(): Float32Array { return this.crowd.motion; }
  get xr(): ReadonlyMap<number, XrPose> { return this.crowd.xr; }
  get looksVersion(): number { return this.crowd.looksVersion; }
  get version(): number { return this.crowd.version; }
  get selfSlot(): number | null { return this.crowd.selfSlot; }

  /** Once a frame, before anybody looks: who is seen from here. `bubble_m` 0 is none. */
  look(hidden: ReadonlySet<number>, x: number, z: number, bubble_m: number): void {
    const { extent, ids, motion, present, selfSlot } = this.crowd;
    if (this.present.length !== present.length) this.present = new Uint8Array(present.length);
    this.present.set(present);
    if (hidden.size > 0) for (let slot = 0; slot < extent; slot += 1) if (hidden.has(ids[slot] as number)) this.present[slot] = 0;
    if (bubble_m === 0) return;
    const squared = bubble_m * bubble_m;
    for (let slot = 0; slot < extent; slot += 1) {
      if (this.present[slot] === 0 || slot === selfSlot) continue;
      const dx = (motion[slot * MOTION_STRIDE + TO_X] as number) - x;
      const dz = (motion[slot * MOTION_STRIDE + TO_Z] as number) - z;
      if (dx * dx + dz * dz < squared) this.present[slot] = 0;
    }
  }
}
