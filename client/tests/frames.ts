/** Builds frames byte by byte, for tests: the opposite of `readFrame`, written from docs/protocol.md alone. */

export interface Section {
  tier: number;
  cell?: [number, number];
  records: readonly Uint8Array[];
}

export function frame(tick: number, sections: readonly Section[], full = false): Uint8Array {
  const bytes: number[] = [0x20, full ? 1 : 0, ...u16(sections.length), ...u32(tick)];
  for (const { tier, cell = [0, 0], records } of sections) {
    const [column, row] = cell as [number, number];
    bytes.push(tier, 0, ...u16(records.length), ...u16(column), ...u16(row));
    for (const record of records) bytes.push(...record);
  }
  return Uint8Array.from(bytes);
}

export interface Near {
  slot: number;
  generation?: number;
  /** Fractions of the cell. */
  x: number;
  z: number;
  y?: number;
  yaw?: number;
  vx?: number;
  vz?: number;
  action?: number;
}

export function near({ slot, generation = 0, x, z, y = 0, yaw = 0, vx = 0, vz = 0, action = 0 }: Near): Uint8Array {
  return Uint8Array.from([
    ...u16(slot), generation, 0, ...u16(Math.floor(x * 65536)), ...u16(Math.floor(z * 65536)), ...u16(Math.round(y * 100)),
    turn(yaw, 256), i8(vx / 0.05), i8(vz / 0.05), 0, 0, action,
  ]);
}

export function mid({ slot, generation = 0, x, z, y = 0, yaw = 0, vx = 0, vz = 0, action = 0 }: Near): Uint8Array {
  return Uint8Array.from([
    ...u16(slot), generation, action, Math.floor(x * 256), Math.floor(z * 256), turn(yaw, 256), i8(vx / 0.05), i8(vz / 0.05),
    Math.round(y * 10),
  ]);
}

export function crowd({ slot, generation = 0, x, z, yaw = 0, action = 0 }: Near): Uint8Array {
  return Uint8Array.from([
    ...u16(slot), generation, Math.floor(x * 256), Math.floor(z * 256), (turn(yaw, 16) << 4) | action,
  ]);
}

export const gone = (slot: number, generation = 0): Uint8Array => Uint8Array.from([...u16(slot), generation, 0]);

export const look = (slot: number, generation: number, value: number): Uint8Array =>
  Uint8Array.from([...u16(slot), generation, 0, ...u32(value)]);

function u16(value: number): number[] {
  return [value & 0xff, (value >> 8) & 0xff];
}

const u32 = (value: number): number[] => [...u16(value & 0xffff), ...u16(value >>> 16)];
const i8 = (value: number): number => Math.round(value) & 0xff;
const turn = (yaw: number, steps: number): number => Math.floor((((yaw / (2 * Math.PI)) % 1) + 1) * steps) % steps;
