/** A hall of thousands: frames that are taken in by slices, names of a crush, the best of many. */
import { describe, expect, it } from 'vitest';
import { Best } from '../src/crowd/best';
import { Crowd } from '../src/crowd/crowd';
import { Intake } from '../src/crowd/intake';
import { Names } from '../src/crowd/names';
import { ProtocolError } from '../src/protocol/errors';
import * as wire from './frames';
import { seeded } from './random';

const GRID = { cell_m: 4, origin_x: 0, origin_z: 0, floor_y: 0 };
const COUNT = 3000;
const [CROWD, GONE, LOOK] = [3, 5, 6];

const hall = (): Crowd => new Crowd({ capacity: COUNT, grid: GRID, heightAt: () => 0 }, 0);

/** Everybody's look and place, as a newcomer is told; some cells empty. */
function fullFrame(random: () => number): Uint8Array {
  const looks = Array.from({ length: COUNT }, (_, slot) => wire.look(slot, 0, slot + 1));
  const cells = Array.from({ length: 20 }, () => [] as Uint8Array[]);
  for (let slot = 0; slot < COUNT; slot += 1) cells[Math.floor(random() * 19)]!.push(wire.crowd({ slot, x: random(), z: random() }));
  return wire.frame(1, [{ tier: LOOK, records: looks }, ...cells.map((records, i) => ({ tier: CROWD, cell: [i, 0] as [number, number], records }))], true);
}

function state(crowd: Crowd): unknown {
  return { count: crowd.count, present: [...crowd.present], looks: [...crowd.looks], motion: [...crowd.motion] };
}

describe('the intake', () => {
  it('brings a crowd, slice by slice and in order, to where taking all at once would', () => {
    const random = seeded(3);
    const frames = [fullFrame(random)];
    for (let tick = 2; tick < 8; tick += 1) {
      const records = Array.from({ length: 40 }, () => wire.crowd({ slot: Math.floor(random() * COUNT), x: random(), z: random() }));
      frames.push(wire.frame(tick, [{ tier: CROWD, cell: [tick, 0], records }, { tier: GONE, records: [wire.gone(tick)] }]));
    }
    const [atOnce, sliced] = [hall(), hall()];
    let clock_ms = 0;
    const intake = new Intake(sliced, () => (clock_ms += 0.4));
    let passes = 0;
    frames.forEach((bytes, i) => {
      atOnce.ingest(bytes, 1 + i * 0.1);
      intake.receive(bytes, 1 + i * 0.1);
      intake.work();
      passes += 1;
    });
    expect(intake.waitingCount).toBeGreaterThan(0);
    for (; intake.waitingCount > 0; passes += 1) intake.work();
    expect(passes).toBeGreaterThan(frames.length);
    expect(state(sliced)).toEqual(state(atOnce));
    expect(sliced.count).toBe(COUNT - 6);
  });

  it('takes the frame of a tick in at once', () => {
    const crowd = hall();
    const intake = new Intake(crowd);
    intake.receive(wire.frame(1, [{ tier: CROWD, records: [wire.crowd({ slot: 1, x: 0, z: 0 })] }]), 1);
    expect([intake.waitingCount, crowd.count]).toEqual([0, 1]);
  });

  it('keeps little of what comes while no frame of the page runs', () => {
    const crowd = hall();
    const intake = new Intake(crowd);
    const full = fullFrame(seeded(4));
    for (let i = 0; i < 100; i += 1) {
      intake.receive(i === 0 ? full : wire.frame(i, []), i);
      expect(intake.waitingCount).toBeLessThanOrEqual(32);
    }
    expect(crowd.count).toBe(COUNT);
  });

  it('refuses a damaged frame when it comes, and none of it reaches the crowd', () => {
    const crowd = hall();
    const intake = new Intake(crowd);
    expect(() => intake.receive(fullFrame(seeded(5)).subarray(0, -1), 1)).toThrow(ProtocolError);
    intake.work();
    expect([intake.waitingCount, crowd.version]).toEqual([0, 0]);
  });
});

it('the best of many are those that sorting all would give', () => {
  const random = seeded(6);
  for (const count of [0, 1, 5, 6, 7, 400]) {
    const keys = Float32Array.from({ length: count }, () => random());
    const best = new Best(6);
    keys.forEach((key, slot) => best.offer(slot, key));
    const sorted = [...keys.keys()].sort((a, b) => keys[a]! - keys[b]!).slice(0, 6);
    expect([...best.slots.subarray(0, best.count)]).toEqual(sorted);
  }
});

describe('names in a crush', () => {
  /** Everybody within 20 m of the middle. */
  function crush(): Crowd {
    const crowd = hall();
    const random = seeded(7);
    const cells = Array.from({ length: COUNT }, (_, slot) =>
      ({ tier: CROWD, cell: [Math.floor(random() * 7) - 3, Math.floor(random() * 7) - 3] as [number, number], records: [wire.crowd({ slot, x: random(), z: random() })] }));
    crowd.ingest(wire.frame(1, cells, true), 1);
    return crowd;
  }

  function metres(crowd: Crowd, id: number): number {
    const [x, , z] = crowd.positionAt(id & 0xffff, 2, new Float32Array(4));
    return Math.hypot(x!, z!);
  }

  it('are asked for nearest first, once, and seldom', () => {
    const crowd = crush();
    const names = new Names();
    const first = names.wanted(crowd, 0, 0, 2);
    const byDistance = [...crowd.ids].sort((a, b) => metres(crowd, a) - metres(crowd, b));
    expect(first).toEqual(byDistance.slice(0, 48));
    names.learn(first.map((id) => ({ id, name: `v${id}`, badge: '' as const })));
    const asked = new Set(first);
    let batches = 1;
    for (let now = 2; now < 12; now += 0.1) {
      const ids = names.wanted(crowd, 0, 0, now);
      if (ids.length > 0) batches += 1;
      for (const id of ids) {
        expect(asked.has(id)).toBe(false);
        asked.add(id);
      }
      names.learn(ids.map((id) => ({ id, name: `v${id}`, badge: '' as const })));
    }
    expect(batches).toBeLessThanOrEqual(6);
    expect(batches).toBeGreaterThan(3);
  });

  it('that were not told are asked for again, later', () => {
    const crowd = crush();
    const names = new Names();
    const first = names.wanted(crowd, 0, 0, 2);
    expect(names.wanted(crowd, 0, 0, 4).some((id) => first.includes(id))).toBe(false);
    expect(names.wanted(crowd, 0, 0, 8)).toEqual(first);
  });
});
