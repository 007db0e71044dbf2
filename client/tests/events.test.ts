/** When a reminder is due, and what of the programme the landing page shows. */
import { afterEach, expect, test, vi } from 'vitest';
import { local, moment } from '../src/events/localTime';
import { dueOf, takeDue, wish, wishes, type Said } from '../src/events/reminders';
import type { HallSummary } from '../src/net/api';
import type { HallEvent } from '../src/net/events';
import { soonest } from '../src/ui/programme';

process.env['TZ'] = 'Europe/Berlin';
afterEach(() => vi.unstubAllGlobals());

const NOW = Date.parse('2026-11-27T11:00:00Z');
const MINUTE = 60_000;

function event(id: string, minutes: number, phase: HallEvent['phase'] = 'coming'): HallEvent {
  const at = (ms: number): string => new Date(ms).toISOString();
  return {
    id, hall: 'culture', stage: '', title: { zh: id, en: id }, description: { zh: '', en: '' }, speakers: [],
    begins_at: at(NOW + minutes * MINUTE), ends_at: at(NOW + (minutes + 60) * MINUTE), doors_min: 15, capacity: null, sequence: 0, phase,
  };
}

const due = (minutes: number, said: Said | undefined, phase: HallEvent['phase'] = 'coming'): string | undefined =>
  dueOf([event('a', minutes, phase)], said === undefined ? {} : { a: said }, NOW)[0]?.what;

test('a reminder comes five minutes before and at the beginning, each once', () => {
  expect(due(6, '')).toBeUndefined();
  expect(due(5, '')).toBe('soon');
  expect(due(2, 'soon')).toBeUndefined();
  expect(due(0, 'soon')).toBe('now');
  expect(due(-1, '')).toBe('now');
  expect(due(-1, 'now')).toBeUndefined();
});

test('that it is cancelled is told once to who asked, also while it runs', () => {
  expect(due(30, '', 'cancelled')).toBe('cancelled');
  expect(due(-5, 'now', 'cancelled')).toBe('cancelled');
  expect(due(30, 'cancelled', 'cancelled')).toBeUndefined();
  expect(due(-61, 'now', 'cancelled')).toBeUndefined();
});

test('nobody is reminded of what they did not ask for, or what began long ago', () => {
  expect(due(1, undefined)).toBeUndefined();
  expect(due(1, undefined, 'cancelled')).toBeUndefined();
  expect(due(-11, 'soon')).toBeUndefined();
});

test('wishes for what is over are forgotten: nobody asks for them for ever', () => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) });
  for (const id of ['over', 'due', 'later']) wish(id, true);
  const programme = [event('due', 3), event('later', 90)];
  expect(takeDue(programme, NOW).map(({ event: { id }, what }) => [id, what])).toEqual([['due', 'soon']]);
  expect(wishes()).toEqual({ due: 'soon', later: '' });
  expect(takeDue(programme, NOW)).toEqual([]);
  expect(takeDue([], NOW)).toEqual([]);
  expect(wishes()).toEqual({});
});

test('a field that nobody has touched means the moment it was filled with', () => {
  // Summer ends in Berlin: 02:30 comes twice. And what was planned by a program has seconds.
  for (const at of ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z', '2026-11-27T11:30:15.000Z']) {
    expect(moment(local(Date.parse(at)), at)).toBe(at);
  }
  expect(local(Date.parse('2026-10-25T01:30:00.000Z'))).toBe('2026-10-25T02:30');
  expect(moment('2026-11-27T12:31', '2026-11-27T11:30:15.000Z')).toBe('2026-11-27T11:31:00.000Z');
  expect(moment('2026-07-01T12:00', null)).toBe('2026-07-01T10:00:00.000Z');
  expect(moment('', null)).toBe('');
});

test('the landing page shows what runs and what begins within a week, three at most', () => {
  const halls = [{ id: 'culture' }] as HallSummary[];
  const shown = (events: HallEvent[]): string[] => soonest(events, halls, new Date(NOW)).map(({ event: { id } }) => id);
  expect(shown([event('runs', -30, 'running'), event('off', 10, 'cancelled'), event('soon', 60), event('far', 8 * 24 * 60)])).toEqual(['runs', 'soon']);
  expect(shown([1, 2, 3, 4].map((hour) => event(`e${hour}`, hour * 60)))).toHaveLength(3);
  expect(soonest([event('a', 1)], [], new Date(NOW))).toEqual([]);
});
