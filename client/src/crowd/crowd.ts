/**
 * Everyone in the hall, as typed arrays by slot: who is there, in what clothes, as the records of the wire say. How they are
 * shown between two records is `Motion`'s; the further tiers tell less and less often and are shown later.
 *
 * Invariants: a slot holds at most one visitor, the one of its newest generation; records of an older generation change
 * nothing; who is not in a FULL frame, or is told GONE, is not present.
 */
import { EXTRAPOLATE_MAX_S } from '../protocol/generated';
import { FrameReader, idOf, type CellGrid, type FrameSink, type XrPose } from '../protocol/poses';
import { Motion } from './motion';

/** A pose waits up to a tick to be sent and up to a tick to be told; MID comes two to three times a second. */
const NEAR_DELAY_S = 0.2;
const MID_DELAY_S = 0.45;
/** CROWD does not overrule what a finer tier said, as long as that is followed. */
const FINER_HOLDS_S = EXTRAPOLATE_MAX_S;
/** Further than this from where it is shown, a visitor is put there: a glide through walls looks worse than a jump. */
const NEAR_JUMP_M = 2.5;
const MID_JUMP_M = 5;
/** Head and hands without news for this long are those of somebody who took the headset off. */
const XR_STALE_S = 1.5;
const NEVER = -1e9;
/** States of a slot. DEPARTED remembers the generation that left, so that a late record cannot bring it back. */
const FREE = 0;
const TAKEN = 1;
const DEPARTED = 2;

export interface CrowdOptions {
  capacity: number;
  grid: CellGrid;
  /** Height of the floor in metres, for records that tell none. */
  heightAt(x: number, z: number): number;
  /** Who had this id is gone. */
  left?(id: number): void;
}

export class Crowd implements FrameSink {
  readonly capacity: number;
  /** `performance.now() / 1000` at the crowd's beginning; times in `motion` count from here, to stay exact in float32. */
  readonly epoch: number;
  readonly ids: Uint32Array;
  readonly looks: Uint32Array;
  readonly present: Uint8Array;
  readonly headYaw: Float32Array;
  readonly headPitch: Float32Array;
  /** Head and hands by slot, of those in a headset. */
  readonly xr = new Map<number, XrPose>();
  /** Grows with each change of `looks`. */
  looksVersion = 0;
  /** Visitors present, oneself included. */
  count = 0;
  /** Highest slot ever taken, plus one: loops need go no further. */
  extent = 0;
  selfSlot: number | null = null;

  readonly #way: Motion;
  /** Grows with each change of who is here and how they look. */
  #changes = 0;
  #grid: CellGrid;
  #heightAt: (x: number, z: number) => number;
  readonly #left: (id: number) => void;
  #now = 0;
  #tick = -1;
  #full = false;
  readonly #generations: Uint8Array;
  readonly #slots: Uint8Array;
  readonly #heardAt: Float64Array;
  readonly #mentioned: Uint8Array;
  readonly #xrAt = new Map<number, number>();

  constructor(options: CrowdOptions, now_s: number) {
    const { capacity } = options;
    this.capacity = capacity;
    this.epoch = now_s;
    this.#grid = options.grid;
    this.#heightAt = options.heightAt;
    this.#left = options.left ?? (() => undefined);
    this.ids = new Uint32Array(capacity);
    this.looks = new Uint32Array(capacity);
    this.present = new Uint8Array(capacity);
    this.headYaw = new Float32Array(capacity);
    this.headPitch = new Float32Array(capacity);
    this.#way = new Motion(capacity);
    this.#generations = new Uint8Array(capacity);
    this.#slots = new Uint8Array(capacity);
    this.#heardAt = new Float64Array(capacity).fill(NEVER);
    this.#mentioned = new Uint8Array(capacity);
  }

  get tickSeen(): number {
    return this.#tick;
  }

  /** Grows with each change of anything that `CrowdView` tells. */
  get version(): number {
    return this.#changes + this.#way.version;
  }

  get motion(): Float32Array {
    return this.#way.texels;
  }

  get actions(): Uint8Array {
    return this.#way.actions;
  }

  get speed(): Float32Array {
    return this.#way.speed;
  }

  /** Take in one frame as it came from the wire. `now_s` as `performance.now() / 1000`. Throws ProtocolError. */
  ingest(bytes: Uint8Array, now_s: number): void {
    this.take(this.reader(bytes), now_s, Infinity);
  }

