import { describe, expect, it } from 'vitest';
import type { Booth, HallDescriptor, Panel, Portal, Seat, Slot } from '../src/net/api';
import { emptyIntent } from '../src/input/intent';
import { Floor } from '../src/player/floor';
import { Gestures } from '../src/player/gestures';
import { pick } from '../src/player/pick';
import { Places } from '../src/player/places';
import { Reach } from '../src/player/reach';
import { Reporter, type Stance } from '../src/player/reporter';
import { Stamps } from '../src/player/stamps';
import { Stroll } from '../src/player/stroll';
import { Walker } from '../src/player/walker';
import { Action } from '../src/protocol/generated';
import { aim, createLanding } from '../src/xr/aim';

const text = { zh: '文', en: 'text' };
const seat: Seat = { id: 's1', position: [0, 0.45, -2], yaw: 0 };
const panel: Panel = { id: 'p1', position: [4, 1.5, 0], yaw: Math.PI / 2, size_m: [1.2, 1.6], title: text, body: text, source: text };
const slot: Slot = { id: 'a1', position: [-8, 0, 0], yaw: 0, size_m: [4, 3, 3] };
const booth: Booth = { id: 'tea', slot: 'a1', url: '', title: text, body: text, bytes: 0 };
const portal: Portal = { id: 'out', hall: 'other', position: [0, 0, 8], yaw: 0, radius_m: 1.2 };
const hall = {
  seats: [seat], panels: [panel], slots: [slot], booths: [booth], portals: [portal],
  checkins: [{ id: 'c1', position: [5, 0, 5], radius_m: 1, title: text }],
} as unknown as HallDescriptor;

describe('places', () => {
  const places = new Places(hall);

  it('offer what is near and in front', () => {
    expect(places.offer({ x: 0, z: -1, yaw: 0 }, false)).toEqual({ kind: 'sit', seat });
    expect(places.offer({ x: 2, z: 0, yaw: -Math.PI / 2 }, false)).toEqual({ kind: 'read', subject: panel });
    expect(places.offer({ x: -8, z: -3, yaw: Math.PI }, false)).toEqual({ kind: 'read', subject: booth });
    expect(places.offer({ x: 0, z: 20, yaw: 0 }, false)).toBeNull();
    expect(places.offer({ x: 0, z: -1, yaw: 0 }, true)).toEqual({ kind: 'stand' });
  });

  it('take a visitor through a portal once, and not one who starts in it', () => {
    const fresh = new Places(hall);
    expect(fresh.entered({ x: 0, z: 5, yaw: 0 })).toBeNull();
    expect(fresh.entered({ x: 0, z: 7.2, yaw: 0 })).toBe(portal);
    expect(fresh.entered({ x: 0, z: 7.6, yaw: 0 })).toBeNull();
    fresh.arrivedAt({ x: 0, z: 8, yaw: 0 });
    expect(fresh.entered({ x: 0, z: 7.9, yaw: 0 })).toBeNull();
    expect(fresh.entered({ x: 0, z: 5, yaw: 0 })).toBeNull();
    expect(fresh.entered({ x: 0, z: 7.5, yaw: 0 })).toBe(portal);
  });

  it('know check-in points', () => {
    expect(places.checkinAt({ x: 5.5, z: 5, yaw: 0 })?.id).toBe('c1');
    expect(places.checkinAt({ x: 7, z: 5, yaw: 0 })).toBeNull();
  });
});

