/**
 * Which frame of which clip each visitor that is drawn as a mesh shows. Walking and running are driven by the ground actually covered,
 * so that feet do not slip whatever the speed; the others by time. A change of clip is blended over BLEND_S.
 */
import { Action } from '../protocol/generated';
import type { ActorRow } from './actors';
import { chance, expressionAt } from './expression';
import { BODY_HEIGHTS } from './glsl';
import type { Clip, KitDescription } from './kit';
import { choiceOf } from './look';

const BLEND_S = 0.24;
/** Speeds at which feet start and stop, and walking becomes running. Two values each, against flicker. */
const START_M_S = 0.25;
const STOP_M_S = 0.12;
const RUN_M_S = 2.3;
const JOG_M_S = 1.9;
/** A step longer than this is a teleport. */
const LEAP_M = 1.5;
const SPEED_SMOOTHING_S = 0.12;
/** Not drawn for this long: starts anew. */
const FORGET_S = 0.4;

export class Animator {
  readonly #clips: Clip[];
  readonly #cells: Map<string, number>;
  readonly #cellsPerFace: number;
  readonly #clip: Uint8Array;
  readonly #former: Uint8Array;
  readonly #changedAt: Float64Array;
  readonly #seenAt: Float64Array;
  readonly #phase: Float32Array;
  readonly #speed: Float32Array;
  readonly #x: Float32Array;
  readonly #z: Float32Array;

  constructor(kit: KitDescription, capacity: number) {
    this.#clips = kit.clips;
    this.#cells = new Map(kit.expressions.map((name, i) => [name, i]));
    this.#cellsPerFace = kit.expressions.length;
    this.#clip = new Uint8Array(capacity);
    this.#former = new Uint8Array(capacity);
    this.#changedAt = new Float64Array(capacity).fill(-1e9);
    this.#seenAt = new Float64Array(capacity).fill(-1e9);
    this.#phase = new Float32Array(capacity);
    this.#speed = new Float32Array(capacity);
    this.#x = new Float32Array(capacity);
    this.#z = new Float32Array(capacity);
  }

  /** Speed over ground as shown, m/s. */
  speedOf(slot: number): number {
    return this.#speed[slot] as number;
  }

  /** Advances a slot to time `t` at its place, and fills the clip, blend and face of `row`. Idempotent for the same `t`. */
  advance(slot: number, x: number, z: number, action: number, look: number, t: number, row: ActorRow): void {
    const seed = chance(slot + 1);
    const elapsed = t - (this.#seenAt[slot] as number);
    if (elapsed > FORGET_S || elapsed < 0) this.#begin(slot, x, z, action, t, seed);
    else if (elapsed > 0) this.#step(slot, x, z, action, look, t, elapsed);
    this.#seenAt[slot] = t;
    this.#x[slot] = x;
    this.#z[slot] = z;
    this.#fill(slot, t, seed, row);
    const cell = this.#cells.get(expressionAt(action, t, seed)) ?? 0;
    row.faceCell = choiceOf(look, 'face') * this.#cellsPerFace + cell;
  }

  #begin(slot: number, x: number, z: number, action: number, t: number, seed: number): void {
    this.#x[slot] = x;
    this.#z[slot] = z;
    const walks = action === Action.WALK || action === Action.RUN;
    this.#speed[slot] = walks ? START_M_S * 2 : 0;
    this.#clip[slot] = this.#former[slot] = this.#wanted(slot, action);
    this.#phase[slot] = seed;
    this.#changedAt[slot] = t - BLEND_S;
  }

  #step(slot: number, x: number, z: number, action: number, look: number, t: number, elapsed: number): void {
    const metres = Math.hypot(x - (this.#x[slot] as number), z - (this.#z[slot] as number));
    const covered = metres < LEAP_M ? metres : 0;
    const follow = 1 - Math.exp(-elapsed / SPEED_SMOOTHING_S);
    const speed = this.#speed[slot] as number;
    this.#speed[slot] = speed + (covered / elapsed - speed) * follow;
    const stride = (this.#clips[this.#clip[slot] as number] as Clip).strideMetres;
    if (stride > 0) {
      const height = BODY_HEIGHTS[choiceOf(look, 'body')] ?? 1;
      this.#phase[slot] = ((this.#phase[slot] as number) + covered / (stride * height)) % 1;
    }
    const wanted = this.#wanted(slot, action);
    const current = this.#clip[slot] as number;
    if (wanted === current) return;
    const strides = (clip: number): boolean => (this.#clips[clip] as Clip).strideMetres > 0;
    if (strides(wanted) && !strides(current)) this.#phase[slot] = 0.08;
    this.#former[slot] = current;
    this.#clip[slot] = wanted;
    this.#changedAt[slot] = t;
  }

  /** The clips are in the order of the wire's actions. */
  #wanted(slot: number, action: number): number {
    if (action === Action.SIT) return Action.SIT;
    const speed = this.#speed[slot] as number;
    const current = this.#clip[slot] as number;
    const moving = current === Action.WALK || current === Action.RUN;
    if (speed > (moving ? STOP_M_S : START_M_S)) {
      return speed > (current === Action.RUN ? JOG_M_S : RUN_M_S) ? Action.RUN : Action.WALK;
    }
    return action === Action.WALK || action === Action.RUN || action >= this.#clips.length ? Action.STAND : action;
  }

  #fill(slot: number, t: number, seed: number, row: ActorRow): void {
    const current = this.#clips[this.#clip[slot] as number] as Clip;
    const former = this.#clips[this.#former[slot] as number] as Clip;
    const phase = this.#phase[slot] as number;
    const frame = frameOf(current, phase, t, seed);
    row.row = current.start + Math.floor(frame);
    row.nextRow = current.start + ((Math.floor(frame) + 1) % current.frames);
    row.mix = frame - Math.floor(frame);
    const blend = Math.min((t - (this.#changedAt[slot] as number)) / BLEND_S, 1);
    row.blend = blend * blend * (3 - 2 * blend);
    const formerFrame = frameOf(former, phase, t, seed);
    row.formerRow = former.start + Math.floor(formerFrame);
    row.formerNextRow = former.start + ((Math.floor(formerFrame) + 1) % former.frames);
    row.formerMix = formerFrame - Math.floor(formerFrame);
  }
}

/** Frame number, with fraction, below the clip's count. */
function frameOf(clip: Clip, stridePhase: number, t: number, seed: number): number {
  const phase = clip.strideMetres > 0 ? stridePhase : (((t / clip.seconds + seed) % 1) + 1) % 1;
  return Math.min(phase * clip.frames, clip.frames - 1e-3);
}
