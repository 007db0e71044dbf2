import { describe, expect, it } from 'vitest';
import { MOTION_STRIDE } from '../src/avatars/crowdView';
import { Crowd } from '../src/crowd/crowd';
import { countNear, NEAR_M, peopleAround } from '../src/crowd/near';
import { ProtocolError } from '../src/protocol/errors';
import { EXTRAPOLATE_MAX_S } from '../src/protocol/generated';
import * as wire from './frames';
import { seeded } from './random';

const GRID = { cell_m: 8, origin_x: -40, origin_z: -24, floor_y: 0 };
const NEAR = 1;
const MID = 2;
const CROWD = 3;
const GONE = 5;
const LOOK = 6;

function hall(capacity = 32): Crowd {
  return new Crowd({ capacity, grid: GRID, heightAt: () => 0.5 }, 100);
}

/** Where a slot is shown at `now`, on the clock that frames are ingested by. */
function shown(crowd: Crowd, slot: number, now: number): { x: number; y: number; z: number; yaw: number } {
  const [x, y, z, yaw] = crowd.positionAt(slot, now - crowd.epoch, new Float32Array(4)) as unknown as number[];
  return { x: x!, y: y!, z: z!, yaw: yaw! };
}

/** A NEAR record at hall coordinates, with the cell that it lies in. */
function nearAt(slot: number, x: number, z: number, rest: Partial<wire.Near> = {}): wire.Section {
  const u = (x - GRID.origin_x) / GRID.cell_m;
  const v = (z - GRID.origin_z) / GRID.cell_m;
  const cell: [number, number] = [Math.floor(u), Math.floor(v)];
  return { tier: NEAR, cell, records: [wire.near({ slot, x: u - cell[0], z: v - cell[1], ...rest })] };
}

describe('who is around', () => {
  it('is listed as it is counted: all within hearing, named or not, and others by name alone', () => {
    const crowd = hall();
    [1, NEAR_M - 1, NEAR_M + 2, NEAR_M + 1].forEach((x, slot) => crowd.ingest(wire.frame(1, [nearAt(slot, x, 0)]), 101));
    const idOf = (slot: number): number => crowd.ids[slot] as number;
    const names = new Map([[idOf(0), { name: '导览', badge: 'bot' as const }], [idOf(2), { name: 'Bo', badge: '' as const }]]);
    const people = peopleAround(crowd, names, 0, 0, 102);
    expect(people.map(({ id, name, badge, isNear }) => [id, name, badge, isNear])).toEqual([
      [idOf(0), '导览', 'bot', true], [idOf(1), '', '', true], [idOf(2), 'Bo', '', false],
    ]);
    expect(people.filter(({ isNear }) => isNear)).toHaveLength(countNear(crowd, 0, 0, 102));
  });
});

