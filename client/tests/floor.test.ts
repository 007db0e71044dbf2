import { describe, expect, it } from 'vitest';
import { emptyIntent } from '../src/input/intent';
import { distanceField } from '../src/player/distance';
import { Floor, FloorError } from '../src/player/floor';
import { Walker } from '../src/player/walker';
import { seeded } from './random';

const NO_FLOOR = -32768;

/** '#' no floor, digits are heights in steps of 20 cm. */
function drawn(rows: readonly string[], cell_m = 0.25): Floor {
  const columns = rows[0]!.length;
  const heights = Int16Array.from(rows.join(''), (sign) => (sign === '#' ? NO_FLOOR : Number(sign) * 20));
  return new Floor(columns, rows.length, cell_m, 0, 0, heights);
}

describe('the distance field', () => {
  it('is what looking at every cell gives', () => {
    const random = seeded(3);
    for (const [columns, rows] of [[1, 1], [2, 7], [13, 9], [31, 17]] as const) {
      const mask = Uint8Array.from({ length: columns * rows }, () => (random() < 0.7 ? 1 : 0));
      const field = distanceField(mask, columns, rows, 0.5);
      for (let row = 0; row < rows; row += 1) {
        for (let column = 0; column < columns; column += 1) {
          const own = mask[row * columns + column]!;
          let nearest = own ? Math.min(column + 1, row + 1, columns - column, rows - row) : columns + rows;
          for (let r = 0; r < rows; r += 1) {
            for (let c = 0; c < columns; c += 1) {
              if (mask[r * columns + c] !== own) nearest = Math.min(nearest, Math.hypot(c - column, r - row));
            }
          }
          expect(field[row * columns + column]).toBeCloseTo((own ? nearest - 0.5 : 0.5 - nearest) * 0.5, 4);
        }
      }
    }
  });
});

describe('a floor', () => {
  it('is read from its file', () => {
    const buffer = new ArrayBuffer(20 + 4 * 2);
    const view = new DataView(buffer);
    [0x59, 0x5a, 0x46, 0x31].forEach((byte, at) => view.setUint8(at, byte));
    view.setUint16(4, 2, true);
    view.setUint16(6, 2, true);
    view.setFloat32(8, 0.5, true);
    view.setFloat32(12, -1, true);
    view.setFloat32(16, 3, true);
    [0, 10, NO_FLOOR, 30].forEach((height, at) => view.setInt16(20 + at * 2, height, true));
    const floor = Floor.parse(buffer);
    expect(floor.heightAt(-0.9, 3.1)).toBeCloseTo(0, 5);
    expect(floor.heightAt(-0.75, 3.75)).toBeNull();
    expect(floor.heightAt(9, 9)).toBeNull();
  });

  it('knows what is beneath the booths that its hall came with, and opens where they are gone', () => {
    // three rows of ten cells of 0.5 m: booths of the hall's own at x 1 to 2 and at x 3 to 4
    const row = [0, 0, NO_FLOOR, NO_FLOOR, 0, 0, NO_FLOOR, NO_FLOOR, 0, 0];
    const whole = [...row, ...row, ...row];
    const bare = whole.map((height) => (height === NO_FLOOR ? 10 : 32767));
    const buffer = new ArrayBuffer(20 + 60 * 2);
    const view = new DataView(buffer);
    [0x59, 0x5a, 0x46, 0x31].forEach((byte, at) => view.setUint8(at, byte));
    view.setUint16(4, 10, true);
    view.setUint16(6, 3, true);
    view.setFloat32(8, 0.5, true);
    [...whole, ...bare].forEach((height, at) => view.setInt16(20 + at * 2, height, true));
    const floor = Floor.parse(buffer);
    const grounds = { first: [1.5, 0.75, 0, 1, 1.5], second: [3.5, 0.75, 0, 1, 1.5] } as const;
    const standable = (): boolean[] => [1.25, 3.25, 4.25].map((x) => floor.heightAt(x, 0.75) !== null);
    expect(standable()).toEqual([false, false, true]);
    floor.block([], [[...grounds.first], [...grounds.second]]);
    expect(standable()).toEqual([false, false, true]);
    floor.block([], [[...grounds.second]]);
    expect(standable()).toEqual([true, false, true]);
    expect(floor.distanceAt(1.5, 0.75)).toBeGreaterThan(0.2);
    floor.block([[1.5, 0.75, 0, 0.1, 0.1]], []);
    expect(standable()).toEqual([false, true, true]);
    floor.block([]);
    expect(standable()).toEqual([false, false, true]);
    expect(floor.distanceAt(1.5, 0.75)).toBeLessThan(0);
  });

  it('refuses what is no floor file', () => {
    expect(() => Floor.parse(new ArrayBuffer(3))).toThrow(FloorError);
    expect(() => Floor.parse(new ArrayBuffer(64))).toThrow(FloorError);
  });

  it('takes a ledge for a wall and a step for a step', () => {
    const floor = drawn(['0000000000', '0001335500', '0000000000'].map((row) => row.replaceAll('5', '9')));
    expect(floor.distanceAt(1.6, 0.375)).toBeLessThan(0.01);
    expect(drawn(['0011', '0011', '0011', '0011']).distanceAt(0.5, 0.5)).toBeGreaterThan(0.2);
  });
});