  /** For taking a frame in bit by bit. Throws ProtocolError. */
  reader(bytes: Uint8Array): FrameReader {
    return new FrameReader(bytes, this.#grid);
  }

  /** Up to so many records of a frame that came at `now_s`; false at its end. Frames are taken one after the other. */
  take(reader: FrameReader, now_s: number, records: number): boolean {
    this.#now = now_s - this.epoch;
    return reader.read(this, records);
  }

  /** Where a slot is shown at `t` seconds since the epoch: x, y, z, yaw into `out`. */
  positionAt(slot: number, t: number, out: Float32Array): Float32Array {
    return this.#way.positionAt(slot, t, out);
  }

  /** Lay new segments for those whose segment has ended. Call once a frame, before drawing. */
  update(now_s: number): void {
    const now = now_s - this.epoch;
    this.#way.update(this.extent, now);
    for (const [slot, at] of this.#xrAt) {
      if (now - at > XR_STALE_S && (this.#heardAt[slot] as number) > at) this.#dropXr(slot);
    }
  }

  /** Oneself is drawn from here, not from what comes back over the wire. */
  setSelf(id: number, look: number): void {
    const slot = id & 0xffff;
    this.selfSlot = slot;
    this.#appear(slot, (id >>> 16) & 0xff);
    this.#dress(slot, look);
    this.#show(slot);
  }

  placeSelf(x: number, y: number, z: number, yaw: number, speed: number, action: number, now_s: number): void {
    const slot = this.selfSlot;
    if (slot === null) return;
    this.#way.put(slot, x, y, z, yaw, speed, action, now_s - this.epoch);
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
    this.#moveBy(slot, x, y, z, yaw, vx, vz, action, NEAR_DELAY_S, NEAR_JUMP_M);
  }

  onMid(slot: number, generation: number, x: number, y: number, z: number, yaw: number,
    vx: number, vz: number, action: number): void {
    if (!this.#accept(slot, generation)) return;
    this.#moveBy(slot, x, y, z, yaw, vx, vz, action, MID_DELAY_S, MID_JUMP_M);
  }

  onCrowd(slot: number, generation: number, x: number, z: number, yaw: number, action: number): void {
    if (!this.#accept(slot, generation)) return;
    // What a finer tier said a moment ago is nearer the truth than this.
    if (this.#now - (this.#heardAt[slot] as number) < FINER_HOLDS_S) return;
    if (slot === this.selfSlot) return;
    this.#way.glide(slot, this.present[slot] === 1, x, this.#heightAt(x, z), z, yaw, action, this.#now);
    this.#show(slot);
  }

  onXr(slot: number, generation: number, pose: XrPose): void {
    if (!this.#accept(slot, generation)) return;
    this.xr.set(slot, pose);
    this.#xrAt.set(slot, this.#now);
    this.#changes += 1;
  }

  onGone(slot: number, generation: number): void {
    if (slot >= this.capacity || slot === this.selfSlot) return;
    if (this.#slots[slot] === TAKEN && this.#generations[slot] === generation) this.#leave(slot, DEPARTED);
  }

  onLook(slot: number, generation: number, look: number): void {
    if (slot === this.selfSlot && this.#generations[slot] === generation) return;
    // Who was hidden for a while is told anew, look first: the same visitor, under the same id.
    if (this.#slots[slot] === DEPARTED && this.#generations[slot] === generation) this.#slots[slot] = FREE;
    if (!this.#accept(slot, generation)) return;
    this.#dress(slot, look);
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
    this.#dress(slot, 0);
    this.headYaw[slot] = 0;
    this.headPitch[slot] = 0;
    this.#heardAt[slot] = NEVER;
    this.#way.stop(slot);
    this.#changes += 1;
  }

  #dress(slot: number, look: number): void {
    this.looks[slot] = look;
    this.looksVersion += 1;
    this.#changes += 1;
  }

  #show(slot: number): void {
    if (this.present[slot] === 1) return;
    this.present[slot] = 1;
    this.count += 1;
    this.#changes += 1;
  }

  #leave(slot: number, into: typeof FREE | typeof DEPARTED): void {
    if (this.present[slot] === 1) this.count -= 1;
    this.present[slot] = 0;
    this.#slots[slot] = into;
    this.#way.stop(slot);
    this.#heardAt[slot] = NEVER;
    this.#dropXr(slot);
    this.#changes += 1;
    this.#left(this.ids[slot] as number);
  }

  #dropXr(slot: number): void {
    if (!this.#xrAt.delete(slot)) return;
    this.xr.delete(slot);
    this.#changes += 1;
  }

  /** A record with a velocity, told so much later than it was so. */
  #moveBy(slot: number, x: number, y: number, z: number, yaw: number, vx: number, vz: number, action: number,
    delay_s: number, jump_m: number): void {
    if (slot === this.selfSlot) return;
    this.#heardAt[slot] = this.#now;
    this.#way.moveBy(slot, this.present[slot] === 1, x, y, z, yaw, vx, vz, action, this.#now, delay_s, jump_m);
    this.#show(slot);
  }
}

/** Generations are a byte that wraps: newer is up to half the circle ahead. */
function newerGeneration(candidate: number, known: number): boolean {
  const ahead = (candidate - known) & 0xff;
  return ahead !== 0 && ahead < 128;
}