describe('a crowd', () => {
  it('shows a newcomer where the first record says', () => {
    const crowd = hall();
    crowd.ingest(wire.frame(1, [nearAt(3, 1.25, -2.5, { y: 0.4, yaw: 1 })]), 101);
    expect(crowd.present[3]).toBe(1);
    expect(crowd.count).toBe(1);
    const place = shown(crowd, 3, 101.3);
    expect(place.x).toBeCloseTo(1.25, 3);
    expect(place.z).toBeCloseTo(-2.5, 3);
    expect(place.y).toBeCloseTo(0.4, 2);
    expect(Math.abs(place.yaw - 1)).toBeLessThan(Math.PI / 256);
  });

  it('takes the height of a CROWD record from the floor', () => {
    const crowd = hall();
    crowd.ingest(wire.frame(1, [{ tier: CROWD, cell: [5, 3], records: [wire.crowd({ slot: 1, x: 0.5, z: 0.5 })] }]), 101);
    expect(shown(crowd, 1, 102).y).toBeCloseTo(0.5);
  });

  it('moves without a leap from where a visitor is shown to where it is', () => {
    const crowd = hall();
    crowd.ingest(wire.frame(1, [nearAt(0, 0, 0)]), 101);
    const before = shown(crowd, 0, 102);
    crowd.ingest(wire.frame(2, [nearAt(0, 0.6, 0)]), 102);
    expect(shown(crowd, 0, 102).x).toBeCloseTo(before.x, 5);
    const halfway = shown(crowd, 0, 102.1).x;
    expect(halfway).toBeGreaterThan(0.1);
    expect(halfway).toBeLessThan(0.5);
    expect(shown(crowd, 0, 102.5).x).toBeCloseTo(0.6, 3);
  });

  it('puts a visitor who teleported there at once', () => {
    const crowd = hall();
    crowd.ingest(wire.frame(1, [nearAt(0, 0, 0)]), 101);
    crowd.ingest(wire.frame(2, [nearAt(0, 20, 10)]), 102);
    expect(shown(crowd, 0, 102).x).toBeCloseTo(20, 3);
  });

  it('turns the short way round', () => {
    const crowd = hall();
    crowd.ingest(wire.frame(1, [nearAt(0, 0, 0, { yaw: 0.1 })]), 101);
    crowd.ingest(wire.frame(2, [nearAt(0, 0, 0, { yaw: -0.1 })]), 102);
    const start = shown(crowd, 0, 102).yaw;
    const middle = shown(crowd, 0, 102.12).yaw;
    expect(Math.abs(middle - start)).toBeLessThan(0.3);
  });

  it('goes on by the velocity when nothing comes, then stands still and stands', () => {
    const crowd = hall();
    crowd.ingest(wire.frame(1, [nearAt(0, 0, 0, { vx: 1.5, action: 1 })]), 101);
    let last = shown(crowd, 0, 101).x;
    for (let now = 101.016; now < 101.5; now += 0.016) {
      crowd.update(now);
      const { x } = shown(crowd, 0, now);
      if (now > 101.32) expect(x - last).toBeCloseTo(1.5 * 0.016, 2);
      last = x;
    }
    for (let now = 101.5; now < 104; now += 0.016) crowd.update(now);
    const resting = shown(crowd, 0, 104).x;
    for (let now = 104; now < 105; now += 0.1) crowd.update(now);
    expect(shown(crowd, 0, 105).x).toBe(resting);
    expect(crowd.speed[0]).toBe(0);
    expect(crowd.actions[0]).toBe(0);
    expect(resting).toBeCloseTo(1.5 * EXTRAPOLATE_MAX_S, 1);
  });

  it('is steady: the same texels while nobody moves', () => {
    const crowd = hall();
    crowd.ingest(wire.frame(1, [nearAt(0, 0, 0), nearAt(1, 2, 2)]), 101);
    for (let now = 101; now < 102; now += 0.1) crowd.update(now);
    const { version } = crowd;
    const texels = crowd.motion.slice();
    for (let now = 102; now < 110; now += 0.1) crowd.update(now);
    expect(crowd.version).toBe(version);
    expect(crowd.motion).toEqual(texels);
  });

  it('ignores records of an earlier generation and gives the slot to a newer one', () => {
    const crowd = hall();
    crowd.ingest(wire.frame(1, [nearAt(4, 0, 0, { generation: 7 })]), 101);
    crowd.ingest(wire.frame(2, [nearAt(4, 5, 5, { generation: 6 })]), 102);
    expect(shown(crowd, 4, 103).x).toBeCloseTo(0, 2);
    crowd.ingest(wire.frame(3, [nearAt(4, 5, 5, { generation: 8 })]), 103);
    expect(crowd.ids[4]).toBe((8 << 16) | 4);
    expect(shown(crowd, 4, 103).x).toBeCloseTo(5, 2);
    expect(crowd.count).toBe(1);
  });

  it('takes 0 for newer than 255', () => {
    const crowd = hall();
    crowd.ingest(wire.frame(1, [nearAt(4, 0, 0, { generation: 255 })]), 101);
    crowd.ingest(wire.frame(2, [nearAt(4, 5, 5, { generation: 0 })]), 102);
    expect(crowd.ids[4]).toBe(4);
  });

  it('lets go of who is gone, and a late record does not bring it back', () => {
    const crowd = hall();
    crowd.ingest(wire.frame(1, [nearAt(2, 0, 0, { generation: 3 })]), 101);
    crowd.ingest(wire.frame(2, [{ tier: GONE, records: [wire.gone(2, 2)] }]), 102);
    expect(crowd.present[2]).toBe(1);
    crowd.ingest(wire.frame(3, [{ tier: GONE, records: [wire.gone(2, 3)] }]), 103);
    expect(crowd.present[2]).toBe(0);
    crowd.ingest(wire.frame(4, [{ tier: CROWD, records: [wire.crowd({ slot: 2, generation: 3, x: 0.5, z: 0.5 })] }]), 104);
    expect(crowd.present[2]).toBe(0);
    expect(crowd.count).toBe(0);
  });

  it('shows again who was hidden for a while', () => {
    const crowd = hall();
    crowd.ingest(wire.frame(1, [{ tier: LOOK, records: [wire.look(2, 3, 7)] }, nearAt(2, 0, 0, { generation: 3 })]), 101);
    crowd.ingest(wire.frame(2, [{ tier: GONE, records: [wire.gone(2, 3)] }]), 102);
    crowd.ingest(wire.frame(3, [nearAt(2, 0, 0, { generation: 3 })]), 103);
    expect(crowd.count).toBe(0);
    crowd.ingest(wire.frame(4, [{ tier: LOOK, records: [wire.look(2, 3, 7)] }, nearAt(2, 1, 1, { generation: 3 })]), 104);
    expect([crowd.count, crowd.looks[2], crowd.ids[2]]).toEqual([1, 7, (3 << 16) | 2]);
    expect(shown(crowd, 2, 105).x).toBeCloseTo(1, 2);
  });

  it('tells who left, however they did, so that what is known of them is not taken for the next one', () => {
    const left: number[] = [];
    const crowd = new Crowd({ capacity: 32, grid: GRID, heightAt: () => 0, left: (id) => left.push(id) }, 100);
    crowd.ingest(wire.frame(1, [nearAt(1, 0, 0, { generation: 3 }), nearAt(2, 1, 1), nearAt(3, 2, 2)]), 101);
    crowd.ingest(wire.frame(2, [{ tier: GONE, records: [wire.gone(1, 3)] }]), 102);
    crowd.ingest(wire.frame(3, [nearAt(2, 1, 1, { generation: 1 })]), 103);
    crowd.ingest(wire.frame(4, [nearAt(2, 1, 1, { generation: 1 })], true), 104);
    expect(left).toEqual([(3 << 16) | 1, 2, 3]);
  });

  it('leaves no ghost after a full frame', () => {
    const crowd = hall();
    crowd.ingest(wire.frame(1, [nearAt(1, 0, 0), nearAt(2, 1, 1), nearAt(3, 2, 2)]), 101);
    crowd.ingest(wire.frame(2, [{ tier: LOOK, records: [wire.look(2, 0, 77)] }, nearAt(2, 1, 1)], true), 102);
    expect([...crowd.present.slice(0, 5)]).toEqual([0, 0, 1, 0, 0]);
    expect(crowd.looks[2]).toBe(77);
  });

  it('shows nobody of whom only the look is known', () => {
    const crowd = hall();
    crowd.ingest(wire.frame(1, [{ tier: LOOK, records: [wire.look(6, 1, 5)] }]), 101);
    expect(crowd.count).toBe(0);
    crowd.ingest(wire.frame(2, [nearAt(6, 0, 0, { generation: 1 })]), 102);
    expect(crowd.count).toBe(1);
    expect(crowd.looks[6]).toBe(5);
  });

  it('keeps to what a finer tier said just now', () => {
    const crowd = hall();
    crowd.ingest(wire.frame(1, [nearAt(0, 1, 1)]), 101);
    crowd.ingest(wire.frame(2, [{ tier: CROWD, cell: [5, 3], records: [wire.crowd({ slot: 0, x: 0.9, z: 0.9 })] }]), 101.2);
    expect(shown(crowd, 0, 103).x).toBeCloseTo(1, 2);
    crowd.ingest(wire.frame(3, [{ tier: MID, cell: [5, 3], records: [wire.mid({ slot: 0, x: 0.25, z: 0.25 })] }]), 103);
    expect(Math.abs(shown(crowd, 0, 104).x - 2)).toBeLessThan(8 / 256);
  });

  it('never moves oneself by what comes back over the wire', () => {
    const crowd = hall();
    crowd.setSelf(9, 123);
    crowd.placeSelf(1, 0, 2, 0.5, 0, 0, 101);
    crowd.ingest(wire.frame(1, [nearAt(9, 7, 7)], true), 101);
    crowd.ingest(wire.frame(2, [], true), 102);
    crowd.ingest(wire.frame(3, [{ tier: GONE, records: [wire.gone(9, 0)] }]), 102);
    expect(shown(crowd, 9, 103)).toMatchObject({ x: 1, z: 2 });
    expect(crowd.present[9]).toBe(1);
    expect(crowd.looks[9]).toBe(123);
  });

  it('ignores slots beyond its capacity', () => {
    const crowd = hall(4);
    crowd.ingest(wire.frame(1, [nearAt(4, 0, 0), nearAt(60000, 0, 0)]), 101);
    expect(crowd.count).toBe(0);
  });

  it('changes nothing by a damaged frame', () => {
    const crowd = hall();
    const whole = wire.frame(1, [nearAt(1, 0, 0), nearAt(2, 0, 0)]);
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => crowd.ingest(whole.slice(0, length), 101)).toThrow(ProtocolError);
    }
    expect(() => crowd.ingest(Uint8Array.from([...whole, 0]), 101)).toThrow(ProtocolError);
    expect(crowd.count).toBe(0);
  });

  it('stays finite and in order under random frames', () => {
    const random = seeded(20261122);
    const crowd = hall(16);
    let now = 100;
    const alive = new Map<number, number>();
    for (let tick = 0; tick < 3000; tick += 1) {
      now += random() * 0.2;
      const slot = Math.floor(random() * 16);
      const full = random() < 0.02;
      const generation = (alive.get(slot) ?? 0) & 0xff;
      const record = { slot, generation, x: random(), z: random(), vx: random() * 6 - 3, vz: random() * 6 - 3, action: 1 };
      const kind = random();
      if (full) {
        alive.clear();
        alive.set(slot, generation);
        crowd.ingest(wire.frame(tick, [{ tier: NEAR, records: [wire.near(record)] }], true), now);
      } else if (kind < 0.1 && alive.has(slot)) {
        crowd.ingest(wire.frame(tick, [{ tier: GONE, records: [wire.gone(slot, generation)] }]), now);
        alive.delete(slot);
        // The server gives the slot anew with the next generation.
        alive.set(slot, (generation + 1) & 0xff);
        crowd.ingest(wire.frame(tick, [{ tier: NEAR, records: [wire.near({ ...record, generation: generation + 1 & 0xff })] }]), now);
      } else {
        alive.set(slot, generation);
        const section = kind < 0.6 ? { tier: NEAR, records: [wire.near(record)] }
          : kind < 0.8 ? { tier: MID, records: [wire.mid(record)] }
          : { tier: CROWD, records: [wire.crowd(record)] };
        crowd.ingest(wire.frame(tick, [section]), now);
      }
      crowd.update(now);
      expect(crowd.motion.every(Number.isFinite)).toBe(true);
      let present = 0;
      for (let each = 0; each < 16; each += 1) {
        present += crowd.present[each]!;
        const at = each * MOTION_STRIDE;
        expect(crowd.motion[at + 9]!).toBeGreaterThanOrEqual(crowd.motion[at + 8]!);
        expect(Math.abs(crowd.motion[at + 7]! - crowd.motion[at + 3]!)).toBeLessThanOrEqual(Math.PI + 1e-4);
      }
      expect(crowd.count).toBe(present);
    }
  });
});
