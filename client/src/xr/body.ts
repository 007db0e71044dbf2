/**
 * The visitor in a headset: where it stands is under its head, and turning turns the room around the head.
 *
 * The headset moves the camera in the rig; this moves the rig, never the camera. Walking about in one's own room moves the
 * avatar as far as the hall's floor allows; beyond it (one leans through a wall) the avatar waits at the edge.
 */
import { Euler, Matrix4, Quaternion, Vector3, type Group, type Object3D, type PerspectiveCamera } from 'three';
import type { TrackedPose, XrPose } from '../protocol/poses';
import type { Walker } from '../player/walker';

export const SNAP_TURN = Math.PI / 6;
const SEATED_EYE_M = 1.18;
const UP = new Vector3(0, 1, 0);

const head = new Vector3();
const forward = new Vector3();
const position = new Vector3();
const rotation = new Quaternion();
const scale = new Vector3();
const unyaw = new Quaternion();
const toBody = new Matrix4();
const relative = new Matrix4();
const euler = new Euler();

export class XrBody {
  #aligned = false;

  constructor(private readonly rig: Group, private readonly camera: PerspectiveCamera, private readonly walker: Walker) {}

  /** The session began: with the first pose, the head stands where the visitor stood and looks where it looked. */
  begin(): void {
    this.#aligned = false;
  }

  /** The session ended: the body stays where the head was, looking where it looked. */
  end(): void {
    this.walker.pitch = 0;
  }

  /** Stand the head over the walker's place, looking along its yaw: after joining, teleporting or sitting down. */
  settle(): void {
    this.#turnTo(this.walker.yaw);
    this.#standAt(this.walker.x, this.walker.z);
    this.rig.position.y = this.walker.seat === null ? this.walker.y : this.walker.y + SEATED_EYE_M - this.camera.position.y;
  }

  /** Once a frame, after the headset has said where the head is. */
  follow(dt_s: number): void {
    if (this.camera.position.lengthSq() === 0) return;
    if (!this.#aligned) {
      this.#aligned = true;
      this.settle();
    }
    const { walker, rig } = this;
    this.#headInHall();
    if (walker.seat === null) {
      if (walker.floor.canStand(head.x, head.z)) {
        walker.x = head.x;
        walker.z = head.z;
        walker.y = walker.floor.heightAt(head.x, head.z) ?? walker.y;
      }
      walker.eyeFloor += (walker.y - walker.eyeFloor) * (1 - Math.exp(-12 * dt_s));
      rig.position.y = walker.eyeFloor;
    }
    walker.yaw = this.headYaw();
    walker.vx = 0;
    walker.vz = 0;
  }

  snapTurn(turns: number): void {
    this.#headInHall();
    const { x, z } = head;
    this.rig.rotation.y += turns * SNAP_TURN;
    this.#standAt(x, z);
    this.walker.yaw = this.headYaw();
  }

  teleport(x: number, y: number, z: number): void {
    this.walker.seat = null;
    this.walker.x = x;
    this.walker.y = y;
    this.walker.z = z;
    this.walker.eyeFloor = y;
    this.#standAt(x, z);
    this.rig.position.y = y;
  }

  /** Where the head looks along the ground, in the hall. */
  headYaw(): number {
    forward.set(0, 0, -1).applyQuaternion(this.camera.quaternion);
    if (Math.abs(forward.y) > 0.98) euler.setFromQuaternion(this.camera.quaternion, 'YXZ');
    else euler.y = Math.atan2(-forward.x, -forward.z);
    return this.rig.rotation.y + euler.y;
  }

  /** Head and hands from the feet, in the frame turned with the body: what others draw. */
  pose(left: Object3D | null, right: Object3D | null): XrPose {
    const { walker } = this;
    this.rig.updateMatrixWorld(true);
    unyaw.setFromAxisAngle(UP, walker.yaw);
    toBody.compose(position.set(walker.x, walker.y, walker.z), unyaw, scale.set(1, 1, 1)).invert();
    return {
      head: this.#tracked(this.camera),
      left: left && this.#tracked(left),
      right: right && this.#tracked(right),
    };
  }

  #tracked(object: Object3D): TrackedPose {
    relative.multiplyMatrices(toBody, object.matrixWorld).decompose(position, rotation, scale);
    return {
      x: position.x, y: position.y, z: position.z,
      qx: rotation.x, qy: rotation.y, qz: rotation.z, qw: rotation.w,
    };
  }

  #turnTo(yaw: number): void {
    this.rig.rotation.y += yaw - this.headYaw();
  }

  /** Move the rig so that the head is over (x, z). */
  #standAt(x: number, z: number): void {
    this.#headInHall();
    this.rig.position.x += x - head.x;
    this.rig.position.z += z - head.z;
  }

  #headInHall(): void {
    head.copy(this.camera.position).applyAxisAngle(UP, this.rig.rotation.y).add(this.rig.position);
  }
}
