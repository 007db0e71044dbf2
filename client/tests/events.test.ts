/** When a reminder is due, and what of the programme the landing page shows. */
import { expect, test } from 'vitest';
import { dueOf } from '../src/events/reminders';
import type { HallSummary } from '../src/net/api';
import type { HallEvent } from '../src/net/events';
import { soonest } from '../src/ui/programme';

const NOW = Date.parse('2026-11-27T11:00:00Z');
const MINUTE = 60_000;

function event(id: string, minutes: number, phase: HallEvent['phase'] = 'coming'): HallEvent {
  const at = (ms: number): string => new Date(ms).toISOString();
  return {
    id, hall: 'culture', stage: '', title: { zh: id, en: id }, description: { zh: '', en: '' }, speakers: [],
    begins_at: at(NOW + minutes * MINUTE), ends_at: at(NOW + (minutes + 60) * MINUTE), doors_min: 15, capacity: null, phase,
  };
}

const due = (minutes: number, said: '' | 'soon' | 'now' | undefined, phase: HallEvent['phase'] = 'coming'): string | undefined =>
  dueOf([event('a', minutes, phase)], said === undefined ? {} : { a: said }, NOW)[0]?.what;

test('a reminder comes five minutes before and at the beginning, each once', () => {
  expect(due(6, '')).toBeUndefined();
  expect(due(5, '')).toBe('soon');
  expect(due(2, 'soon')).toBeUndefined();
  expect(due(0, 'soon')).toBe('now');
  expect(due(-1, '')).toBe('now');
  expect(due(-1, 'now')).toBeUndefined();
});

test('nobody is reminded of what they did not ask for, what is cancelled, or what began long ago', () => {
  expect(due(1, undefined)).toBeUndefined();
  expect(due(1, '', 'cancelled')).toBeUndefined();
  expect(due(-11, 'soon')).toBeUndefined();
});

test('the landing page shows what runs and what begins within a week, three at most', () => {
  const halls = [{ id: 'culture' }] as HallSummary[];
  const shown = (events: HallEvent[]): string[] => soonest(events, halls, new Date(NOW)).map(({ event: { id } }) => id);
  expect(shown([event('runs', -30, 'running'), event('off', 10, 'cancelled'), event('soon', 60), event('far', 8 * 24 * 60)])).toEqual(['runs', 'soon']);
  expect(shown([1, 2, 3, 4].map((hour) => event(`e${hour}`, hour * 60)))).toHaveLength(3);
  expect(soonest([event('a', 1)], [], new Date(NOW))).toEqual([]);
});
