/** The page's parts that can be told without a page. */
import { describe, expect, test } from 'vitest';
import { day, headCount } from '../../src/text/catalogue';
import { countCells, dotSize, moodAround, moodOf, spreadCounts } from '../../src/ui/density';
import { aheadSaid, fullSaid, loadOf, mustLeave, shutSaid, wayInto } from '../../src/ui/hallLoad';
import { placeLabels, type Corner } from '../../src/ui/mapLabels';
import { FEATURES, choicesOf, packLook, randomLook, unpackLook } from '../../src/ui/look';
import { loadLang } from '../../src/ui/profile';
import { dayIsOver, minutesOf, upcoming } from '../../src/ui/programme';
import { shapeOf } from '../../src/ui/shapes';
import { seeded } from '../random';
import { HALLS } from './sampleHalls';

describe('a look', () => {
  test('is the same after packing and unpacking, whatever was chosen', () => {
    let seed = 1;
    const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
    for (let i = 0; i < 500; i += 1) {
      const packed = randomLook(random);
      expect(packLook(unpackLook(packed))).toBe(packed);
    }
  });
  test('puts its fields where docs/protocol.md says', () => {
    const none = Object.fromEntries(FEATURES.map((feature) => [feature, 0])) as ReturnType<typeof unpackLook>;
    expect(packLook({ ...none, body: 2 })).toBe(2);
    expect(packLook({ ...none, outfit: 1 })).toBe(1 << 2);
    expect(packLook({ ...none, colours: 11 })).toBe(11 << 17);
    expect(packLook({ ...none, accessory: 3 })).toBe(3 << 21);
  });
  test('that is not made any more falls to the first choice', () => {
    expect(unpackLook(0xffffffff)).toEqual(Object.fromEntries(FEATURES.map((feature) => [feature, choicesOf(feature) === 2 ** bits(feature) ? choicesOf(feature) - 1 : 0])));
  });
  const bits = (feature: (typeof FEATURES)[number]): number => ({ body: 2, colours: 4 } as Record<string, number>)[feature] ?? 3;
});

test.each([[['zh-TW', 'en'], 'zh'], [['ZH-cn'], 'zh'], [['en-GB', 'zh'], 'en'], [['fr'], 'en'], [[], 'en']] as const)(
  'a browser that prefers %j reads %s', (languages, expected) => {
    expect(loadLang(languages)).toBe(expected);
  });

describe('the programme', () => {
  const titles = (minutes: number): string[] => upcoming(HALLS, minutes, 3).map(({ at, when }) => `${when} ${at}`);
  test('begins with what is running', () => expect(titles(14 * 60 + 40)).toEqual(['now 14:30', 'today 15:30', 'today 19:00']));
  test('goes on tomorrow when the day is over', () => expect(titles(20 * 60)).toEqual(['tomorrow 14:30', 'tomorrow 15:30', 'tomorrow 19:00']));
  test('puts what is over behind what is to come', () => expect(titles(18 * 60)).toEqual(['today 19:00', 'tomorrow 14:30', 'tomorrow 15:30']));
  test('is headed as tomorrow\'s once nothing of today is left, events included', () => {
    const now = new Date(2026, 10, 27, 23, 30);
    const event = (begins: Date, phase: string) => ({ event: { phase, begins_at: begins.toISOString() } }) as Parameters<typeof dayIsOver>[0][number];
    const tomorrows = upcoming(HALLS, 23 * 60 + 30, 3);
    expect(dayIsOver([], tomorrows, now)).toBe(true);
    expect(dayIsOver([], upcoming(HALLS, 18 * 60, 3), now)).toBe(false);
    expect(dayIsOver([event(new Date(2026, 10, 28, 9), 'planned')], tomorrows, now)).toBe(true);
    expect(dayIsOver([event(new Date(2026, 10, 27, 23, 45), 'planned')], tomorrows, now)).toBe(false);
    expect(dayIsOver([event(new Date(2026, 10, 26, 9), 'running')], tomorrows, now)).toBe(false);
  });
  test.each([['7:05', 425], ['23:59', 1439], ['24:00', null], ['12:60', null], ['noon', null]])('%s is %s', (at, minutes) => {
    expect(minutesOf(at)).toBe(minutes);
  });
});