describe('a ray', () => {
  const floor = Floor.flat(20, 20);
  const from = (x: number, y: number, z: number, to: readonly [number, number, number]) => {
    const length = Math.hypot(to[0] - x, to[1] - y, to[2] - z);
    return { origin: { x, y, z }, direction: { x: (to[0] - x) / length, y: (to[1] - y) / length, z: (to[2] - z) / length } };
  };

  it('finds what it points at, the nearest first', () => {
    expect(pick(from(0, 1.6, 0, [0, 0.5, -2]), hall, floor)?.kind).toBe('seat');
    expect(pick(from(0, 1.6, 0, [4, 1.5, 0]), hall, floor)).toMatchObject({ kind: 'read', subject: panel });
    expect(pick(from(-8, 1.6, -5, [-8, 1.5, 0]), hall, floor)).toMatchObject({ kind: 'read', subject: booth });
    expect(pick(from(0, 1.6, 3, [0, 1.2, 8]), hall, floor)).toMatchObject({ kind: 'portal', portal });
  });

  it('ends on the floor where nothing is in the way, and nowhere in the sky', () => {
    const onFloor = pick(from(0, 1.6, 4, [3, 0, 4]), hall, floor);
    expect(onFloor?.kind).toBe('floor');
    expect(onFloor && 'x' in onFloor ? onFloor.x : 0).toBeCloseTo(3, 0);
    expect(pick(from(0, 1.6, 0, [0, 9, -2]), hall, floor)).toBeNull();
  });
});

describe('a report', () => {
  const stance: Stance = { x: 0, y: 0, z: 0, yaw: 0, vx: 0, vz: 0, headYaw: 0, headPitch: 0, action: 0, xr: null };

  it('is due at first, then only for what can be seen', () => {
    const reporter = new Reporter();
    expect(reporter.due(stance, 0)?.seq).toBe(0);
    expect(reporter.due({ ...stance, x: 0.04 }, 1)).toBeNull();
    expect(reporter.due({ ...stance, yaw: 0.08 }, 1)).toBeNull();
    expect(reporter.due({ ...stance, x: 0.06 }, 1)?.seq).toBe(1);
    expect(reporter.due({ ...stance, x: 0.06, yaw: 0.1 }, 2)?.seq).toBe(2);
    expect(reporter.due({ ...stance, x: 0.06, yaw: 0.1 + Math.PI * 2 }, 3)).toBeNull();
    expect(reporter.due({ ...stance, x: 0.06, yaw: 0.1, action: 4 }, 4)?.action).toBe(4);
  });

  it('comes at most ten times a second, teleports too', () => {
    const reporter = new Reporter();
    let count = 0;
    for (let t = 0; t < 1; t += 1 / 72) {
      reporter.teleported();
      if (reporter.due({ ...stance, x: t * 50 }, t)) count += 1;
    }
    expect(count).toBeLessThanOrEqual(10);
  });

  it('follows a straight walk by dead reckoning, and tells the stop at once', () => {
    const reporter = new Reporter();
    reporter.due({ ...stance, vx: 1.5 }, 0);
    expect(reporter.due({ ...stance, x: 0.45, vx: 1.5 }, 0.3)).toBeNull();
    expect(reporter.due({ ...stance, x: 0.48, vx: 0 }, 0.32)).not.toBeNull();
  });

  it('says once that it was a teleport', () => {
    const reporter = new Reporter();
    reporter.due(stance, 0);
    reporter.teleported();
    expect(reporter.due({ ...stance, x: 5 }, 1)?.teleported).toBe(true);
    expect(reporter.due({ ...stance, x: 6 }, 2)?.teleported).toBe(false);
  });
});

describe('a stroll', () => {
  it('ends at its goal and says so', () => {
    const walker = new Walker(Floor.flat(10, 10));
    const stroll = new Stroll();
    let arrived = 0;
    stroll.to({ x: 3, z: -2, within_m: 0.3, arrived: () => { arrived += 1; } });
    for (let frame = 0; frame < 400; frame += 1) {
      const intent = emptyIntent();
      const heading = stroll.steer(walker, intent, 1 / 60);
      walker.step(intent, 1 / 60, heading ?? undefined);
    }
    expect(arrived).toBe(1);
    expect(Math.hypot(walker.x - 3, walker.z + 2)).toBeLessThan(0.5);
  });

  it('is given up at a wall and when the visitor walks', () => {
    const walker = new Walker(Floor.flat(2, 2));
    const stroll = new Stroll();
    stroll.to({ x: 30, z: 0, within_m: 0.3 });
    for (let frame = 0; frame < 400; frame += 1) {
      const intent = emptyIntent();
      walker.step(intent, 1 / 60, stroll.steer(walker, intent, 1 / 60) ?? undefined);
    }
    expect(stroll.goal).toBeNull();
    stroll.to({ x: -1, z: 0, within_m: 0.3 });
    stroll.steer(walker, { ...emptyIntent(), forward: 1 }, 1 / 60);
    expect(stroll.goal).toBeNull();
  });
});

