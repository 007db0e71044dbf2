/** Models in slots, panels in plans, dots of the heat map. */
import { describe, expect, test } from 'vitest';
import { freshId, isNoPart } from '../../src/exhibitor/dressItems';
import { DRESS_LIMITS } from '../../src/exhibitor/dressLimits';
import {
  boundsOf, broughtIn, excess, fits, fitted, footprint, panelsOutside, refitted, shownYaw, toBooth, toPlan, turnedOrNot, visitorsSide, yawTowardsVisitors,
} from '../../src/exhibitor/fit';
import { dotOf, sidesOf } from '../../src/exhibitor/heatMap';
import { placeForPanel } from '../../src/exhibitor/panelPlaces';
import { size } from '../../src/exhibitor/parts';
import { spread } from '../../src/exhibitor/plan';
import { keptSlots, openSlots } from '../../src/exhibitor/placing';
import { byDay } from '../../src/exhibitor/visits';
import type { Bounds, Vec3 } from '../../src/net/api';
import { EMPTY_DRESS } from '../../src/net/boothRecords';
import { seeded } from '../random';
import { DRESS, version } from '../ui/sampleBooths';
import { read } from '../ui/sources';

const SLOT = { id: 'a', position: [0, 0, 0] as [number, number, number], yaw: 0, size_m: [4, 3, 3] as [number, number, number] };
const box = (width: number, height: number, depth: number, x = 0, y = 0, z = 0): Bounds => ({ min: [x - width / 2, y, z - depth / 2], max: [x + width / 2, y + height, z + depth / 2] });

describe('a booth that nobody turned yet', () => {
  const faces = (front?: '+z' | '-z') => version(1, 'ready', { optimised: front ? { front } : {} });
  test.each([['+z', 180], ['-z', 0], [undefined, 0]] as const)('whose model shows its %s is turned by %d degrees', (front, yaw_deg) => {
    expect(yawTowardsVisitors(faces(front))).toBe(yaw_deg);
  });
  test('is left to the server while there is no model, and only then', () => {
    expect('yaw_deg' in turnedOrNot(EMPTY_DRESS, null)).toBe(false);
    expect(turnedOrNot(EMPTY_DRESS, faces('+z')).yaw_deg).toBe(0);
    expect(turnedOrNot({ ...EMPTY_DRESS, yaw_deg: 90 }, null).yaw_deg).toBe(90);
  });
});

describe('the view of a model', () => {
  const side = (front: '+z' | '-z', yaw_deg?: number) =>
    visitorsSide(shownYaw(version(1, 'ready', { optimised: { front } }), yaw_deg === undefined ? null : { ...EMPTY_DRESS, yaw_deg })).map((part) => Math.round(part) + 0);
  test('begins at the side that it shows, before it has a place', () => {
    expect(side('+z')).toEqual([0, 1]);
    expect(side('-z')).toEqual([0, -1]);
  });
  test('begins where visitors come from, as its exhibitor has turned it', () => {
    expect(side('+z', 0)).toEqual([0, -1]);
    expect(side('+z', 180)).toEqual([0, 1]);
    // Turned a quarter to the left, its front is at the slot's -X: visitors see its right side.
    expect(side('-z', 90)).toEqual([1, 0]);
  });
});

describe('a panel that is outside the slot', () => {
  const upright = { offset_m: [0, 0] as [number, number], yaw_deg: 0 };
  const at = (...places: Vec3[]) => places.map((place) => ({ at: place }));
  test('is told by its number, as the booth is moved and turned', () => {
    const panels = at([1.9, 1, 0], [-1.9, 1, 0], [0, 1, 1.4]);
    expect(panelsOutside(panels, upright, SLOT)).toEqual([]);
    expect(panelsOutside(panels, { ...upright, offset_m: [0.5, 0] }, SLOT)).toEqual([1]);
    expect(panelsOutside(panels, { ...upright, offset_m: [0, 0.5] }, SLOT)).toEqual([3]);
    // Turned by a quarter, what was beside the model is before and behind it: the slot is 3 m deep.
    expect(panelsOutside(panels, { ...upright, yaw_deg: 90 }, SLOT)).toEqual([1, 2]);
    expect(panelsOutside(at([0, 3.2, 0], [0, -0.2, 0], [0, 3.05, 0]), upright, SLOT)).toEqual([1, 2]);
  });
  test('is inside or outside alike where another is its mirror image, at each quarter turn', () => {
    const corners = at([1.45, 1, 1.3], [-1.45, 1, 1.3], [1.45, 1, -1.3], [-1.45, 1, -1.3]);
    for (const yaw_deg of [0, 90, 180, 270]) {
      const size_m: Vec3 = yaw_deg % 180 === 0 ? [3.8, 3, 2.4] : [2.4, 3, 3.8];
      expect(panelsOutside(corners, { ...upright, yaw_deg }, { ...SLOT, size_m })).toEqual([]);
    }
  });
  test('is brought in with its board, and one that is inside stays where it is', () => {
    for (const stand of [upright, { offset_m: [0.4, -0.3] as [number, number], yaw_deg: 37 }, { ...upright, yaw_deg: 180 }]) {
      for (const place of [[5, 1, -4], [0.5, 4, 0.2], [-3, -1, 0], [0, 1, 0]] as Vec3[]) {
        const kept = broughtIn(place, stand, SLOT);
        expect(panelsOutside(at(kept), stand, SLOT)).toEqual([]);
        expect(broughtIn(kept, stand, SLOT)).toBe(kept);
      }
    }
    expect(broughtIn([5, 1, 0], upright, SLOT)).toEqual([1.55, 1, 0]);
  });
});

