/**
 * The visitor's own body: where it stands, how it turns and walks. No DOM, no three, no clock.
 *
 * Walking follows the floor's distance field: who walks into a wall is pushed out along the field's gradient, which leaves
 * the part of the motion along the wall.
 */
import { Action } from '../protocol/poses';
import type { Intent } from '../input/intent';
import type { Floor } from './floor';

export const WALK_SPEED = 1.5;
export const RUN_SPEED = 3.4;
/** Seconds until about two thirds of a change of velocity has happened. */
const ACCELERATION_S = 0.09;
/** The floor file keeps 0.25 m to what is solid; this keeps the near plane out of walls too. */
const MARGIN_M = 0.08;
/** Longer moves are cut, so that no frame steps over a thin wall. */
const STEP_M = 0.12;
const MAX_STEP_UP_M = 0.4;
/** Rate at which the eye follows the floor: steps feel like a ramp. */
const EYE_RATE = 12;
const MAX_PITCH = 1.45;
const STOPPED = 0.03;


export class Walker {
  x = 0;
  z = 0;
  /** Height of the floor under the feet. */
  y = 0;
  /** Height that the eye stands on: follows `y` smoothly. */
  eyeFloor = 0;
  yaw = 0;
  pitch = 0;
  vx = 0;
  vz = 0;
  seat: string | null = null;

  constructor(public floor: Floor) {}

  get speed(): number {
    return Math.hypot(this.vx, this.vz);
  }

  /** What the body does of itself; gestures are laid over it by the caller. */
  get action(): number {
    if (this.seat !== null) return Action.SIT;
    const { speed } = this;
    if (speed < 0.15) return Action.STAND;
    return speed > (WALK_SPEED + RUN_SPEED) / 2 ? Action.RUN : Action.WALK;
  }

  /** Put somewhere at once: on joining, by teleport, by the server's word. */
  place(x: number, y: number, z: number, yaw: number): void {
    this.x = x;
    this.z = z;
    this.y = this.seat === null ? (this.floor.heightAt(x, z) ?? y) : y;
    this.eyeFloor = this.y;
    this.yaw = yaw;
    this.vx = 0;
    this.vz = 0;
  }

  sit(seat: string, x: number, y: number, z: number, yaw: number): void {
    this.seat = seat;
    this.pitch = 0;
    this.place(x, y, z, yaw);
  }

  stand(x: number, y: number, z: number, yaw: number): void {
    this.seat = null;
    this.place(x, y, z, yaw);
  }

  look(turn: number, tilt: number): void {
    this.yaw += turn;
    this.pitch = Math.min(MAX_PITCH, Math.max(-MAX_PITCH, this.pitch + tilt));
  }

  /** Walk for `dt_s` as the intent says. `heading` is where forward is, when that is not the body's own yaw. */
  step(intent: Intent, dt_s: number, heading = this.yaw): void {
    this.look(intent.turn, intent.tilt);
    if (this.seat === null) {
      this.#accelerate(intent, dt_s, heading);
      this.#move(this.vx * dt_s, this.vz * dt_s, dt_s);
    }
    this.eyeFloor += (this.y - this.eyeFloor) * (1 - Math.exp(-EYE_RATE * dt_s));
  }

  #accelerate(intent: Intent, dt_s: number, heading: number): void {
    const push = Math.hypot(intent.forward, intent.right);
    const speed = intent.run ? RUN_SPEED : WALK_SPEED;
    const scale = push > 1 ? speed / push : speed;
    const sin = Math.sin(heading);
    const cos = Math.cos(heading);
    const wantX = (intent.right * cos - intent.forward * sin) * scale;
    const wantZ = (-intent.right * sin - intent.forward * cos) * scale;
    const share = 1 - Math.exp(-dt_s / ACCELERATION_S);
    this.vx += (wantX - this.vx) * share;
    this.vz += (wantZ - this.vz) * share;
    if (push === 0 && this.speed < STOPPED) {
      this.vx = 0;
      this.vz = 0;
    }
  }

  /** Move by (dx, dz) in steps short enough for the floor, and take the velocity that was possible. */
  #move(dx: number, dz: number, dt_s: number): void {
    const length = Math.hypot(dx, dz);
    if (length === 0) {
      // What one stands on may come and go beneath one's feet.
      this.y = this.floor.heightAt(this.x, this.z) ?? this.y;
      return;
    }
    const startX = this.x;
    const startZ = this.z;
    const steps = Math.ceil(length / STEP_M);
    for (let step = 0; step < steps; step += 1) {
      if (!this.#stepTo(this.x + dx / steps, this.z + dz / steps)) break;
    }
    if (dt_s > 0) {
      this.vx = (this.x - startX) / dt_s;
      this.vz = (this.z - startZ) / dt_s;
    }
  }

  #stepTo(x: number, z: number): boolean {
    const free = this.#pushOut(x, z);
    if (!free) return false;
    const y = this.floor.heightAt(free.x, free.z);
    if (y === null || Math.abs(y - this.y) > MAX_STEP_UP_M) return false;
    this.x = free.x;
    this.z = free.z;
    this.y = y;
    return true;
  }

  /** The place nearest to (x, z) that keeps the margin, going up the distance field; null in a corner too tight for it. */
  #pushOut(x: number, z: number): { x: number; z: number } | null {
    const { floor } = this;
    const epsilon = floor.cell_m / 2;
    for (let round = 0; round < 4; round += 1) {
      const depth = MARGIN_M - floor.distanceAt(x, z);
      if (depth <= 1e-4) return { x, z };
      const gx = floor.distanceAt(x + epsilon, z) - floor.distanceAt(x - epsilon, z);
      const gz = floor.distanceAt(x, z + epsilon) - floor.distanceAt(x, z - epsilon);
      const slope = Math.hypot(gx, gz);
      if (slope < 1e-6) return null;
      x += (gx / slope) * depth;
      z += (gz / slope) * depth;
    }
    return floor.distanceAt(x, z) >= 0 ? { x, z } : null;
  }
}