describe('the density of a place', () => {
  const grid = { originX: -4, originZ: -2, cell_m: 2, columns: 4, rows: 2 };
  test('counts each visitor in its cell, as counting by hand does', () => {
    let seed = 5;
    const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
    const dots = Float32Array.from({ length: 400 }, (_, i) => (random() - 0.5) * (i % 2 ? 6 : 10));
    const out = new Uint16Array(8).fill(9);
    countCells(grid, dots, 200, out);
    const byHand = new Array<number>(8).fill(0);
    for (let i = 0; i < 200; i += 1) {
      for (let cell = 0; cell < 8; cell += 1) {
        const x = grid.originX + (cell % 4) * 2;
        const z = grid.originZ + Math.floor(cell / 4) * 2;
        const [px, pz] = [dots[i * 2] as number, dots[i * 2 + 1] as number];
        if (px >= x && px < x + 2 && pz >= z && pz < z + 2) byHand[cell] = (byHand[cell] as number) + 1;
      }
    }
    expect([...out]).toEqual(byHand);
  });
  test('looks around each cell, as going through all of them would', () => {
    for (const [columns, rows, reach] of [[1, 1, 2], [7, 5, 1], [13, 9, 3], [4, 30, 40]] as const) {
      const counts = Uint16Array.from({ length: columns * rows }, (_, i) => (i * 7919) % 5);
      const out = new Float32Array(columns * rows);
      spreadCounts({ originX: 0, originZ: 0, cell_m: 1, columns, rows }, counts, reach, out);
      const byHand = Array.from(out, (_, at) => counts.reduce((sum, people, other) => {
        const apartX = Math.abs((other % columns) - (at % columns));
        const apartZ = Math.abs(Math.floor(other / columns) - Math.floor(at / columns));
        return apartX <= reach && apartZ <= reach ? sum + people : sum;
      }, 0));
      expect([...out]).toEqual(byHand);
    }
  });
  test('is in words for a dot what it is for a place of the list', () => {
    const area = Math.PI * 25;
    expect([1, 4, 5, 19, 20, 500].map((people) => moodOf(people / area, 0.1))).toEqual(['quiet', 'quiet', 'lively', 'lively', 'crowded', 'crowded']);
    expect([1, 20, 300, 400].map((people) => moodOf(people / area, 330 / area))).toEqual(['quiet', 'lively', 'lively', 'crowded']);
  });
  test('makes dots grow with the people, and tells places apart in a full hall too', () => {
    for (const mean of [0.1, 4]) {
      const sizes = [0, 0.01, 0.1, 0.5, 2, 4, 7].map((density) => dotSize(density, mean));
      expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
      expect([sizes[0], Math.max(...sizes) <= 1]).toEqual([0, true]);
    }
    expect(dotSize(6, 4) - dotSize(3, 4)).toBeGreaterThan(0.2);
  });
  test.each([[0, 'quiet'], [4, 'quiet'], [5, 'lively'], [19, 'lively'], [20, 'crowded'], [500, 'crowded']] as const)('%i within five metres are %s', (count, mood) => {
    const dots = Float32Array.from({ length: 2000 }, (_, i) => (i < count * 2 ? 1 + (i % 3) : 400));
    expect(moodAround(0, 0, dots, 1000, 0)).toBe(mood);
  });
});

test.each([[0, 100, 'empty'], [1, 100, 'fine'], [89, 100, 'fine'], [90, 100, 'busy'], [100, 100, 'full'], [120, 100, 'full'], [5, 0, 'fine']] as const)(
  '%i of %i is %s', (visitors, capacity, load) => expect(loadOf(visitors, capacity)).toBe(load));

test.each([
  [9999, 0, 0, 'enter'], [10_000, 0, 0, 'watch'], [10_000, 499, 0, 'watch'], [10_000, 500, 0, 'wait'], [10_000, 500, 999, 'wait'], [10_000, 500, 1000, 'full'],
] as const)('a hall with %i visitors, %i observers and %i in its queue: %s', (visitors, observers, queue, way) => {
  const hall = { ...(HALLS[0] as (typeof HALLS)[number]), visitors, observers, queue };
  expect(wayInto(hall)).toBe(way);
  expect(fullSaid(hall)).toBe({ enter: null, watch: 'twin.full_watch', wait: 'twin.full_wait', full: 'twin.full' }[way]);
});

test('who waits for a hall that may be watched is told that they watch first', () => {
  const said = [[0, false], [3, false], [0, true], [3, true]] as const;
  expect(said.map(([ahead, toWatch]) => aheadSaid(ahead, toWatch))).toEqual(['wait.next', 'wait.ahead', 'wait.next_watch', 'wait.ahead_watch']);
});