test.each([[0, '0 kB'], [1, '1 kB'], [499, '1 kB'], [48_640, '49 kB'], [999_499, '999 kB'], [999_500, '1.0 MB'], [5_242_880, '5.2 MB']])('%d bytes are %s', (bytes, said) => {
  expect(size(bytes)).toBe(said);
});

describe('a new panel', () => {
  const wide = { ...SLOT, size_m: [8, 3, 4] as [number, number, number] };
  const upright = { offset_m: [0, 0] as [number, number], yaw_deg: 0, scale: 1 };
  const placed = (count: number, bounds: Bounds, stand: typeof upright, slot: typeof SLOT): Vec3[] => {
    const places: Vec3[] = [];
    while (places.length < count) places.push(placeForPanel(places, bounds, stand, slot));
    return places;
  };
  test.each([[0, [-1.55, 1.4, -0.5]], [180, [1.55, 1.4, 0.5]], [90, [1, 1.4, -1.05]]])('of a booth that is turned by %d degrees stands left of the model, as visitors see it', (yaw_deg, at) => {
    expect(placeForPanel([], box(2, 1, 1), { ...upright, yaw_deg }, wide)).toEqual(at);
  });
  test('stands on no other, and inside the slot, wherever the booth stands in it', () => {
    for (const width of [4, 6, 8]) {
      for (const stand of [upright, { ...upright, offset_m: [0.9, 0.2] as [number, number] }, { ...upright, offset_m: [-0.4, 0] as [number, number], yaw_deg: 30 }, { ...upright, yaw_deg: 90 }]) {
        const places = placed(DRESS_LIMITS.panels, box(2, 1, 1), stand, { ...SLOT, size_m: [width, 3, 4] });
        const seen = places.map((at) => [...toPlan(at, stand), at[1]] as const);
        for (const [index, [x, z, y]] of seen.entries()) {
          expect(Math.abs(x)).toBeLessThanOrEqual(width / 2 - 0.4);
          expect(seen.slice(0, index).filter(([otherX, otherZ, otherY]) => Math.abs(x - otherX) < 0.9 && Math.abs(y - otherY) < 0.65 && Math.abs(z - otherZ) < 0.4)).toEqual([]);
        }
      }
    }
  });
  test.each([0, 30, 90, 180, 270])('may be submitted as it is, of a model that fills its slot and is turned by %d degrees', (yaw_deg) => {
    const slot = { ...SLOT, size_m: [3.8, 2.4, 2.4] as [number, number, number] };
    for (const [width, depth] of [[3.8, 2.4], [2.4, 3.8], [1, 1], [3.8, 1]] as const) {
      for (const offset_m of [[0, 0], [0.1, -0.3], [0.3, 0.6]] as [number, number][]) {
        const stand = { offset_m, yaw_deg, scale: 1 };
        const panels = placed(DRESS_LIMITS.panels, box(width, 2, depth), stand, slot).map((at) => ({ at }));
        expect(panelsOutside(panels, stand, slot)).toEqual([]);
      }
    }
  });
  test('takes the place of one that was removed', () => {
    const [first, second, third] = placed(3, box(2, 1, 1), upright, wide) as [Vec3, Vec3, Vec3];
    expect(placeForPanel([second, third], box(2, 1, 1), upright, wide)).toEqual(first);
    expect(placeForPanel([first, third], box(2, 1, 1), upright, wide)).toEqual(second);
  });
  test('stands before a model that fills its slot', () => {
    const [, [x, , z]] = placed(2, box(3.9, 1, 1), upright, SLOT) as [Vec3, Vec3];
    expect([x, z]).toEqual([1.55, -0.8]);
  });
});