describe('a teleport', () => {
  /** Two rooms with a wall between them at x = 0, and a door far to the south. */
  function rooms(): Floor {
    const floor = Floor.flat(6, 10);
    const heights = floor.heights.slice();
    for (let row = 0; row < floor.rows - 6; row += 1) for (let column = 23; column < 26; column += 1) heights[row * floor.columns + column] = -32768;
    return new Floor(floor.columns, floor.rows, floor.cell_m, floor.originX, floor.originZ, heights);
  }
  const unit = (x: number, y: number, z: number) => {
    const length = Math.hypot(x, y, z);
    return { x: x / length, y: y / length, z: z / length };
  };

  it('lands where the arc meets the floor', () => {
    const floor = rooms();
    const landing = aim({ x: -3, y: 1.4, z: 0 }, unit(0, -0.3, -1), floor, new Reach(floor, -3, 0, 11), createLanding());
    expect(landing.valid).toBe(true);
    expect(landing.at?.x).toBeCloseTo(-3, 5);
    expect(landing.at?.z).toBeLessThan(-1);
    expect(landing.at?.y).toBe(0);
  });

  it('goes through no wall', () => {
    const floor = rooms();
    const landing = aim({ x: -2, y: 1.4, z: -5 }, unit(1, 0.2, 0), floor, new Reach(floor, -2, -5, 11), createLanding());
    expect(landing.at?.x).toBeGreaterThan(1);
    expect(landing.valid).toBe(false);
  });

  it('has no place in the sky', () => {
    const floor = rooms();
    const landing = aim({ x: -3, y: 1.4, z: 0 }, unit(-1, 3, 0), Floor.flat(1, 1), new Reach(floor, -3, 0, 11), createLanding());
    expect(landing.valid).toBe(false);
  });

  it('measures the way on foot', () => {
    const reach = new Reach(Floor.flat(5, 5), 0.1, 0.1, 4);
    expect(reach.metresTo(0.1, 0.1)).toBe(0);
    expect(reach.metresTo(3.1, 0.1)).toBeCloseTo(3, 1);
    expect(reach.metresTo(4.6, 0.1)).toBeNull();
  });
});

it('a gesture lasts, and ends when one walks', () => {
  const gestures = new Gestures();
  gestures.begin('wave', 10);
  expect(gestures.action(Action.STAND, 11)).toBe(Action.WAVE);
  expect(gestures.action(Action.SIT, 11)).toBe(Action.SIT);
  expect(gestures.action(Action.WALK, 11)).toBe(Action.WALK);
  expect(gestures.action(Action.STAND, 11.1)).toBe(Action.STAND);
  gestures.begin('clap', 20);
  expect(gestures.action(Action.STAND, 30)).toBe(Action.STAND);
});

it('stamps are kept hall by hall, and survive storage that is broken', () => {
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
  const stamps = new Stamps(() => storage as unknown as Storage);
  expect(stamps.add('lobby', 'a')).toBe(true);
  expect(stamps.add('lobby', 'a')).toBe(false);
  expect(new Stamps(() => storage as unknown as Storage).of('lobby')).toEqual(['a']);
  kept.set('yuanzhan.stamps', '{"lobby": 7, "x');
  expect(new Stamps(() => storage as unknown as Storage).of('lobby')).toEqual([]);
  const refused = new Stamps(() => { throw new Error('SecurityError'); });
  expect(refused.add('lobby', 'b')).toBe(true);
  expect(refused.of('lobby')).toEqual(['b']);
});
