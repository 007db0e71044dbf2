/** Dots of the operators' map: seen where there are few, a texture where there are many. */
import { expect, test } from 'vitest';
import { dotAlpha, dotRadius } from '../../src/operator/dotSize';
import { nameBeside } from '../../src/operator/nameBeside';

const FLOOR_PX2 = 600 * 400;

test('three people are large enough to be seen and pressed, and ten thousand small', () => {
  expect(dotRadius(3, FLOOR_PX2)).toBe(5);
  expect(dotRadius(300, FLOOR_PX2)).toBe(5);
  expect(dotRadius(10_000, FLOOR_PX2)).toBeCloseTo(1.3);
  expect(dotRadius(0, FLOOR_PX2)).toBe(5);
});

test('in between no more than an eighth of the floor is covered, and nearer by they grow', () => {
  for (let count = 700; count < 5000; count += 100) {
    const radius = dotRadius(count, FLOOR_PX2);
    expect(count * Math.PI * radius ** 2).toBeLessThanOrEqual(FLOOR_PX2 / 8);
    expect(dotRadius(count + 100, FLOOR_PX2)).toBeLessThanOrEqual(radius);
    expect(dotRadius(count, FLOOR_PX2 * 4)).toBeGreaterThanOrEqual(radius);
  }
});

test('a small dot is lighter than a large one, and both are seen', () => {
  expect(dotAlpha(1.3)).toBeCloseTo(0.66);
  expect(dotAlpha(5)).toBeCloseTo(0.96);
});

test.each([[600, 400, 90], [600, 400, 400], [120, 200, 100]])('in a map of %i x %i a name of %i px lies over no dot of its own, and inside', (width, height, nameWidth) => {
  const [gap, nameHeight] = [19, 28];
  for (let x = 0; x <= width; x += 10) {
    for (let y = 0; y <= height; y += 10) {
      const { left, top } = nameBeside({ x, y }, { width: nameWidth, height: nameHeight }, gap, { width, height });
      expect(left >= 0 && top >= 0 && left + nameWidth <= width && top + nameHeight <= height).toBe(true);
      const away = Math.max(left - x, x - left - nameWidth, top - y, y - top - nameHeight);
      expect(away).toBeGreaterThanOrEqual(gap);
    }
  }
  expect(nameBeside({ x: 60, y: 100 }, { width: 90, height: nameHeight }, gap, { width: 600, height })).toEqual({ left: 79, top: 86 });
});
