/** The map's news: everybody in the watched hall, 8 bytes each (docs/protocol.md, "Operators"). */
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

export class Dots {
  count = 0;
  ids = new Uint32Array(0);
  flags = new Uint8Array(0);
  x = new Float32Array(0);
  z = new Float32Array(0);
  readonly #indexOf = new Map<number, number>();

  /** Takes a DOTS message over. Throws ProtocolError for one that is none. */
  read(bytes: Uint8Array, area: Area): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < DOTS_HEADER_LAYOUT.bytes || bytes[0] !== Kind.DOTS) throw new ProtocolError('not dots');
    const count = view.getUint16(DOTS_HEADER_LAYOUT.count, true);
    if (bytes.length !== DOTS_HEADER_LAYOUT.bytes + count * DOT_LAYOUT.bytes) throw new ProtocolError('dots of a wrong size');
    this.#makeRoom(count);
    this.#indexOf.clear();
    for (let i = 0; i < count; i += 1) {
      const at = DOTS_HEADER_LAYOUT.bytes + i * DOT_LAYOUT.bytes;
      const id = view.getUint8(at + DOT_LAYOUT.generation) * STEPS + view.getUint16(at + DOT_LAYOUT.slot, true);
      this.ids[i] = id;
      this.flags[i] = view.getUint8(at + DOT_LAYOUT.flags);
      this.x[i] = area.origin_x + ((view.getUint16(at + DOT_LAYOUT.x, true) + 0.5) / STEPS) * area.width_m;
      this.z[i] = area.origin_z + ((view.getUint16(at + DOT_LAYOUT.z, true) + 0.5) / STEPS) * area.depth_m;
      this.#indexOf.set(id, i);
    }
    this.count = count;
  }

  clear(): void {
    this.count = 0;
    this.#indexOf.clear();
  }

  /** -1 for who is not here. */
  indexOf(id: number): number {
    return this.#indexOf.get(id) ?? -1;
  }

  /** The id of whoever stands nearest to a place, within so many metres; null where nobody does. */
  nearest(x: number, z: number, within_m: number): number | null {
    let best = within_m * within_m;
    let found: number | null = null;
    for (let i = 0; i < this.count; i += 1) {
      const dx = (this.x[i] as number) - x;
      const dz = (this.z[i] as number) - z;
      const squared = dx * dx + dz * dz;
      if (squared <= best) [best, found] = [squared, this.ids[i] as number];
    }
    return found;
  }

  #makeRoom(count: number): void {
    if (this.ids.length >= count) return;
    const size = Math.max(count, this.ids.length * 2, 1024);
    this.ids = new Uint32Array(size);
    this.flags = new Uint8Array(size);
    this.x = new Float32Array(size);
    this.z = new Float32Array(size);
  }
}
