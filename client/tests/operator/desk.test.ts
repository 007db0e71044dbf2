/** What the console keeps and offers: lines of a hall, reasons and times, places by name. */
import { afterEach, expect, test, vi } from 'vitest';
import type { Act, SaidLine } from '../../src/operator/api';
import { isElsewhere, isOf } from '../../src/operator/chosenPanel';
import { HallLines, KEPT_COUNT } from '../../src/operator/hallLines';
import { comesBack, inForce, inItsPlace, Layers } from '../../src/operator/inForce';
import { REASONS, timesFor, usualTime } from '../../src/operator/offered';
import { WatchedHall, type WatchedHallParts } from '../../src/operator/watchedHall';
import { placeNear } from '../../src/operator/whereabouts';
import { isMessageKey } from '../../src/text/catalogue';
import { read } from '../ui/sources';

const said = (line: number): SaidLine => ({ line, at_ms: line, visitor: 1, name: '小满', text: String(line), at: [0, 0], refused: '' });

afterEach(() => vi.unstubAllGlobals());

test('lines that were read stand beside those that came meanwhile, each once, in their order', () => {
  const lines = new HallLines();
  lines.add(said(5));
  lines.take([said(3), said(4), said(5)]);
  lines.add(said(6));
  lines.takeEarlier([said(1)]);
  lines.clear(new Set([4]));
  expect(lines.lines.map(({ cleared, line }) => [line, cleared ?? false])).toEqual([[1, false], [3, false], [4, true], [5, false], [6, false]]);
  for (let line = 7; line < 2 * KEPT_COUNT; line += 1) lines.add(said(line));
  expect(lines.lines).toHaveLength(KEPT_COUNT);
  expect(lines.lines.at(-1)?.line).toBe(2 * KEPT_COUNT - 1);
});

test('of more lines than are kept the newest stay, but for those that were asked for', () => {
  const lines = new HallLines();
  const count = (from: number): SaidLine[] => Array.from({ length: KEPT_COUNT }, (_, at) => said(from + at));
  lines.take(count(1000));
  // Said while the line was down.
  lines.take(count(1100));
  expect([lines.lines[0]?.line, lines.lines.at(-1)?.line]).toEqual([1100, 1099 + KEPT_COUNT]);
  lines.takeEarlier(count(1000));
  expect([lines.lines[0]?.line, lines.lines.at(-1)?.line]).toEqual([1000, 999 + KEPT_COUNT]);
});

test('a booth that was taken down is no longer among those that stand, once what holds was read', async () => {
  const [tea, silk] = ['tea', 'silk'].map((id) => ({ id, title: { zh: id, en: id } }));
  let [booths, acts, answers]: [unknown[], Act[], boolean] = [[tea, silk], [], true];
  vi.stubGlobal('fetch', async () => (answers ? Response.json({ booths }) : Response.error()));
  const nothing = (): void => undefined;
  const parts = { map: { setHall: nothing, setBooths: nothing }, panel: { showHall: nothing }, said: new HallLines(), standing: () => acts, say: nothing };
  const watched = new WatchedHall(parts as unknown as WatchedHallParts);
  watched.watch('culture');
  await watched.standingRead();
  expect(watched.booths).toEqual([tea, silk]);
  [booths, acts, answers] = [[silk], [{ id: 'a', kind: 'take_down', hall: 'culture', holds: true } as Act], false];
  await watched.standingRead();
  answers = true;
  // What could not be read is read again.
  await watched.standingRead();
  expect(watched.booths).toEqual([silk]);
});

