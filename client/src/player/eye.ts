/**
 * Where the camera is: in the visitor's eyes, or behind its shoulder.
 *
 * The rig stands at the feet and is turned with the body; the camera sits in it. In a headset the device moves the camera in
 * the rig, so this leaves it alone then.
 */
import type { Group, PerspectiveCamera } from 'three';
import type { Walker } from './walker';

const STANDING_M = 1.62;
const SITTING_M = 1.18;
const BEHIND_M = 2.9;
const SHOULDER_M = 0.35;
const RATE = 9;

export class Eye {
  thirdPerson = false;
  #height = STANDING_M;
  #back = 0;

  constructor(
    private readonly rig: Group,
    private readonly camera: PerspectiveCamera,
  ) {}

  get height(): number {
    return this.#height;
  }

  toggle(): void {
    this.thirdPerson = !this.thirdPerson;
  }

  /** True when the camera has left the head, so that one's own body can be seen. */
  get outside(): boolean {
    return this.#back > 0.6;
  }

  follow(walker: Walker, dt_s: number): void {
    const share = 1 - Math.exp(-RATE * dt_s);
    this.#height += ((walker.seat === null ? STANDING_M : SITTING_M) - this.#height) * share;
    this.#back += ((this.thirdPerson ? this.#room(walker) : 0) - this.#back) * share;
    this.rig.position.set(walker.x, walker.eyeFloor, walker.z);
    this.rig.rotation.set(0, walker.yaw, 0);
    const back = this.#back;
    const shift = (back / BEHIND_M) * SHOULDER_M;
    this.camera.rotation.set(walker.pitch, 0, 0);
    this.camera.position.set(
      shift,
      this.#height - Math.sin(walker.pitch) * back + shift * 0.7,
      Math.cos(walker.pitch) * back,
    );
  }

  /** The headset took over, or gave back. */
  release(): void {
    this.#back = 0;
    this.#height = STANDING_M;
  }

  /** How far the camera can stand back before it meets a wall, as the floor tells. */
  #room(walker: Walker): number {
    const sin = Math.sin(walker.yaw);
    const cos = Math.cos(walker.yaw);
    for (let metres = 0.4; metres < BEHIND_M; metres += 0.2) {
      if (walker.floor.distanceAt(walker.x + sin * metres, walker.z + cos * metres) < -0.3) return Math.max(0.4, metres - 0.4);
    }
    return BEHIND_M;
  }
}