describe('a model in its slot', () => {
  const still = { offset_m: [0, 0] as [number, number], yaw_deg: 0, scale: 1 };
  test('stands on its own middle, wherever its origin is', () => expect(footprint(box(2, 1, 1, 10, -3, 7), still)).toEqual([[-1, -0.5], [1, -0.5], [1, 0.5], [-1, 0.5]]));
  test('turns as halls turn it: a quarter turn to the left puts its front to -X', () => {
    const [frontLeft, frontRight] = footprint(box(2, 1, 1), { ...still, yaw_deg: 90 }) as [[number, number], [number, number]];
    expect(frontLeft[0]).toBeCloseTo(-0.5);
    expect(frontRight[0]).toBeCloseTo(-0.5);
  });
  test.each([[4, 3, 3, true], [4.2, 3, 3, false], [4, 3.2, 3, false], [4, 3, 3.2, false], [4.008, 3.004, 3, true]])('of %f x %f x %f fits: %s', (width, height, depth, expected) => {
    expect(fits(box(width, height, depth), still, SLOT)).toBe(expected);
  });
  test('that sticks out says how far', () => {
    const over = excess(box(4, 3.18, 3), { ...still, offset_m: [0.25, 0] }, SLOT);
    expect(over.side_m).toBeCloseTo(0.25);
    expect(over.up_m).toBeCloseTo(0.18);
  });
  test('fits after it was fitted, at any turn and size, and is never enlarged', () => {
    const random = seeded(11);
    for (let round = 0; round < 300; round += 1) {
      const bounds = box(0.1 + random() * 12, 0.1 + random() * 9, 0.1 + random() * 12, random() * 4, random(), random() * 4);
      const stand = fitted(bounds, random() * 360, SLOT);
      expect(stand.scale).toBeLessThanOrEqual(1);
      expect(fits(bounds, stand, SLOT)).toBe(true);
      // No more than the rounding to whole per cent is given away.
      if (stand.scale < 1) expect(fits(bounds, { ...stand, scale: stand.scale + 0.015 }, SLOT)).toBe(false);
    }
  });
  test('without bounds in its report is not judged', () => {
    expect(boundsOf(null)).toBeNull();
    expect(boundsOf(version(1, 'rejected'))).toBeNull();
    expect(boundsOf(version(1, 'ready'))?.max[1]).toBe(2.38);
  });
});

test('a panel that is moved on the plan is where it was put', () => {
  const random = seeded(5);
  for (let round = 0; round < 100; round += 1) {
    const stand = { offset_m: [random() - 0.5, random() - 0.5] as [number, number], yaw_deg: random() * 720 - 360 };
    const place: [number, number] = [random() * 4 - 2, random() * 4 - 2];
    const [x, z] = toBooth(place, stand);
    const [px, pz] = toPlan([x, 1, z], stand);
    expect([px, pz]).toEqual([expect.closeTo(place[0]), expect.closeTo(place[1])]);
  }
});

describe('the places of a hall', () => {
  const held = (slot: string, is_taken: boolean, booth: string | null, kept_until: string | null = null) => ({ slot, is_taken, booth, kept_until });
  const held_now = [
    held('a01', false, null), held('a02', true, 'own', '2026-12-01T00:00:00Z'), held('a03', true, 'sister', '2026-12-04T00:00:00Z'),
    held('a04', true, null, '2026-12-02T00:00:00Z'), held('a05', true, null),
  ];
  test('are open where they are free or one\u2019s own booth has them', () => expect([...openSlots(held_now, 'own')]).toEqual(['a01', 'a02']));
  test('tell of those that others have for a while, and when the first of them may be free', () => {
    expect(keptSlots(held_now, 'own')).toEqual({ count: 2, first: '2026-12-02T00:00:00Z' });
    expect(keptSlots(held_now.slice(0, 2), 'own')).toBeNull();
  });
});