test('what who watches or waits said is theirs, and what was said in another hall is from elsewhere', () => {
  const watching = { visitor: null, hall: 'lobby' };
  const known = { author: 0xffffff };
  expect([isOf({ ...said(1), visitor: 0xffffff }, watching, known), isOf({ ...said(2), visitor: 7 }, watching, known)]).toEqual([true, false]);
  expect([isOf({ ...said(3), visitor: 7 }, { visitor: 7 }, null), isOf(said(4), null, null)]).toEqual([true, false]);
  const [here, before] = [{ ...said(5), hall: 'lobby' }, { ...said(6), hall: 'retail' }];
  expect([here, before, said(7)].map((line) => isElsewhere(line, watching))).toEqual([false, true, false]);
  expect(isElsewhere(before, null)).toBe(false);
});

test('every reason is one that the server knows, and has its word', () => {
  const known = /class Reason\(StrEnum\):([\s\S]*?)\n\n\n/.exec(read('server/yuanzhan/moderation/acts.py'))?.[1] ?? '';
  for (const reasons of Object.values(REASONS)) {
    expect(new Set(reasons).size).toBe(reasons.length);
    for (const reason of reasons) {
      expect(known).toContain(`"${reason}"`);
      expect(isMessageKey(`reason.${reason}`)).toBe(true);
    }
  }
});

test('an act begins with its usual time; what holds anyway has none', () => {
  const rule = { kind: 'slow', on: 'hall', lasting: true, minutes: 30, longest_minutes: null, may: true };
  expect(usualTime('slow', timesFor('slow', { slow_s: 30 }), [rule])).toBe(30);
  expect(timesFor('slow', { slow_s: 0 })).toEqual([null]);
  expect(timesFor('door', { door: 'open' })).toEqual([null]);
  expect(usualTime('door', timesFor('door', { door: 'closed' }), [])).toBeNull();
  expect(timesFor('evacuate')).toEqual([]);
});

test('of acts on a hall the newest is in force, and by undoing it the one before comes back', () => {
  const act = (id: string, kind: string, params: Act['params'], hall = 'lobby'): Act => ({ id, kind, params, hall, holds: true }) as Act;
  const doors = ['open', 'closed', 'open', 'locked'].map((door, at) => act(`d${at}`, 'door', { door }));
  const slow = [act('s0', 'slow', { slow_s: 0 }), act('s1', 'slow', { slow_s: 30 })];
  const others = [act('m', 'mute', {}), act('c', 'door', { door: 'closed' }, 'culture'), { ...act('u', 'door', { door: 'closed' }, 'retail'), holds: false }];
  const all = [...doors, ...slow, ...others];
  expect(inForce(all).map(({ id }) => id)).toEqual(['m', 'c']);
  expect(inForce(all.slice(1)).map(({ id }) => id)).toEqual(['d1', 'm', 'c']);
  // A page after another goes on where that ended.
  const layers = new Layers();
  expect([inForce(all.slice(0, 1), layers), inForce(all.slice(1, 4), layers)]).toEqual([[], []]);
  expect([comesBack(doors[0]!, all)?.id, comesBack(doors[1]!, all.slice(1)), comesBack(doors[1]!, all), comesBack(slow[0]!, all)?.id, comesBack(others[0]!, all)])
    .toEqual(['d1', null, null, 's1', null]);
  expect([inItsPlace(doors[0]!, all.slice(1))?.id, inItsPlace(doors[1]!, all.slice(2)), inItsPlace(slow[0]!, all.slice(5))?.id, inItsPlace(others[0]!, all)]).toEqual(['d1', null, 's1', null]);
});

test('a place is called by what is nearest, where something is near', () => {
  const title = (zh: string) => ({ zh, en: zh });
  const hall = {
    checkins: [{ id: 'gate', title: title('大门'), position: [0, 0, 0] }],
    slots: [{ id: 's1', position: [10, 0, 0] }],
    booths: [{ id: 'tea', slot: 's1', title: title('茶社') }],
  } as unknown as Parameters<typeof placeNear>[0];
  expect([placeNear(hall, [1, 1]), placeNear(hall, [9, 2]), placeNear(hall, [90, 2])]).toEqual(['大门', '茶社', null]);
});
