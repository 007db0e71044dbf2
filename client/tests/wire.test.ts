/** The golden vectors that the server's tests read too: the same bytes mean the same on both sides. */
import { decode, encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import vectors from '../../tests/vectors/wire.json';
import { decodeControl, encodeControl } from '../src/protocol/codec';
import { ProtocolError } from '../src/protocol/errors';
import { CLOSE_CODES, HEAD_STEP, type ClientMessage } from '../src/protocol/generated';
import { encodePose, generationOf, idOf, readFrame, slotOf, type FrameSink, type TrackedPose, type XrPose } from '../src/protocol/poses';
import { seeded } from './random';

const unhex = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

describe('control messages', () => {
  it('are read as the server wrote them', () => {
    for (const vector of vectors.control_server) expect(decodeControl(unhex(vector.hex))).toEqual(vector.message);
  });

  it('are written so that the server reads them the same', () => {
    for (const vector of vectors.control_client) {
      const bytes = encodeControl(vector.message as unknown as ClientMessage);
      expect(bytes[0]).toBe(1);
      expect(decodeMap(bytes)).toEqual(decodeMap(unhex(vector.hex)));
    }
  });

  it('of an unknown kind are passed over', () => {
    expect(decodeControl(control({ t: 'weather', of: 'tomorrow' }))).toBeNull();
    expect(decodeControl(control({ t: '__proto__' }))).toBeNull();
  });

  it('with a field missing, of a wrong type or not finite are refused by name', () => {
    expect(() => decodeControl(control({ t: 'said', id: 1, name: 'a' }))).toThrow(/said\.text/);
    expect(() => decodeControl(control({ t: 'said', id: '1', name: 'a', text: 'b' }))).toThrow(/said\.id/);
    expect(() => decodeControl(control({ t: 'correct', x: NaN, y: 0, z: 0, yaw: 0, reason: 'outside' }))).toThrow(/correct\.x/);
    expect(() => decodeControl(control({ x: 1 }))).toThrow(ProtocolError);
    expect(() => decodeControl(control([1, 2]))).toThrow(ProtocolError);
    expect(() => decodeControl(Uint8Array.of(0x20, 0x80))).toThrow(ProtocolError);
  });

  it('cut anywhere or made of random bytes are refused, never half read', () => {
    const random = seeded(5);
    for (const vector of vectors.control_server) {
      const bytes = unhex(vector.hex);
      for (let length = 1; length < bytes.length; length += 1) expect(() => decodeControl(bytes.slice(0, length))).toThrow(ProtocolError);
    }
    for (let round = 0; round < 3000; round += 1) {
      const bytes = Uint8Array.from({ length: 1 + Math.floor(random() * 60) }, () => Math.floor(random() * 256));
      bytes[0] = 1;
      try {
        const message = decodeControl(bytes);
        if (message !== null) expect(typeof message.t).toBe('string');
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
      }
    }
  });

  it('longer than the server reads are not sent', () => {
    expect(() => encodeControl({ t: 'chat', text: 'x'.repeat(5000) })).toThrow(ProtocolError);
  });
});

describe('poses', () => {
  it('are packed as the vectors say', () => {
    for (const { hex: expected, fields } of vectors.poses) {
      const flags = fields.flags;
      const xr = 'xr' in fields ? trackedOf(fields.xr as unknown as WireXr, flags) : null;
      const bytes = encodePose({
        seq: fields.seq, teleported: (flags & 1) !== 0, x: fields.x, y: fields.y, z: fields.z, yaw: fields.yaw, vx: fields.vx, vz: fields.vz,
        headYaw: fields.head_yaw * HEAD_STEP, headPitch: fields.head_pitch * HEAD_STEP, action: fields.action, xr,
      });
      expect(hex(bytes)).toBe(expected);
    }
  });

  it('keep angles and distances beyond their range at its end', () => {
    const far: TrackedPose = { x: 99, y: -99, z: 0, qx: 2, qy: -2, qz: 0, qw: 1 };
    const bytes = encodePose({
      seq: 70000, teleported: false, x: 0, y: 0, z: 0, yaw: 0, vx: 0, vz: 0, headYaw: 9, headPitch: -9, action: 0,
      xr: { head: far, left: null, right: null },
    });
    const view = new DataView(bytes.buffer);
    expect([view.getInt8(28), view.getInt8(29)]).toEqual([127, -127]);
    expect([view.getInt16(32, true), view.getInt16(34, true)]).toEqual([32767, -32768]);
    expect(view.getUint16(2, true)).toBe(70000 & 0xffff);
  });
});

describe('frames', () => {
  it('are read as the vectors say', () => {
    for (const vector of vectors.frames) {
      const records: Record<string, unknown>[] = [];
      readFrame(unhex(vector.hex), vector.grid, collector(records, (full, tick) => {
        expect({ full, tick }).toEqual({ full: vector.full, tick: vector.tick });
      }));
      const expected = vector.sections.flatMap(({ tier, records: list }) => list.map((record) => ({ tier, ...record })));
      expect(records.length).toBe(expected.length);
      expected.forEach((record, index) => expectClose(records[index] as Record<string, unknown>, record));
    }
  });

  it('of random bytes are refused or read, and nothing else', () => {
    const random = seeded(9);
    const grid = { cell_m: 4, origin_x: 0, origin_z: 0, floor_y: 0 };
    for (let round = 0; round < 5000; round += 1) {
      const bytes = Uint8Array.from({ length: Math.floor(random() * 120) }, () => Math.floor(random() * 256));
      if (bytes.length > 4) bytes.set([0x20, 0, Math.floor(random() * 4), 0]);
      try {
        readFrame(bytes, grid, collector([], () => {}));
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
      }
    }
  });
});

it('ids hold slot and generation', () => {
  expect(idOf(65535, 255)).toBe(0xffffff);
  expect([slotOf(0x030102), generationOf(0x030102)]).toEqual([0x0102, 3]);
});

it('close codes are those of the vectors', () => {
  expect(CLOSE_CODES).toEqual(vectors.closes);
});

// --- helpers --------------------------------------------------------------------------------------------------------

interface WirePart {
  position_mm: number[];
  rotation: number[];
}
type WireXr = Record<'head' | 'left' | 'right', WirePart>;

function control(value: unknown): Uint8Array {
  return Uint8Array.from([1, ...encode(value)]);
}

const decodeMap = (bytes: Uint8Array): unknown => decode(bytes.subarray(1));

function partOf({ position_mm: [x = 0, y = 0, z = 0], rotation: [qx = 0, qy = 0, qz = 0, qw = 0] }: WirePart): TrackedPose {
  return { x: x / 1000, y: y / 1000, z: z / 1000, qx: qx / 127, qy: qy / 127, qz: qz / 127, qw: qw / 127 };
}

function trackedOf(xr: WireXr, flags: number): XrPose {
  return { head: partOf(xr.head), left: flags & 4 ? partOf(xr.left) : null, right: flags & 8 ? partOf(xr.right) : null };
}

function collector(records: Record<string, unknown>[], frame: (full: boolean, tick: number) => void): FrameSink {
  return {
    onFrame: frame,
    onNear: (slot, generation, seq, x, y, z, yaw, vx, vz, head_yaw, head_pitch, action) => {
      records.push({ tier: 'NEAR', slot, generation, seq, x, y, z, yaw, vx, vz, head_yaw, head_pitch, action });
    },
    onMid: (slot, generation, x, y, z, yaw, vx, vz, action) => {
      records.push({ tier: 'MID', slot, generation, x, y, z, yaw, vx, vz, action });
    },
    onCrowd: (slot, generation, x, z, yaw, action) => void records.push({ tier: 'CROWD', slot, generation, x, y: null, z, yaw, action }),
    onXr: (slot, generation, xr) => void records.push({ tier: 'XR', slot, generation, tracked: xr }),
    onGone: (slot, generation) => void records.push({ tier: 'GONE', slot, generation }),
    onLook: (slot, generation, look) => void records.push({ tier: 'LOOK', slot, generation, look }),
    onEnd: () => {},
  };
}

function expectClose(read: Record<string, unknown>, expected: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(expected)) {
    if (name === 'xr') expect(read['tracked']).toEqual(trackedOf(value as WireXr, Number(expected['flags'])));
    else if (name === 'flags' || name.startsWith('reserved')) continue;
    else if (typeof value === 'number') expect(read[name], name).toBeCloseTo(value, 5);
    else expect(read[name], name).toEqual(value);
  }
}
