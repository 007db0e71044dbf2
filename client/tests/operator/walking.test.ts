/** Dots between two news, and stamped into pixels. */
import { expect, test } from 'vitest';
import { Dots } from '../../src/operator/dots';
import { DotStamps } from '../../src/operator/dotStamps';
import { DOT_LAYOUT, DOTS_HEADER_LAYOUT, Kind } from '../../src/protocol/generated';

const AREA = { origin_x: -10, origin_z: -10, width_m: 65.536, depth_m: 65.536 };

/** Each [generation, slot, x, z], in millimetres from the origin. */
function news(...people: readonly (readonly [number, number, number, number])[]): Uint8Array {
  const bytes = new Uint8Array(DOTS_HEADER_LAYOUT.bytes + people.length * DOT_LAYOUT.bytes);
  const view = new DataView(bytes.buffer);
  bytes[0] = Kind.DOTS;
  view.setUint16(DOTS_HEADER_LAYOUT.count, people.length, true);
  people.forEach(([generation, slot, x, z], i) => {
    const at = DOTS_HEADER_LAYOUT.bytes + i * DOT_LAYOUT.bytes;
    view.setUint8(at + DOT_LAYOUT.generation, generation);
    view.setUint16(at + DOT_LAYOUT.slot, slot, true);
    view.setUint16(at + DOT_LAYOUT.x, x, true);
    view.setUint16(at + DOT_LAYOUT.z, z, true);
  });
  return bytes;
}

const at = (dots: Dots, id: number): [number, number] => {
  const i = dots.indexOf(id);
  return [Math.round((dots.x[i] as number) * 100) / 100, Math.round((dots.z[i] as number) * 100) / 100];
};

test('who is heard of first is there, and walks to where they are next, whatever their place in the news', () => {
  const dots = new Dots();
  dots.read(news([0, 7, 10_000, 10_000], [1, 8, 20_000, 10_000]), AREA, 1000);
  expect(dots.advance(1000)).toBe(true);
  expect(at(dots, 7)).toEqual([0, 0]);
  dots.read(news([1, 8, 20_000, 10_000], [0, 7, 11_000, 12_000]), AREA, 1500);
  expect(at(dots, 7)).toEqual([0, 0]);
  expect(dots.advance(1750)).toBe(true);
  expect(at(dots, 7)).toEqual([0.5, 1]);
  expect(at(dots, 65_544)).toEqual([10, 0]);
  expect(dots.nearest(0.5, 1, 0.2)).toBe(7);
  expect(dots.advance(2000)).toBe(false);
  expect(at(dots, 7)).toEqual([1, 2]);
  // What is late is not waited for in another place.
  expect(dots.advance(60_000)).toBe(false);
  expect(at(dots, 7)).toEqual([1, 2]);
});

test('news in the middle of a way begin where it is seen', () => {
  const dots = new Dots();
  for (const [x, now_ms] of [[10_000, 0], [12_000, 500], [14_000, 750]] as const) dots.read(news([0, 1, x, 10_000]), AREA, now_ms);
  expect(at(dots, 1)).toEqual([1, 0]);
});

test('who was put elsewhere, and who came in the place of another, is there at once', () => {
  const dots = new Dots();
  dots.read(news([0, 1, 10_000, 10_000], [0, 2, 10_000, 10_000]), AREA, 0);
  dots.read(news([0, 1, 40_000, 10_000], [1, 2, 11_000, 10_000]), AREA, 500);
  expect(at(dots, 1)).toEqual([30, 0]);
  expect(at(dots, 65_538)).toEqual([1, 0]);
  expect(dots.indexOf(2)).toBe(-1);
  dots.clear();
  expect([dots.count, dots.indexOf(1)]).toEqual([0, -1]);
});

test.each([1.3, 2, 2.6, 5])('a stamp of %f px covers the area of its disc, around its middle', (radius) => {
  const size = 32;
  for (const [x, y] of [[16, 16], [15.3, 16.9], [16.5, 15.75]] as const) {
    const pixels = new Uint32Array(size * size);
    new DotStamps(radius).put(pixels, size, size, x, y, 0x0000ff, 1);
    let [area, sumX, sumY] = [0, 0, 0];
    pixels.forEach((word, i) => {
      const share = (word >>> 24) / 255;
      [area, sumX, sumY] = [area + share, sumX + share * ((i % size) + 0.5), sumY + share * (Math.floor(i / size) + 0.5)];
    });
    expect(Math.abs(area / (Math.PI * radius ** 2) - 1)).toBeLessThan(0.12);
    expect(Math.abs(sumX / area - x)).toBeLessThan(0.2);
    expect(Math.abs(sumY / area - y)).toBeLessThan(0.2);
  }
});

test('stamps at and over the edge stay inside, and do not add up', () => {
  const size = 8;
  const pixels = new Uint32Array(size * size);
  const stamps = new DotStamps(3);
  for (const [x, y] of [[0, 0], [8, 8], [-40, 3], [3, 400], [7.99, 0.01]] as const) stamps.put(pixels, size, size, x, y, 0x00ff00, 0.5);
  const once = [...pixels];
  stamps.put(pixels, size, size, 0, 0, 0x00ff00, 0.5);
  expect([...pixels]).toEqual(once);
  expect(Math.max(...once.map((word) => word >>> 24))).toBe(127);
});