describe('a walker', () => {
  const room = drawn([
    '####################',
    ...Array.from({ length: 18 }, () => '#000000000000000000#'),
    '####################',
  ]);

  it('never leaves the floor, wherever it pushes', () => {
    const random = seeded(11);
    const maze = drawn(Array.from({ length: 40 }, (_, row) =>
      Array.from({ length: 40 }, (_, column) => (row === 20 && column === 20 ? '0' : random() < 0.15 && Math.hypot(row - 20, column - 20) > 3 ? '#' : '0')).join('')));
    const walker = new Walker(maze);
    walker.place(5.125, 0, 5.125, 0);
    for (let frame = 0; frame < 20000; frame += 1) {
      if (frame % 40 === 0) walker.yaw = random() * 7;
      walker.step({ ...emptyIntent(), forward: 1, right: random() * 2 - 1, run: random() < 0.5 }, random() < 0.02 ? 0.1 : 0.016);
      expect(maze.canStand(walker.x, walker.z)).toBe(true);
    }
    expect(Math.hypot(walker.x - 5, walker.z - 5)).toBeGreaterThan(0.1);
  });

  it('slides along a wall and keeps most of its speed', () => {
    const walker = new Walker(room);
    walker.place(1, 0, 2.5, Math.PI / 4);
    for (let frame = 0; frame < 120; frame += 1) walker.step({ ...emptyIntent(), forward: 1 }, 1 / 60);
    expect(walker.x).toBeGreaterThan(0.2);
    expect(walker.z).toBeLessThan(1.5);
    expect(walker.speed).toBeGreaterThan(0.5);
  });

  it('walks at 1.5 and runs at 3.4 metres a second, diagonally too', () => {
    const walker = new Walker(Floor.flat(50, 50));
    for (let frame = 0; frame < 60; frame += 1) walker.step({ ...emptyIntent(), forward: 1, right: 1 }, 1 / 60);
    expect(walker.speed).toBeCloseTo(1.5, 1);
    for (let frame = 0; frame < 60; frame += 1) walker.step({ ...emptyIntent(), forward: 1, run: true }, 1 / 60);
    expect(walker.speed).toBeCloseTo(3.4, 1);
  });

  it('climbs steps, its eye smoothly', () => {
    const stairs = drawn(Array.from({ length: 8 }, () => '00000000112233333333'));
    const walker = new Walker(stairs);
    walker.place(1, 0, 1, -Math.PI / 2);
    let lastEye = walker.eyeFloor;
    for (let frame = 0; frame < 150; frame += 1) {
      walker.step({ ...emptyIntent(), forward: 1 }, 1 / 60);
      expect(Math.abs(walker.eyeFloor - lastEye)).toBeLessThan(0.05);
      lastEye = walker.eyeFloor;
    }
    expect(walker.y).toBeCloseTo(0.6, 2);
  });

  it('stands still when nothing is pushed', () => {
    const walker = new Walker(room);
    walker.place(2, 0, 2, 0);
    for (let frame = 0; frame < 60; frame += 1) walker.step({ ...emptyIntent(), forward: 1 }, 1 / 60);
    for (let frame = 0; frame < 60; frame += 1) walker.step(emptyIntent(), 1 / 60);
    expect(walker.vx).toBe(0);
    expect(walker.vz).toBe(0);
  });
});
