/**
 * When to tell the server where one is: only when dead reckoning from the last pose would be visibly wrong.
 *
 * Others draw a visitor along its last velocity. A pose is due when that would be off by more than 5 cm or 5 degrees, when
 * the velocity, the action or the head changed visibly, or when a moving visitor has been silent for `HEARTBEAT_S`, so that
 * nobody has to guess for longer; never more often than ten times a second.
 */
import { POSE_KEEPALIVE_S, POSE_MAX_HZ } from '../protocol/generated';
import type { Pose, XrPose } from '../protocol/poses';

const MIN_INTERVAL_S = 1 / POSE_MAX_HZ;
/** Sooner than the server and the others stop guessing. */
const HEARTBEAT_S = POSE_KEEPALIVE_S * 0.8;
const POSITION_M = 0.05;
const VELOCITY = 0.25;
const YAW = (5 * Math.PI) / 180;
const HEAD = (7 * Math.PI) / 180;
const TRACKED_M = 0.02;
const TRACKED_DOT = 0.998;

export type Stance = Omit<Pose, 'seq' | 'teleported'>;

export class Reporter {
  #last: Stance | null = null;
  #lastAt_s = -Infinity;
  #seq = 0;
  #teleported = false;

  /** The next pose tells others not to glide. */
  teleported(): void {
    this.#teleported = true;
  }

  /** What the server knows of itself, after it has put the visitor somewhere. */
  placed(stance: Stance, now_s: number): void {
    this.#last = { ...stance };
    this.#lastAt_s = now_s;
    this.#teleported = false;
  }

  /** The pose to send now, or null. */
  due(stance: Stance, now_s: number): Pose | null {
    const since_s = now_s - this.#lastAt_s;
    if (since_s < MIN_INTERVAL_S) return null;
    if (this.#last && !this.#teleported && !this.#differs(this.#last, stance, since_s)) return null;
    const pose: Pose = { ...stance, seq: this.#seq, teleported: this.#teleported };
    this.#seq = (this.#seq + 1) & 0xffff;
    this.#last = { ...stance };
    this.#lastAt_s = now_s;
    this.#teleported = false;
    return pose;
  }

  #differs(last: Stance, now: Stance, since_s: number): boolean {
    const offX = last.x + last.vx * since_s - now.x;
    const offZ = last.z + last.vz * since_s - now.z;
    const moving = last.vx !== 0 || last.vz !== 0;
    return (
      Math.hypot(offX, now.y - last.y, offZ) > POSITION_M ||
      Math.hypot(now.vx - last.vx, now.vz - last.vz) > VELOCITY ||
      (moving && (since_s > HEARTBEAT_S || (now.vx === 0 && now.vz === 0))) ||
      Math.abs(turnBetween(last.yaw, now.yaw)) > YAW ||
      Math.abs(now.headYaw - last.headYaw) > HEAD ||
      Math.abs(now.headPitch - last.headPitch) > HEAD ||
      now.action !== last.action ||
      trackedDiffers(last.xr, now.xr)
    );
  }
}

function trackedDiffers(last: XrPose | null, now: XrPose | null): boolean {
  if (!last || !now) return last !== now;
  return partDiffers(last.head, now.head) || partDiffers(last.left, now.left) || partDiffers(last.right, now.right);
}

function partDiffers(last: XrPose['left'], now: XrPose['left']): boolean {
  if (!last || !now) return last !== now;
  const metres = Math.hypot(last.x - now.x, last.y - now.y, last.z - now.z);
  const dot = last.qx * now.qx + last.qy * now.qy + last.qz * now.qz + last.qw * now.qw;
  return metres > TRACKED_M || Math.abs(dot) < TRACKED_DOT;
}

function turnBetween(a: number, b: number): number {
  const turn = Math.PI * 2;
  const difference = (b - a) % turn;
  return difference > Math.PI ? difference - turn : difference < -Math.PI ? difference + turn : difference;
}
