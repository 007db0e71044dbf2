/**
 * The visitor itself: walks by the input, sees through its eye, makes gestures, knows what can be done where it stands.
 */
import type { Group, PerspectiveCamera } from 'three';
import type { Intent } from '../input/intent';
import type { HallDescriptor } from '../net/api';
import type { Stood } from '../protocol/generated';
import type { XrPose } from '../protocol/poses';
import { Eye } from './eye';
import { Floor } from './floor';
import { Gestures, type Gesture } from './gestures';
import { Places, type Offer } from './places';
import type { Stance } from './reporter';
import { Walker } from './walker';

/** A head turns this far before the body must follow; where one sits the body stays. */
const HEAD_TURN_MAX = Math.PI / 2;
const TURN = Math.PI * 2;

export class Player {
  readonly walker = new Walker(Floor.flat(1, 1));
  readonly eye: Eye;
  readonly gestures = new Gestures();
  places: Places | null = null;
  /** Yaw of the seat: the body's, while the eyes look around. */
  #seatYaw = 0;
  #observer = false;

  constructor(rig: Group, camera: PerspectiveCamera) {
    this.eye = new Eye(rig, camera);
  }

  enter(hall: HallDescriptor, floor: Floor): void {
    this.walker.floor = floor;
    this.places = new Places(hall);
  }

  place(x: number, y: number, z: number, yaw: number): void {
    this.walker.place(x, y, z, yaw);
    this.places?.arrivedAt(this.walker);
  }

  sit(seat: string, x: number, y: number, z: number, yaw: number): void {
    this.#seatYaw = yaw;
    this.walker.sit(seat, x, y, z, yaw);
  }

  stand(x: number, y: number, z: number, yaw: number): void {
    this.walker.stand(x, y, z, yaw);
    this.places?.arrivedAt(this.walker);
  }

  /** `heading`: where forward is, when one walks to a place and looks elsewhere. */
  walk(intent: Intent, dt_s: number, heading: number | null = null): void {
    this.walker.step(intent, dt_s, heading ?? undefined);
    this.eye.follow(this.walker, dt_s);
  }

  /** An observer has no body: nothing to look at from outside, and no seat to take. */
  setObserver(observer: boolean): void {
    this.#observer = observer;
    if (observer) this.eye.thirdPerson = false;
  }

  toggleView(): void {
    if (!this.#observer) this.eye.toggle();
  }

  gesture(gesture: Gesture, now_s: number): void {
    this.gestures.begin(gesture, now_s);
  }

  offer(): Offer | null {
    return this.places?.offer(this.walker, this.walker.seat !== null, !this.#observer) ?? null;
  }

  /** Where the visitor can be brought back to. */
  get stood(): Stood {
    const { x, z, yaw, seat } = this.walker;
    return { x, z, yaw: seat === null ? yaw : this.#seatYaw };
  }

  /** What others are told. */
  stance(now_s: number, xr: XrPose | null): Stance {
    const { walker } = this;
    const sits = walker.seat !== null;
    return {
      x: walker.x,
      y: walker.y,
      z: walker.z,
      yaw: sits ? this.#seatYaw : walker.yaw,
      vx: walker.vx,
      vz: walker.vz,
      headYaw: sits ? clampHead(halfTurn(walker.yaw - this.#seatYaw)) : 0,
      headPitch: clampHead(walker.pitch),
      action: this.gestures.action(walker.action, now_s),
      xr,
    };
  }
}

function halfTurn(angle: number): number {
  return angle - TURN * Math.round(angle / TURN);
}

function clampHead(angle: number): number {
  return Math.min(HEAD_TURN_MAX, Math.max(-HEAD_TURN_MAX, angle));
}
