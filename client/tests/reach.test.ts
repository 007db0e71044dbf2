/** Messages that a visitor allows, and the way to a booth: choice, rate, answers, route, guide. */
import { describe, expect, it } from 'vitest';
import type { HallDescriptor } from '../src/net/api';
import { Floor } from '../src/player/floor';
import { lengthOf, Route } from '../src/player/route';
import type { ClientMessage, Invitation } from '../src/protocol/generated';
import { NOTHING, quietFor, readChoice, type Choice } from '../src/reach/choice';
import { Guide, type Goal } from '../src/reach/guide';
import { Letters } from '../src/reach/letters';

const HOUR_MS = 3_600_000;
const LETTER: Invitation = { t: 'invitation', id: 'l1', sender: 'booth', zh: '三点试茶', en: 'Tea at three', title_zh: '茶铺', title_en: 'Tea', hall: 'retail', booth: 'tea' };

function letters(choice: Partial<Choice> = {}, { seen = true, browser = { kept: { ...NOTHING, ...choice } as Choice } } = {}) {
  const said: ClientMessage[] = [];
  const shown: (string | null)[] = [];
  const led: string[] = [];
  const clock = { now_ms: 10 * HOUR_MS };
  const line = { isUp: true };
  const made = new Letters({
    say: (message) => line.isUp && said.push(message) > 0, lang: () => 'zh-CN', show: (letter) => shown.push(letter?.id ?? null), lead: ({ id }) => led.push(id),
    recalled: (id) => led.push(`recalled ${id}`), seen: () => seen, now_ms: () => clock.now_ms, load: () => browser.kept, save: (next) => { browser.kept = next; },
  });
  return { letters: made, said, shown, led, clock, line, browser, kept: () => browser.kept };
}

describe('what a visitor allows', () => {
  it('is nothing until they say so, and nothing is told to the server', () => {
    const { letters: made, said } = letters();
    made.welcomed();
    expect(said).toEqual([]);
    expect(made.heard(LETTER)).toBe(false);
  });

  it('is read from whatever stands in the browser', () => {
    for (const odd of [null, 7, 'x', [], {}, { rate: 'always', tags: 3 }]) expect(readChoice(odd).rate).toBe('none');
    expect(readChoice({ rate: 'hour', tags: ['crafts', '<img>', 4], booths: 1, last_ms: Infinity })).toEqual({ rate: 'hour', tags: ['crafts'], booths: false, asked: false, last_ms: 0 });
  });

  it('is told with each welcome, with how long to be quiet still', () => {
    const { letters: made, said, clock } = letters({ rate: 'ten_minutes', tags: ['crafts'], booths: true, last_ms: 10 * HOUR_MS - 60_000 });
    made.welcomed();
    clock.now_ms += 540_000;
    made.welcomed();
    expect(said).toEqual([540, 0].map((quiet_s) => ({ t: 'reachable', rate: 'ten_minutes', lang: 'zh-CN', tags: ['crafts'], booths: true, quiet_s })));
  });

  it('keeps to the rate whatever the clock says', () => {
    const choice: Choice = { ...NOTHING, rate: 'hour', last_ms: 5 * HOUR_MS };
    expect(quietFor(choice, 5 * HOUR_MS)).toBe(3600);
    expect(quietFor(choice, 5.5 * HOUR_MS)).toBe(1800);
    expect(quietFor(choice, 6 * HOUR_MS)).toBe(0);
    expect(quietFor(choice, 4 * HOUR_MS)).toBe(0);
  });

  it('is told as off when the line is there again, for the server may remember who comes back', () => {
    const { letters: made, said, line } = letters({ rate: 'hour', booths: true });
    line.isUp = false;
    made.off();
    expect(said).toEqual([]);
    line.isUp = true;
    made.welcomed();
    expect(said).toEqual([{ t: 'reachable', rate: 'none', lang: 'zh-CN', tags: [], booths: false, quiet_s: 0 }]);
  });

  it('is one choice in all tabs: off in one is off in the others, and stays off', () => {
    const one = letters({ rate: 'hour', tags: ['food'] });
    const other = letters({}, { browser: one.browser });
    other.letters.heard(LETTER);
    one.letters.off();
    expect(other.letters.heard({ ...LETTER, id: 'l2' })).toBe(false);
    expect(one.kept().rate).toBe('none');
    other.said.length = 0;
    other.letters.elsewhere(one.kept());
    expect(other.shown.at(-1)).toBe(null);
    other.letters.welcomed();
    expect(other.said).toEqual([expect.objectContaining({ t: 'reachable', rate: 'none' })]);
  });

  it('is one rate in all tabs', () => {
    const one = letters({ rate: 'hour' });
    const other = letters({}, { browser: one.browser });
    expect(one.letters.heard(LETTER)).toBe(true);
    expect(other.letters.heard({ ...LETTER, id: 'l2' })).toBe(false);
    other.letters.elsewhere(one.kept());
    expect(other.said.at(-1)).toMatchObject({ t: 'reachable', rate: 'hour', quiet_s: 3600 });
  });

  it('is forgotten in all tabs, and told to the server by each that has told it', () => {
    const { letters: made, said } = letters({ rate: 'hour' });
    made.elsewhere(NOTHING);
    expect(said).toEqual([expect.objectContaining({ rate: 'none' })]);
    made.elsewhere(NOTHING);
    expect(said).toHaveLength(1);
  });

  it('keeps when the last message came, though it came while the visitor was choosing', () => {
    const { letters: made, kept, clock } = letters({ rate: 'hour' });
    const asked = made.choice;
    made.heard(LETTER);
    made.choose({ ...asked, tags: ['food'] });
    expect(kept()).toMatchObject({ rate: 'hour', tags: ['food'], last_ms: clock.now_ms });
  });

  it('is offered once', () => {
    const { letters: made, kept } = letters();
    expect([made.mayOffer(), made.mayOffer()]).toEqual([true, false]);
    expect(kept().asked).toBe(true);
  });
});

