/** The map's news: everybody in the watched hall, 8 bytes each (docs/protocol.md, "Operators"), and where they are between two of them. */
import { DOTS_HEADER_LAYOUT, DOT_LAYOUT, Kind } from '../protocol/generated';
import { ProtocolError } from '../protocol/errors';

/** Where fractions of the hall become metres. */
export interface Area {
  origin_x: number;
  origin_z: number;
  width_m: number;
  depth_m: number;
}

const STEPS = 65_536;
/** How long a way takes until more is heard: that between the last two news, within these. */
const WAY_MS = { least: 100, most: 1000, first: 500 } as const;
/** Whoever is further away at once was put there, and did not walk. */
const JUMP_M = 8;

/** Where each of a crowd stands, in the order of the news; grows, and is used again. */
class Places {
  ids = new Uint32Array(0);
  /** By slot; -1 for who is not here. */
  readonly at = new Int32Array(STEPS).fill(-1);
  fromX = new Float32Array(0);
  fromZ = new Float32Array(0);
  toX = new Float32Array(0);
  toZ = new Float32Array(0);

  makeRoom(count: number): void {
    if (this.ids.length >= count) return;
    const size = Math.max(count, this.ids.length * 2, 1024);
    this.ids = new Uint32Array(size);
    [this.fromX, this.fromZ, this.toX, this.toZ] = [new Float32Array(size), new Float32Array(size), new Float32Array(size), new Float32Array(size)];
  }

  forget(count: number): void {
    for (let i = 0; i < count; i += 1) this.at[(this.ids[i] as number) % STEPS] = -1;
  }
}

export class Dots {
  count = 0;
  flags = new Uint8Array(0);
  /** Where they are seen: between where they were and where they were last said to be. */
  x = new Float32Array(0);
  z = new Float32Array(0);
  #now = new Places();
  #before = new Places();
  #since_ms = -Infinity;
  #way_ms: number = WAY_MS.first;

  get ids(): Uint32Array {
    return this.#now.ids;
  }

  /** Takes a DOTS message over. Throws ProtocolError for one that is none. */
  read(bytes: Uint8Array, area: Area, now_ms: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < DOTS_HEADER_LAYOUT.bytes || bytes[0] !== Kind.DOTS) throw new ProtocolError('not dots');
    const count = view.getUint16(DOTS_HEADER_LAYOUT.count, true);
    if (bytes.length !== DOTS_HEADER_LAYOUT.bytes + count * DOT_LAYOUT.bytes) throw new ProtocolError('dots of a wrong size');
    this.advance(now_ms);
    const before = this.#now;
    const now = this.#before;
    now.makeRoom(count);
    if (this.flags.length < now.ids.length) this.flags = new Uint8Array(now.ids.length);
    for (let i = 0; i < count; i += 1) {
      const at = DOTS_HEADER_LAYOUT.bytes + i * DOT_LAYOUT.bytes;
      const slot = view.getUint16(at + DOT_LAYOUT.slot, true);
      const id = view.getUint8(at + DOT_LAYOUT.generation) * STEPS + slot;
      const x = area.origin_x + ((view.getUint16(at + DOT_LAYOUT.x, true) + 0.5) / STEPS) * area.width_m;
      const z = area.origin_z + ((view.getUint16(at + DOT_LAYOUT.z, true) + 0.5) / STEPS) * area.depth_m;
      const was = before.at[slot] as number;
      const walks = was >= 0 && before.ids[was] === id && Math.abs((this.x[was] as number) - x) + Math.abs((this.z[was] as number) - z) < JUMP_M;
      now.ids[i] = id;
      now.at[slot] = i;
      now.toX[i] = x;
      now.toZ[i] = z;
      now.fromX[i] = walks ? (this.x[was] as number) : x;
      now.fromZ[i] = walks ? (this.z[was] as number) : z;
      this.flags[i] = view.getUint8(at + DOT_LAYOUT.flags);
    }
    before.forget(this.count);
    [this.#now, this.#before] = [now, before];
    if (this.x.length < now.ids.length) [this.x, this.z] = [new Float32Array(now.ids.length), new Float32Array(now.ids.length)];
    this.count = count;
    this.#way_ms = Number.isFinite(this.#since_ms) ? Math.min(WAY_MS.most, Math.max(WAY_MS.least, now_ms - this.#since_ms)) : WAY_MS.first;
    this.#since_ms = now_ms;
    this.advance(now_ms);
  }

  /** Brings `x` and `z` to a moment. False once everybody is where they were said to be. */
  advance(now_ms: number): boolean {
    const { fromX, fromZ, toX, toZ } = this.#now;
    const share = Math.min(1, Math.max(0, (now_ms - this.#since_ms) / this.#way_ms));
    for (let i = 0; i < this.count; i += 1) {
      this.x[i] = (fromX[i] as number) + ((toX[i] as number) - (fromX[i] as number)) * share;
      this.z[i] = (fromZ[i] as number) + ((toZ[i] as number) - (fromZ[i] as number)) * share;
    }
    return share < 1;
  }

  clear(): void {
    this.#now.forget(this.count);
    this.count = 0;
    this.#since_ms = -Infinity;
  }

  /** -1 for who is not here. */
  indexOf(id: number): number {
    const at = this.#now.at[id % STEPS] as number;
    return at >= 0 && this.#now.ids[at] === id ? at : -1;
  }

  /** The id of whoever stands nearest to a place, within so many metres; null where nobody does. */
  nearest(x: number, z: number, within_m: number): number | null {
    let best = within_m * within_m;
    let found: number | null = null;
    for (let i = 0; i < this.count; i += 1) {
      const dx = (this.x[i] as number) - x;
      const dz = (this.z[i] as number) - z;
      const squared = dx * dx + dz * dz;
      if (squared <= best) [best, found] = [squared, this.#now.ids[i] as number];
    }
    return found;
  }
}
