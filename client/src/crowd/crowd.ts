/**
 * Everyone in the hall, as typed arrays by slot.
 *
 * Theory of operation. A record tells where a visitor was when it was sent. Each visitor is shown `DELAY_S` late, so that
 * the next record is usually there before it is needed; the shown place is one straight segment from where the visitor is
 * shown now to where it will be by its velocity, kept as three texels (see `motion`) that the vertex shader mixes. When a
 * segment ends and nothing came, `update` lays the next one along the velocity, up to `COAST_S` after the last record;
 * then the visitor stands still. The further tiers tell less and less often, so their segments are longer.
 *
 * Invariants: a slot holds at most one visitor, the one of its newest generation; records of an older generation change
 * nothing; who is not in a FULL frame, or is told GONE, is not present.
 */
import { Action, idOf, readFrame, type CellGrid, type FrameSink, type XrPose } from '../protocol/poses';

/** Floats a slot has in `motion`: three RGBA32F texels. */
export const MOTION_STRIDE = 12;
const FROM = 0;
const TO = 4;
const T0 = 8;
const T1 = 9;
const SPEED = 10;
const CLIP = 11;

/** A tick of the server and some jitter of the line. */
const DELAY_S = 0.15;
/** Length of a segment by tier: the wait until the next record, and the delay. */
const NEAR_SEGMENT_S = 0.25;
const MID_SEGMENT_S = 0.55;
/** How long a visitor goes on by its velocity with no news, by tier. Poses of a moving visitor come at least that often. */
const NEAR_COAST_S = 0.7;
const MID_COAST_S = 1.2;
/** CROWD tells no velocity: visitors glide to their new place at a walk, within these bounds. */
const GLIDE_SPEED = 1.6;
const GLIDE_MIN_S = 0.3;
const GLIDE_MAX_S = 6;
/** Further than this from where it is shown, a visitor is put there: a glide through walls looks worse than a jump. */
const NEAR_JUMP_M = 2.5;
const MID_JUMP_M = 5;
const CROWD_JUMP_M = 14;
/** Head and hands without news for this long are those of somebody who took the headset off. */
const XR_STALE_S = 1.5;
const NEVER = -1e9;
/** States of a slot. DEPARTED remembers the generation that left, so that a late record cannot bring it back. */
const FREE = 0;
const TAKEN = 1;
const DEPARTED = 2;
const TURN = Math.PI * 2;

export interface CrowdOptions {
  capacity: number;
  grid: CellGrid;
  /** Height of the floor in metres, for records that tell none. */
  heightAt(x: number, z: number): number;
}

export class Crowd implements FrameSink {
  readonly capacity: number;
  /** `performance.now() / 1000` at the crowd's beginning; times in `motion` count from here, to stay exact in float32. */
  readonly epoch: number;
  readonly ids: Uint32Array;
  readonly looks: Uint32Array;
  readonly actions: Uint8Array;
  readonly present: Uint8Array;
  readonly headYaw: Float32Array;
  readonly headPitch: Float32Array;
  readonly speed: Float32Array;
  /** (capacity * 12) from (x, y, z, yaw), to (x, y, z, yaw), (t0, t1, speed, action); seconds since `epoch`. */
  readonly motion: Float32Array;
  /** Head and hands by slot, of those in a headset. */
  readonly xr = new Map<number, XrPose>();
  /** Grows with each change of anything above. */
  version = 0;
  /** Visitors present, oneself included. */
  count = 0;
  /** Highest slot ever taken, plus one: loops need go no further. */
  extent = 0;
  selfSlot: number | null = null;

  #grid: CellGrid;
  #heightAt: (x: number, z: number) => number;
  #now = 0;
  #tick = -1;
  #full = false;
  readonly #generations: Uint8Array;
  readonly #slots: Uint8Array;
  readonly #vx: Float32Array;
  readonly #vz: Float32Array;
  readonly #heardAt: Float64Array;
  readonly #coastUntil: Float64Array;
  readonly #mentioned: Uint8Array;
  readonly #xrAt = new Map<number, number>();
  readonly #scratch = new Float32Array(4);