describe('a message', () => {
  it('is told as shown once, and only when somebody sees it', () => {
    const away = letters({ rate: 'hour' }, { seen: false });
    away.letters.heard(LETTER);
    expect(away.said).toEqual([]);
    const { letters: made, said, shown } = letters({ rate: 'hour' });
    made.heard(LETTER);
    made.look();
    expect(said).toEqual([{ t: 'outcome', id: 'l1', what: 'shown' }]);
    expect(shown).toEqual(['l1']);
  });

  it('does not come twice within the rate', () => {
    const { letters: made, clock } = letters({ rate: 'hour' });
    expect(made.heard(LETTER)).toBe(true);
    clock.now_ms += HOUR_MS - 1000;
    expect(made.heard({ ...LETTER, id: 'l2' })).toBe(false);
    clock.now_ms += 1000;
    expect(made.heard({ ...LETTER, id: 'l2' })).toBe(true);
  });

  it('ends all of them with one press', () => {
    const { letters: made, said, shown, kept } = letters({ rate: 'hour', tags: ['food'], booths: true });
    made.heard(LETTER);
    said.length = 0;
    made.off();
    expect(said).toEqual([{ t: 'outcome', id: 'l1', what: 'off' }, { t: 'reachable', rate: 'none', lang: 'zh-CN', tags: [], booths: false, quiet_s: 0 }]);
    expect(shown.at(-1)).toBe(null);
    expect(kept().rate).toBe('none');
    expect(made.heard({ ...LETTER, id: 'l2' })).toBe(false);
  });

  it('leads where it says, and is gone when its booth is', () => {
    const { letters: made, said, led, shown } = letters({ rate: 'hour' });
    made.heard(LETTER);
    made.take();
    expect(led).toEqual(['l1']);
    expect(said.at(-1)).toEqual({ t: 'outcome', id: 'l1', what: 'led' });
    made.recalled(['l1']);
    expect(led).toEqual(['l1', 'recalled l1']);
    expect(shown.at(-1)).toBe(null);
  });

  it('and all that was chosen is forgotten when somebody asked for that', () => {
    const { letters: made, kept } = letters({ rate: 'hour', tags: ['food'] });
    made.forget();
    expect(kept()).toEqual({ ...NOTHING, asked: true });
  });
});