test('a hall that is shut is no way in, and says when it opens', () => {
  const hall = { ...(HALLS[0] as (typeof HALLS)[number]), door: 'closed' as const, opens_at: new Date(2026, 10, 28, 9).toISOString() };
  expect([wayInto(hall), fullSaid(hall)]).toEqual(['closed', 'twin.closed']);
  expect([27, 28].map((date) => shutSaid(hall, new Date(2026, 10, date, 8)))).toEqual(['明天 09:00 开放', '09:00 开放']);
  expect([shutSaid({ ...hall, opens_at: null }), shutSaid({ ...hall, opens_at: null, door: 'locked' })]).toEqual(['没有开放', '暂不放人进入']);
});

test('who waits for an overfull hall is told how many leave first', () => {
  expect([mustLeave(28, 5), mustLeave(5, 5), mustLeave(3, 5)]).toEqual([24, 0, 0]);
});

test('a full hall without observers and without a queue has no way in', () => {
  expect(wayInto({ ...(HALLS[0] as (typeof HALLS)[number]), visitors: 10_000, observer_places: 0, queue_places: 0 })).toBe('full');
});

test('numbers and dates are written as the language has them', () => {
  expect([0, 8528, 9999, 12_000, 123_456].map(headCount)).toEqual(['0', '8,528', '9,999', '1.2 万', '12.3 万']);
  expect(day(new Date(2026, 10, 22))).toBe('11月22日 周日');
});

test('a shape that is not known is a moon gate', () => {
  expect(['fan', 'dome', 'pagoda', 'toString'].map(shapeOf)).toEqual(['fan', 'dome', 'circle', 'circle']);
});

describe('labels of the map', () => {
  const label = (x: number, y: number, width = 60) => ({ x, y, width, height: 24 });
  const overlaps = (a: Corner, b: Corner, wa: number, wb: number): boolean =>
    a.left < b.left + wb && b.left < a.left + wa && a.top < b.top + 24 && b.top < a.top + 24;
  test('stand on their places where there is room', () => {
    expect(placeLabels([label(100, 100), label(300, 100)], [], 400, 300)).toEqual([{ left: 70, top: 88 }, { left: 270, top: 88 }]);
  });
  test('move aside for one before them, and are left out where that is taken too', () => {
    const corners = placeLabels([label(100, 100), label(110, 104), label(104, 100), label(100, 101)], [], 400, 300);
    expect(corners[0]).toEqual({ left: 70, top: 88 });
    expect(corners.filter((corner) => corner === null)).toHaveLength(2);
  });
  test('leave what must be seen free', () => {
    expect(placeLabels([label(100, 100)], [{ x: 100, y: 100, width: 200, height: 200 }], 400, 300)).toEqual([null]);
  });
  test('move over or under their place where fewer people stand, and stay on it where none do', () => {
    const crowd = [[100, 100], [110, 100], [90, 104], [100, 80]] as const;
    const covered = ({ left, top, width, height }: Corner & { width: number; height: number }): number =>
      crowd.filter(([x, y]) => x >= left && x <= left + width && y >= top && y <= top + height).length;
    expect(placeLabels([label(100, 100), label(300, 100)], [], 400, 300, covered)).toEqual([{ left: 70, top: 112 }, { left: 270, top: 88 }]);
    expect(placeLabels([label(100, 100), label(100, 124)], [], 400, 300, covered)[1]).not.toEqual({ left: 70, top: 112 });
  });
  test('never lie on another or beyond the edge, however many there are', () => {
    const random = seeded(3);
    for (let round = 0; round < 200; round += 1) {
      const labels = Array.from({ length: 14 }, () => label(random() * 320, random() * 240, 30 + random() * 120));
      const placed = placeLabels(labels, [], 320, 240).map((corner, i) => ({ corner, width: (labels[i] as { width: number }).width }));
      placed.forEach(({ corner, width }, i) => {
        if (!corner) return;
        expect([corner.left >= 2, corner.left + width <= 318, corner.top >= 2, corner.top + 24 <= 238]).toEqual([true, true, true, true]);
        for (const other of placed.slice(0, i)) if (other.corner) expect(overlaps(corner, other.corner, width, other.width)).toBe(false);
      });
    }
  });
});
