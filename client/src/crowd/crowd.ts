/**
 * Everyone in the hall, as typed arrays by slot.
 *
 * Theory of operation. A record tells where a visitor was when it was sent: a waypoint. Each visitor is shown a fixed delay
 * behind the wire, so that it reaches each waypoint when the next is there already; its shown way is then the way it went,
 * corners included. One straight segment at a time is kept as three texels (see `motion`) that the vertex shader mixes;
 * `update` lays the next: to the waypoint that waits, or, when none came, along the last velocity, up to the tier's coasting
 * time after the last record. Then the visitor stands still. The further tiers tell less and less often and are shown later.
 *
 * Invariants: a slot holds at most one visitor, the one of its newest generation; records of an older generation change
 * nothing; who is not in a FULL frame, or is told GONE, is not present.
 */
import { EXTRAPOLATE_MAX_S } from '../protocol/generated';
import { Action, FrameReader, idOf, type CellGrid, type FrameSink, type XrPose } from '../protocol/poses';

/** Floats a slot has in `motion`: three RGBA32F texels. */
export const MOTION_STRIDE = 12;
const FROM = 0;
const TO = 4;
const T0 = 8;
const T1 = 9;
const SPEED = 10;
const CLIP = 11;

/** A pose waits up to a tick to be sent and up to a tick to be told; MID comes two to three times a second. */
const NEAR_DELAY_S = 0.2;
const MID_DELAY_S = 0.45;
/** Length of a segment that is guessed from the velocity. */
const COAST_SEGMENT_S = 0.25;
/** A waypoint, the one after it, a guess, standing: no more segments than that can end unseen. */
const SEGMENTS_MAX = 4;
/** A waypoint this near in time is as good as reached. */
const REACHED_S = 0.01;
/** How long a visitor goes on by its velocity with no news. Who goes on as told is told again before that. */
const COAST_S = EXTRAPOLATE_MAX_S;
/** CROWD does not overrule what a finer tier said so lately. */
const FINER_HOLDS_S = 1.2;
/** CROWD tells no velocity: visitors glide to their new place at a walk, within these bounds. */
const GLIDE_SPEED = 1.6;
const GLIDE_MIN_S = 0.3;
const GLIDE_MAX_S = 6;
/** Whose segment is faster than this walks, and whose is faster than the other runs, whatever it does when there. */
const WALKING_SPEED = 0.3;
const RUNNING_SPEED = 2.4;
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
/** What a segment leads to. */
const NOWHERE = 0;
const WAYPOINT = 1;
const GUESS = 2;
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
  /** Grows with each change of `looks`. */
  looksVersion = 0;
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
  /** What the segment leads to: nothing more, a waypoint of a record, or a guess. */
  readonly #leads: Uint8Array;
  /** When the segment ends, as `motion` has it; never where it leads nowhere. Apart, so that a frame looks through it in one go. */
  readonly #endsAt: Float32Array;
  /** (capacity * 4) x, y, z, yaw of the waypoint after the segment's, and when to be there; no time means none. */
  readonly #next: Float32Array;
  readonly #nextAt: Float64Array;
  /** What the newest record says it does; shown when it is there. */
  readonly #doing: Uint8Array;
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
    this.#leads = new Uint8Array(capacity);
    this.#endsAt = new Float32Array(capacity).fill(Infinity);
    this.#next = new Float32Array(capacity * 4);
    this.#nextAt = new Float64Array(capacity).fill(NEVER);
    this.#doing = new Uint8Array(capacity);
    this.#mentioned = new Uint8Array(capacity);
  }

  get tickSeen(): number {
    return this.#tick;
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
    const ends = this.#endsAt;
    for (let slot = 0; slot < this.extent; slot += 1) {
      if ((ends[slot] as number) <= now) this.#catchUp(slot, now);
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
    this.#dress(slot, look);
    this.#show(slot);
  }

  placeSelf(x: number, y: number, z: number, yaw: number, speed: number, action: number, now_s: number): void {
    const slot = this.selfSlot;
    if (slot === null) return;
    this.#write(slot, x, y, z, yaw, x, y, z, yaw, now_s - this.epoch, 0, NOWHERE);
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
    this.#nextAt[slot] = NEVER;
    this.#lead(slot, NOWHERE);
    this.version += 1;
  }

  #dress(slot: number, look: number): void {
    this.looks[slot] = look;
    this.looksVersion += 1;
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
    this.#lead(slot, NOWHERE);
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

  /** A record with a velocity: a waypoint to be at `delay_s` from now. */
  #moveBy(slot: number, x: number, y: number, z: number, yaw: number, vx: number, vz: number, action: number,
    delay_s: number, jump_m: number): void {
    if (slot === this.selfSlot) return;
    const now = this.#now;
    this.#catchUp(slot, now);
    this.#vx[slot] = vx;
    this.#vz[slot] = vz;
    this.#doing[slot] = action;
    this.#heardAt[slot] = now;
    this.#coastUntil[slot] = now + COAST_S + delay_s;
    const shown = this.present[slot] === 1 ? this.positionAt(slot, now, this.#scratch) : null;
    if (!shown || distance(shown, x, z) > jump_m) {
      // Stands there for the delay, so that what follows is in time.
      this.#write(slot, x, y, z, yaw, x, y, z, yaw, now, delay_s, WAYPOINT);
    } else if (this.#leads[slot] === WAYPOINT && (this.motion[slot * MOTION_STRIDE + T1] as number) > now + REACHED_S) {
      this.#next.set([x, y, z, yaw], slot * 4);
      this.#nextAt[slot] = now + delay_s;
    } else {
      this.#write(slot, shown[0] as number, shown[1] as number, shown[2] as number, shown[3] as number,
        x, y, z, yaw, now, delay_s, WAYPOINT);
    }
    this.#describeSegment(slot);
    this.#show(slot);
  }

  #glide(slot: number, x: number, y: number, z: number, yaw: number, action: number): void {
    if (slot === this.selfSlot) return;
    const shown = this.present[slot] === 1 ? this.positionAt(slot, this.#now, this.#scratch) : null;
    const metres = shown ? distance(shown, x, z) : Infinity;
    this.#vx[slot] = 0;
    this.#vz[slot] = 0;
    this.#doing[slot] = action;
    if (!shown || metres > CROWD_JUMP_M) {
      this.#write(slot, x, y, z, yaw, x, y, z, yaw, this.#now, 0, NOWHERE);
    } else {
      const duration_s = Math.min(GLIDE_MAX_S, Math.max(GLIDE_MIN_S, metres / GLIDE_SPEED));
      this.#write(slot, shown[0] as number, shown[1] as number, shown[2] as number, shown[3] as number,
        x, y, z, yaw, this.#now, duration_s, WAYPOINT);
    }
    this.#describeSegment(slot);
    this.#show(slot);
  }

  /** Take every segment that has ended by now to its successor: no frame may have run since. */
  #catchUp(slot: number, now: number): void {
    for (let laid = 0; laid < SEGMENTS_MAX && this.#leads[slot] !== NOWHERE; laid += 1) {
      if ((this.motion[slot * MOTION_STRIDE + T1] as number) > now) return;
      this.#segmentEnded(slot, now);
    }
  }

  /** To the waypoint that waits, else on by the velocity, else stand where the segment has led. */
  #segmentEnded(slot: number, now: number): void {
    const { motion } = this;
    const at = slot * MOTION_STRIDE;
    const t1 = motion[at + T1] as number;
    const x = motion[at + TO] as number;
    const y = motion[at + TO + 1] as number;
    const z = motion[at + TO + 2] as number;
    const yaw = motion[at + TO + 3] as number;
    const nextAt = this.#nextAt[slot] as number;
    const until = this.#coastUntil[slot] as number;
    const vx = this.#vx[slot] as number;
    const vz = this.#vz[slot] as number;
    if (nextAt !== NEVER) {
      const next = slot * 4;
      this.#write(slot, x, y, z, yaw, this.#next[next] as number, this.#next[next + 1] as number,
        this.#next[next + 2] as number, this.#next[next + 3] as number, t1, Math.max(0, nextAt - t1), WAYPOINT);
    } else if ((vx !== 0 || vz !== 0) && now < until) {
      const length_s = Math.min(until, now + COAST_SEGMENT_S) - t1;
      this.#write(slot, x, y, z, yaw, x + vx * length_s, y, z + vz * length_s, yaw, t1, length_s, GUESS);
    } else {
      this.#write(slot, x, y, z, yaw, x, y, z, yaw, t1, 0, NOWHERE);
      if (vx !== 0 || vz !== 0) this.#doing[slot] = resting(this.#doing[slot] as number);
    }
    this.#describeSegment(slot);
  }

  #write(slot: number, x0: number, y0: number, z0: number, yaw0: number, x1: number, y1: number, z1: number,
    yaw1: number, t0: number, length_s: number, leads: number): void {
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
    this.#lead(slot, leads);
    this.#nextAt[slot] = NEVER;
    this.version += 1;
  }

  #lead(slot: number, leads: number): void {
    this.#leads[slot] = leads;
    this.#endsAt[slot] = leads === NOWHERE ? Infinity : (this.motion[slot * MOTION_STRIDE + T1] as number);
  }

  /** Feet go as fast as the body: the segment's speed, and a walk while there is a way to go. */
  #describeSegment(slot: number): void {
    const { motion } = this;
    const at = slot * MOTION_STRIDE;
    const length_s = (motion[at + T1] as number) - (motion[at + T0] as number);
    const dx = (motion[at + TO] as number) - (motion[at + FROM] as number);
    const dz = (motion[at + TO + 2] as number) - (motion[at + FROM + 2] as number);
    const speed = length_s > 0 ? Math.hypot(dx, dz) / length_s : 0;
    const doing = this.#doing[slot] as number;
    const going = speed > RUNNING_SPEED ? Action.RUN : Action.WALK;
    this.#describe(slot, speed, doing === Action.STAND && speed > WALKING_SPEED ? going : doing);
  }

  #describe(slot: number, speed: number, action: number): void {
    this.speed[slot] = speed;
    this.actions[slot] = action;
    this.motion[slot * MOTION_STRIDE + SPEED] = speed;
    this.motion[slot * MOTION_STRIDE + CLIP] = action;
  }
}

/** Who walked and is heard of no more stands. */
function resting(action: number): number {
  return action === Action.WALK || action === Action.RUN ? Action.STAND : action;
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