/** A room of 20 x 12 m with a wall across it at x = 0, open for 2 m at its far end. */
function walled(): Floor {
  const floor = Floor.flat(10, 6);
  floor.block([[0, -1, 0, 0.4, 10]]);
  return floor;
}

describe('the way', () => {
  it('is straight where nothing stands between', () => {
    const way = new Route(Floor.flat(10, 6), { x: 8, z: 0 }).from(-8, 0);
    expect(way).toEqual([{ x: -8, z: 0 }, { x: 8, z: 0 }]);
  });

  it('goes around a wall, and every step of it can be walked', () => {
    const floor = walled();
    const way = new Route(floor, { x: 8, z: -4 }).from(-8, -4);
    expect(lengthOf(way)).toBeGreaterThan(20);
    expect(lengthOf(way)).toBeLessThan(30);
    for (let index = 1; index < way.length; index += 1) {
      const [from, to] = [way[index - 1], way[index]] as [{ x: number; z: number }, { x: number; z: number }];
      for (let part = 0; part <= 1; part += 0.02) expect(floor.canStand(from.x + (to.x - from.x) * part, from.z + (to.z - from.z) * part)).toBe(true);
    }
  });

  it('is none where there is none', () => {
    const floor = Floor.flat(10, 6);
    floor.block([[0, 0, 0, 0.4, 12]]);
    const route = new Route(floor, { x: 8, z: 0 });
    expect(route.reaches(-8, 0)).toBe(false);
    expect(route.from(-8, 0)).toEqual([]);
    expect(route.from(500, 500)).toEqual([]);
  });
});

const HALL = {
  id: 'retail', booths_revision: 1, booths: [{ id: 'tea', slot: 's' }], slots: [{ id: 's', position: [8, 0, 0], yaw: Math.PI / 2, size_m: [3, 3, 3] }],
} as unknown as HallDescriptor;

describe('being led', () => {
  function guided() {
    const told: string[] = [];
    const guide = new Guide({
      changed: (goal, way, metres) => told.push(goal === null ? 'nowhere' : `${way.length} points, ${metres === null ? '?' : Math.round(metres)} m`),
      arrived: ({ id }) => told.push(`arrived ${id}`), gone: ({ id }) => told.push(`gone ${id}`),
    });
    const goal: Goal = { id: 'l1', hall: 'retail', booth: 'tea', title: () => 'tea' };
    return { guide, told, goal };
  }

  it('waits in another hall, shows the way, and ends where the booth is', () => {
    const { guide, told, goal } = guided();
    const floor = Floor.flat(10, 6);
    guide.begin(goal);
    guide.update(0, { x: -8, z: 0 }, { ...HALL, id: 'lobby' }, floor);
    guide.update(1, { x: -8, z: 0 }, HALL, floor);
    guide.update(2, { x: 5, z: 0 }, HALL, floor);
    expect(told).toHaveLength(2);
    for (const now_s of [3, 4]) guide.update(now_s, { x: 5, z: 0 }, HALL, floor);
    expect(told).toEqual(['0 points, ? m', '2 points, 13 m', 'nowhere', 'arrived l1']);
  });

  it('ends when the booth is not there any more', () => {
    const { guide, told, goal } = guided();
    guide.begin(goal);
    guide.update(1, { x: -8, z: 0 }, { ...HALL, booths: [] }, Floor.flat(10, 6));
    expect(told.slice(1)).toEqual(['nowhere', 'gone l1']);
  });
});