describe('the heat map', () => {
  test('has no dot where next to nobody stood, and larger and darker ones where more did', () => {
    expect([dotOf(0, 0), dotOf(0, 100), dotOf(0.3, 100)]).toEqual([null, null, null]);
    const dots = [1, 10, 40, 70, 100].map((seconds) => dotOf(seconds, 100)!);
    expect(dots.map(({ level }) => level)).toEqual([1, 1, 2, 3, 3]);
    const sizes = dots.map(({ share }) => share);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(Math.max(...sizes)).toBeLessThan(1);
  });
  test('says in words where they stood, and its parts are the whole', () => {
    const columns = 6;
    const seconds = new Array<number>(36).fill(0);
    seconds[1] = 60; // first row: in front
    seconds[14] = 20; // within
    seconds[12] = 10; // at the side
    seconds[35] = 10; // behind
    expect(sidesOf(seconds, columns, 6, 2)).toEqual({ front: 60, sides: 10, back: 10, inside: 20 });
    expect(sidesOf(new Array<number>(36).fill(0), columns, 6, 2)).toEqual({ front: 0, sides: 0, back: 0, inside: 0 });
  });
});

test('hours become the reader’s days, without a gap and without losing a visit', () => {
  const hour = (day: number, hours: number, visits: number) => ({ at: new Date(2026, 2, day, hours).toISOString(), visits, dwell_s: visits * 10 });
  const days = byDay([hour(27, 9, 3), hour(27, 23, 2), hour(30, 0, 4), hour(28, 12, 1)]);
  expect(days.map(({ at, visits, dwell_s }) => [at.getDate(), at.getHours(), visits, dwell_s])).toEqual([[27, 0, 5, 50], [28, 0, 1, 10], [29, 0, 0, 0], [30, 0, 4, 40]]);
  expect(byDay([])).toEqual([]);
});

test('an id is new, and one that the server takes', () => {
  expect(freshId('text', [])).toBe('text-1');
  expect(freshId('text', ['text-2', 'picture-1'])).toBe('text-3');
  expect(freshId('text', ['text-2'])).toMatch(/^text-(?!2$)\d+$/);
});

test('the limits of the form are those of the server', () => {
  const source = read('server/yuanzhan/booths/dress.py');
  const most = (name: string): number => Number(new RegExp(`^${name}_MAX: Final = ([\\d_]+)$`, 'm').exec(source)?.[1]?.replaceAll('_', ''));
  expect({ title: most('TITLE'), body: most('BODY'), name: most('NAME'), price: most('PRICE'), contact: most('CONTACT'), url: most('URL'), panels: most('PANELS'), products: most('PRODUCTS'), links: most('LINKS') }).toEqual(DRESS_LIMITS);
});

test('a part is missing where the model has parts and none of that name', () => {
  expect([['Cube'], [], ['Cubbe']].map((parts) => isNoPart('Cubbe', parts))).toEqual([true, false, false]);
  expect(isNoPart('', ['Cube'])).toBe(false);
});

test('marks of panels above one another are drawn side by side, all others where they are', () => {
  const drawn = spread([[-1, 0.5], [1, 0.5], [-1, 0.5], [-1, 0.5], [0, 0]]);
  expect([drawn[0], drawn[1], drawn[4]]).toEqual([[-1, 0.5], [1, 0.5], [0, 0]]);
  for (const [index, [x, z]] of drawn.entries()) {
    expect(z).toBe([0.5, 0.5, 0.5, 0.5, 0][index]);
    expect(drawn.slice(0, index).every(([otherX, otherZ]) => Math.hypot(x - otherX, z - otherZ) > 0.25)).toBe(true);
  }
});

test('a dress whose model became larger than its place is made to fit, with its panels', () => {
  const dress = { ...DRESS, offset_m: [0.5, 0] as [number, number], yaw_deg: 180, scale: 1, panels: DRESS.panels.map((panel) => ({ ...panel, at: [2.3, 1, 0] as Vec3 })) };
  expect(refitted(box(3, 2, 2), dress, SLOT)).toBeNull();
  // What only stands too far aside keeps its size.
  expect(refitted(box(3, 2, 2), { ...dress, offset_m: [0.9, 0], scale: 0.9 }, SLOT)).toMatchObject({ offset_m: [0, 0], scale: 0.9 });
  const next = refitted(box(6, 2, 2), dress, SLOT)!;
  expect(fits(box(6, 2, 2), next, SLOT)).toBe(true);
  expect(next.scale).toBe(0.66);
  expect(panelsOutside(next.panels, next, SLOT)).toEqual([]);
  expect(next.products).toEqual(DRESS.products);
});
