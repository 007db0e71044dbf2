/**
 * Where everybody is shown, by slot: the ways between what the records say.
 *
 * Theory of operation. A record tells where a visitor was when it was sent: a waypoint. Each visitor is shown a fixed delay
 * behind the wire, so that it reaches each waypoint when the next is there already; its shown way is then the way it went,
 * corners included. One straight segment at a time is kept as three texels (`CrowdView.motion`) that the vertex shader mixes;
 * `update` lays the next: to the waypoint that waits, or, when none came, along the last velocity, up to the tier's coasting
 * time after the last record. Then the visitor stands still.
 *
 * All times are seconds since the crowd's epoch.
 */
import { MOTION_STRIDE } from '../avatars/crowdView';
import { EXTRAPOLATE_MAX_S } from '../protocol/generated';
import { Action } from '../protocol/poses';

const FROM = 0;
const TO = 4;
const T0 = 8;
const T1 = 9;
const SPEED = 10;
const CLIP = 11;

/** Length of a segment that is guessed from the velocity. */
const COAST_SEGMENT_S = 0.25;
/** A waypoint, the one after it, a guess, standing: no more segments than that can end unseen. */
const SEGMENTS_MAX = 4;
/** A waypoint this near in time is as good as reached. */
const REACHED_S = 0.01;
/** How long a visitor goes on by its velocity with no news. Who goes on as told is told again before that. */
const COAST_S = EXTRAPOLATE_MAX_S;
/** CROWD tells no velocity: visitors glide to their new place at a walk, within these bounds. */
const GLIDE_SPEED = 1.6;
const GLIDE_MIN_S = 0.3;
const GLIDE_MAX_S = 6;
/** Further than this from where it is shown, a visitor is put there: a glide through walls looks worse than a jump. */
const GLIDE_JUMP_M = 14;
/** Whose segment is faster than this walks, and whose is faster than the other runs, whatever it does when there. */
const WALKING_SPEED = 0.3;
const RUNNING_SPEED = 2.4;
const NEVER = -1e9;
/** What a segment leads to. */
const NOWHERE = 0;
const WAYPOINT = 1;
const GUESS = 2;
const TURN = Math.PI * 2;

export class Motion {
  /** (capacity * 12), see `CrowdView.motion`. */
  readonly texels: Float32Array;
  readonly speed: Float32Array;
  readonly actions: Uint8Array;
  /** Grows with each change of anything above. */
  version = 0;

  readonly #vx: Float32Array;
  readonly #vz: Float32Array;
  readonly #coastUntil: Float64Array;
  /** What the segment leads to: nothing more, a waypoint of a record, or a guess. */
  readonly #leads: Uint8Array;
  /** When the segment ends, as the texels have it; never where it leads nowhere. Apart, so that a frame looks through it in one go. */
  readonly #endsAt: Float32Array;
  /** (capacity * 4) x, y, z, yaw of the waypoint after the segment's, and when to be there; no time means none. */
  readonly #next: Float32Array;
  readonly #nextAt: Float64Array;
  /** What the newest record says it does; shown when it is there. */
  readonly #doing: Uint8Array;
  readonly #scratch = new Float32Array(4);

  constructor(capacity: number) {
    this.texels = new Float32Array(capacity * MOTION_STRIDE);
    this.speed = new Float32Array(capacity);
    this.actions = new Uint8Array(capacity);
    this.#vx = new Float32Array(capacity);
    this.#vz = new Float32Array(capacity);
    this.#coastUntil = new Float64Array(capacity).fill(NEVER);
    this.#leads = new Uint8Array(capacity);
    this.#endsAt = new Float32Array(capacity).fill(Infinity);
    this.#next = new Float32Array(capacity * 4);
    this.#nextAt = new Float64Array(capacity).fill(NEVER);
    this.#doing = new Uint8Array(capacity);
  }

  /** Lay new segments for those of the first `extent` slots whose segment has ended. Call once a frame, before drawing. */
  update(extent: number, now: number): void {
    const ends = this.#endsAt;
    for (let slot = 0; slot < extent; slot += 1) {
      if ((ends[slot] as number) <= now) this.#catchUp(slot, now);
    }
  }

  /** Where a slot is shown at `t`: x, y, z, yaw into `out`. */
  positionAt(slot: number, t: number, out: Float32Array): Float32Array {
    const { texels } = this;
    const at = slot * MOTION_STRIDE;
    const t0 = texels[at + T0] as number;
    const t1 = texels[at + T1] as number;
    const share = t1 > t0 ? Math.min(1, Math.max(0, (t - t0) / (t1 - t0))) : 1;
    for (let axis = 0; axis < 4; axis += 1) {
      const from = texels[at + FROM + axis] as number;
      out[axis] = from + ((texels[at + TO + axis] as number) - from) * share;
    }
    return out;
  }

  /** Whoever was in this slot goes nowhere any more. */
  stop(slot: number): void {
    this.#nextAt[slot] = NEVER;
    this.#lead(slot, NOWHERE);
  }

  /** Stand exactly here now, however one goes. */
  put(slot: number, x: number, y: number, z: number, yaw: number, speed: number, action: number, now: number): void {
    this.#write(slot, x, y, z, yaw, x, y, z, yaw, now, 0, NOWHERE);
    this.#describe(slot, speed, action);
  }