  constructor(options: CrowdOptions, now_s: number) {
    const { capacity } = options;
    this.capacity = capacity;
    this.epoch = now_s;
    this.#grid = options.grid;
    this.#heightAt = options.heightAt;
    this.ids = new Uint32Array(capacity);
    this.looks = new Uint32Array(capacity);
    this.actions = new Uint8Array(capacity);
    this.present = new Uint8Array(capacity);
    this.headYaw = new Float32Array(capacity);
    this.headPitch = new Float32Array(capacity);
    this.speed = new Float32Array(capacity);
    this.motion = new Float32Array(capacity * MOTION_STRIDE);
    this.#generations = new Uint8Array(capacity);
    this.#slots = new Uint8Array(capacity);
    this.#vx = new Float32Array(capacity);
    this.#vz = new Float32Array(capacity);
    this.#heardAt = new Float64Array(capacity).fill(NEVER);
    this.#coastUntil = new Float64Array(capacity).fill(NEVER);
    this.#mentioned = new Uint8Array(capacity);
  }

  get tickSeen(): number {
    return this.#tick;
  }

  /** Take in one frame as it came from the wire. `now_s` as `performance.now() / 1000`. Throws ProtocolError. */
  ingest(bytes: Uint8Array, now_s: number): void {
    this.#now = now_s - this.epoch;
    readFrame(bytes, this.#grid, this);
  }

  /** Where a slot is shown at `t` seconds since the epoch: x, y, z, yaw into `out`. */
  positionAt(slot: number, t: number, out: Float32Array): Float32Array {
    const { motion } = this;
    const at = slot * MOTION_STRIDE;
    const t0 = motion[at + T0] as number;
    const t1 = motion[at + T1] as number;
    const share = t1 > t0 ? Math.min(1, Math.max(0, (t - t0) / (t1 - t0))) : 1;
    for (let axis = 0; axis < 4; axis += 1) {
      const from = motion[at + FROM + axis] as number;
      out[axis] = from + ((motion[at + TO + axis] as number) - from) * share;
    }
    return out;
  }

  /** Lay new segments for those whose segment has ended. Call once a frame, before drawing. */
  update(now_s: number): void {
    const now = now_s - this.epoch;
    for (let slot = 0; slot < this.extent; slot += 1) {
      if (this.present[slot] === 0 || this.speed[slot] === 0 || slot === this.selfSlot) continue;
      if ((this.motion[slot * MOTION_STRIDE + T1] as number) <= now) this.#coast(slot, now);
    }
    for (const [slot, at] of this.#xrAt) {
      if (now - at > XR_STALE_S && (this.#heardAt[slot] as number) > at) this.#dropXr(slot);
    }
  }

  /** Oneself is drawn from here, not from what comes back over the wire. */
  setSelf(id: number, look: number): void {
    const slot = id & 0xffff;
    this.selfSlot = slot;
    this.#appear(slot, (id >>> 16) & 0xff);
    this.looks[slot] = look;
    this.#show(slot);
  }

  placeSelf(x: number, y: number, z: number, yaw: number, speed: number, action: number, now_s: number): void {
    const slot = this.selfSlot;
    if (slot === null) return;
    this.#write(slot, x, y, z, yaw, x, y, z, yaw, now_s - this.epoch, 0);
    this.#describe(slot, speed, action);
  }

  // --- FrameSink ------------------------------------------------------------------------------------------------

  onFrame(full: boolean, tick: number): void {
    this.#full = full;
    this.#tick = tick;
    if (!full) return;
    this.#mentioned.fill(0);
    for (let slot = 0; slot < this.extent; slot += 1) {
      if (this.#slots[slot] === DEPARTED) this.#slots[slot] = FREE;
    }
  }

  onNear(slot: number, generation: number, _seq: number, x: number, y: number, z: number, yaw: number,
    vx: number, vz: number, headYaw: number, headPitch: number, action: number): void {
    if (!this.#accept(slot, generation)) return;
    this.headYaw[slot] = headYaw;
    this.headPitch[slot] = headPitch;
    this.#moveBy(slot, x, y, z, yaw, vx, vz, action, NEAR_SEGMENT_S, NEAR_COAST_S, NEAR_JUMP_M);
  }

  onMid(slot: number, generation: number, x: number, y: number, z: number, yaw: number,
    vx: number, vz: number, action: number): void {
    if (!this.#accept(slot, generation)) return;
    this.#moveBy(slot, x, y, z, yaw, vx, vz, action, MID_SEGMENT_S, MID_COAST_S, MID_JUMP_M);
  }

  onCrowd(slot: number, generation: number, x: number, z: number, yaw: number, action: number): void {
    if (!this.#accept(slot, generation)) return;
    // What a finer tier said a moment ago is nearer the truth than this.
    if (this.#now - (this.#heardAt[slot] as number) < MID_COAST_S) return;
    this.#glide(slot, x, this.#heightAt(x, z), z, yaw, action);
  }

  onXr(slot: number, generation: number, pose: XrPose): void {
    if (!this.#accept(slot, generation)) return;
    this.xr.set(slot, pose);
    this.#xrAt.set(slot, this.#now);
    this.version += 1;
  }

  onGone(slot: number, generation: number): void {
    if (slot >= this.capacity || slot === this.selfSlot) return;
    if (this.#slots[slot] === TAKEN && this.#generations[slot] === generation) this.#leave(slot, DEPARTED);
  }

  onLook(slot: number, generation: number, look: number): void {
    if (slot === this.selfSlot && this.#generations[slot] === generation) return;
    if (!this.#accept(slot, generation)) return;
    this.looks[slot] = look;
    this.version += 1;
  }

  onEnd(): void {
    if (!this.#full) return;
    for (let slot = 0; slot < this.extent; slot += 1) {
      if (this.present[slot] === 1 && this.#mentioned[slot] === 0 && slot !== this.selfSlot) this.#leave(slot, FREE);
    }
  }

  // --- slots and generations ------------------------------------------------------------------------------------

  /** Is this record of the slot's present visitor, or of a newer one? A newer one takes the slot. */
  #accept(slot: number, generation: number): boolean {
    if (slot >= this.capacity) return false;
    const known = this.#generations[slot] as number;
    if (this.#slots[slot] !== FREE && known !== generation) {
      if (slot === this.selfSlot || !(this.#full || newerGeneration(generation, known))) return false;
      this.#leave(slot, FREE);
    }
    if (this.#slots[slot] === DEPARTED) return false;
    if (this.#slots[slot] === FREE) this.#appear(slot, generation);
    this.#mentioned[slot] = 1;
    return true;
  }

  /** A new visitor in the slot, with no place yet: shown only when a record brings one. */
  #appear(slot: number, generation: number): void {
    this.#slots[slot] = TAKEN;
    this.extent = Math.max(this.extent, slot + 1);
    this.#generations[slot] = generation;
    this.ids[slot] = idOf(slot, generation);
    this.looks[slot] = 0;
    this.headYaw[slot] = 0;
    this.headPitch[slot] = 0;
    this.#heardAt[slot] = NEVER;
    this.version += 1;
  }

  #show(slot: number): void {
    if (this.present[slot] === 1) return;
    this.present[slot] = 1;
    this.count += 1;
    this.version += 1;
  }

  #leave(slot: number, into: typeof FREE | typeof DEPARTED): void {
    if (this.present[slot] === 1) this.count -= 1;
    this.present[slot] = 0;
    this.#slots[slot] = into;
    this.#heardAt[slot] = NEVER;
    this.#dropXr(slot);
    this.version += 1;
  }

  #dropXr(slot: number): void {
    if (!this.#xrAt.delete(slot)) return;
    this.xr.delete(slot);
    this.version += 1;
  }

  // --- motion ---------------------------------------------------------------------------------------------------

  /** A record with a velocity: from where it is shown to where it will be when the segment ends. */
  #moveBy(slot: number, x: number, y: number, z: number, yaw: number, vx: number, vz: number, action: number,
    segment_s: number, coast_s: number, jump_m: number): void {
    if (slot === this.selfSlot) return;
    const ahead_s = segment_s - DELAY_S;
    const speed = Math.hypot(vx, vz);
    this.#vx[slot] = vx;
    this.#vz[slot] = vz;
    this.#heardAt[slot] = this.#now;
    this.#coastUntil[slot] = this.#now + coast_s + DELAY_S;
    const shown = this.present[slot] === 1 ? this.positionAt(slot, this.#now, this.#scratch) : null;
    if (!shown || distance(shown, x, z) > jump_m) {
      this.#write(slot, x - vx * DELAY_S, y, z - vz * DELAY_S, yaw, x + vx * ahead_s, y, z + vz * ahead_s, yaw,
        this.#now, segment_s);
    } else {
      this.#write(slot, shown[0] as number, shown[1] as number, shown[2] as number, shown[3] as number,
        x + vx * ahead_s, y, z + vz * ahead_s, yaw, this.#now, segment_s);
    }
    this.#describe(slot, speed, action);
    this.#show(slot);
  }

  #glide(slot: number, x: number, y: number, z: number, yaw: number, action: number): void {
    if (slot === this.selfSlot) return;
    const shown = this.present[slot] === 1 ? this.positionAt(slot, this.#now, this.#scratch) : null;
    const metres = shown ? distance(shown, x, z) : Infinity;
    this.#vx[slot] = 0;
    this.#vz[slot] = 0;
    if (!shown || metres > CROWD_JUMP_M) {
      this.#write(slot, x, y, z, yaw, x, y, z, yaw, this.#now, 0);
      this.#describe(slot, 0, action);
    } else {
      const duration_s = Math.min(GLIDE_MAX_S, Math.max(GLIDE_MIN_S, metres / GLIDE_SPEED));
      this.#write(slot, shown[0] as number, shown[1] as number, shown[2] as number, shown[3] as number,
        x, y, z, yaw, this.#now, duration_s);
      this.#coastUntil[slot] = this.#now + duration_s;
      this.#describe(slot, metres / duration_s, action);
    }
    this.#show(slot);
  }

  /** The segment has ended without news: go on by the velocity, and stop when the time for that is over. */
  #coast(slot: number, now: number): void {
    const at = slot * MOTION_STRIDE;
    const t1 = this.motion[at + T1] as number;
    const until = this.#coastUntil[slot] as number;
    const x = this.motion[at + TO] as number;
    const y = this.motion[at + TO + 1] as number;
    const z = this.motion[at + TO + 2] as number;
    const yaw = this.motion[at + TO + 3] as number;
    if (now >= until) {
      this.#write(slot, x, y, z, yaw, x, y, z, yaw, t1, 0);
      const standing = this.actions[slot] === Action.WALK || this.actions[slot] === Action.RUN;
      this.#describe(slot, 0, standing ? Action.STAND : (this.actions[slot] as number));
      return;
    }
    const length_s = Math.min(until, now + NEAR_SEGMENT_S) - t1;
    this.#write(slot, x, y, z, yaw, x + (this.#vx[slot] as number) * length_s, y,
      z + (this.#vz[slot] as number) * length_s, yaw, t1, length_s);
  }

  #write(slot: number, x0: number, y0: number, z0: number, yaw0: number, x1: number, y1: number, z1: number,
    yaw1: number, t0: number, length_s: number): void {
    const { motion } = this;
    const at = slot * MOTION_STRIDE;
    motion[at + FROM] = x0;
    motion[at + FROM + 1] = y0;
    motion[at + FROM + 2] = z0;
    motion[at + FROM + 3] = wrapTurn(yaw0);
    motion[at + TO] = x1;
    motion[at + TO + 1] = y1;
    motion[at + TO + 2] = z1;
    motion[at + TO + 3] = nearestTurn(yaw1, wrapTurn(yaw0));
    motion[at + T0] = t0;
    motion[at + T1] = t0 + length_s;
    this.version += 1;
  }

  #describe(slot: number, speed: number, action: number): void {
    this.speed[slot] = speed;
    this.actions[slot] = action;
    this.motion[slot * MOTION_STRIDE + SPEED] = speed;
    this.motion[slot * MOTION_STRIDE + CLIP] = action;
  }
}

/** Generations are a byte that wraps: newer is up to half the circle ahead. */
function newerGeneration(candidate: number, known: number): boolean {
  const ahead = (candidate - known) & 0xff;
  return ahead !== 0 && ahead < 128;
}

function distance(shown: Float32Array, x: number, z: number): number {
  return Math.hypot((shown[0] as number) - x, (shown[2] as number) - z);
}

function wrapTurn(angle: number): number {
  return angle - TURN * Math.floor(angle / TURN);
}

/** `angle` plus the whole turns that bring it within half a turn of `reference`. */
function nearestTurn(angle: number, reference: number): number {
  return angle - TURN * Math.round((angle - reference) / TURN);
}