  /** A record with a velocity, of somebody who is `shown` already or not: a waypoint to be at `delay_s` from now. */
  moveBy(slot: number, shown: boolean, x: number, y: number, z: number, yaw: number, vx: number, vz: number, action: number,
    now: number, delay_s: number, jump_m: number): void {
    this.#catchUp(slot, now);
    this.#vx[slot] = vx;
    this.#vz[slot] = vz;
    this.#doing[slot] = action;
    this.#coastUntil[slot] = now + COAST_S + delay_s;
    const here = shown ? this.positionAt(slot, now, this.#scratch) : null;
    if (!here || distance(here, x, z) > jump_m) {
      // Stands there for the delay, so that what follows is in time.
      this.#write(slot, x, y, z, yaw, x, y, z, yaw, now, delay_s, WAYPOINT);
    } else if (this.#leads[slot] === WAYPOINT && (this.texels[slot * MOTION_STRIDE + T1] as number) > now + REACHED_S) {
      this.#next.set([x, y, z, yaw], slot * 4);
      this.#nextAt[slot] = now + delay_s;
    } else {
      this.#write(slot, here[0] as number, here[1] as number, here[2] as number, here[3] as number,
        x, y, z, yaw, now, delay_s, WAYPOINT);
    }
    this.#describeSegment(slot);
  }

  /** A record without a velocity, of somebody who is `shown` already or not. */
  glide(slot: number, shown: boolean, x: number, y: number, z: number, yaw: number, action: number, now: number): void {
    const here = shown ? this.positionAt(slot, now, this.#scratch) : null;
    const metres = here ? distance(here, x, z) : Infinity;
    this.#vx[slot] = 0;
    this.#vz[slot] = 0;
    this.#doing[slot] = action;
    if (!here || metres > GLIDE_JUMP_M) {
      this.#write(slot, x, y, z, yaw, x, y, z, yaw, now, 0, NOWHERE);
    } else {
      const duration_s = Math.min(GLIDE_MAX_S, Math.max(GLIDE_MIN_S, metres / GLIDE_SPEED));
      this.#write(slot, here[0] as number, here[1] as number, here[2] as number, here[3] as number,
        x, y, z, yaw, now, duration_s, WAYPOINT);
    }
    this.#describeSegment(slot);
  }

  /** Take every segment that has ended by now to its successor: no frame may have run since. */
  #catchUp(slot: number, now: number): void {
    for (let laid = 0; laid < SEGMENTS_MAX && this.#leads[slot] !== NOWHERE; laid += 1) {
      if ((this.texels[slot * MOTION_STRIDE + T1] as number) > now) return;
      this.#segmentEnded(slot, now);
    }
  }

  /** To the waypoint that waits, else on by the velocity, else stand where the segment has led. */
  #segmentEnded(slot: number, now: number): void {
    const { texels } = this;
    const at = slot * MOTION_STRIDE;
    const t1 = texels[at + T1] as number;
    const x = texels[at + TO] as number;
    const y = texels[at + TO + 1] as number;
    const z = texels[at + TO + 2] as number;
    const yaw = texels[at + TO + 3] as number;
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
    const { texels } = this;
    const at = slot * MOTION_STRIDE;
    texels[at + FROM] = x0;
    texels[at + FROM + 1] = y0;
    texels[at + FROM + 2] = z0;
    texels[at + FROM + 3] = wrapTurn(yaw0);
    texels[at + TO] = x1;
    texels[at + TO + 1] = y1;
    texels[at + TO + 2] = z1;
    texels[at + TO + 3] = nearestTurn(yaw1, wrapTurn(yaw0));
    texels[at + T0] = t0;
    texels[at + T1] = t0 + length_s;
    this.#lead(slot, leads);
    this.#nextAt[slot] = NEVER;
    this.version += 1;
  }

  #lead(slot: number, leads: number): void {
    this.#leads[slot] = leads;
    this.#endsAt[slot] = leads === NOWHERE ? Infinity : (this.texels[slot * MOTION_STRIDE + T1] as number);
  }

  /** Feet go as fast as the body: the segment's speed, and a walk while there is a way to go. */
  #describeSegment(slot: number): void {
    const { texels } = this;
    const at = slot * MOTION_STRIDE;
    const length_s = (texels[at + T1] as number) - (texels[at + T0] as number);
    const dx = (texels[at + TO] as number) - (texels[at + FROM] as number);
    const dz = (texels[at + TO + 2] as number) - (texels[at + FROM + 2] as number);
    const speed = length_s > 0 ? Math.hypot(dx, dz) / length_s : 0;
    const doing = this.#doing[slot] as number;
    const going = speed > RUNNING_SPEED ? Action.RUN : Action.WALK;
    this.#describe(slot, speed, doing === Action.STAND && speed > WALKING_SPEED ? going : doing);
  }

  #describe(slot: number, speed: number, action: number): void {
    this.speed[slot] = speed;
    this.actions[slot] = action;
    this.texels[slot * MOTION_STRIDE + SPEED] = speed;
    this.texels[slot * MOTION_STRIDE + CLIP] = action;
  }
}

/** Who walked and is heard of no more stands. */
function resting(action: number): number {
  return action === Action.WALK || action === Action.RUN ? Action.STAND : action;
}

function distance(here: Float32Array, x: number, z: number): number {
  return Math.hypot((here[0] as number) - x, (here[2] as number) - z);
}

function wrapTurn(angle: number): number {
  return angle - TURN * Math.floor(angle / TURN);
}

/** `angle` plus the whole turns that bring it within half a turn of `reference`. */
function nearestTurn(angle: number, reference: number): number {
  return angle - TURN * Math.round((angle - reference) / TURN);
}
