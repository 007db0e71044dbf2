/** What asks once more is done by a second press that is meant. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LATEST_MS, SecondPress, SOONEST_MS } from '../../src/ui/secondPress';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

function pressed(): { second: SecondPress; asked: boolean[] } {
  const asked: boolean[] = [];
  return { second: new SecondPress((isAsked) => asked.push(isAsked)), asked };
}

test('a double-click does nothing, and the question stays', () => {
  const { second, asked } = pressed();
  expect(second.press()).toBe(false);
  vi.advanceTimersByTime(SOONEST_MS - 1);
  expect(second.press()).toBe(false);
  expect(asked).toEqual([true]);
  vi.advanceTimersByTime(1);
  expect(second.press()).toBe(true);
});

test('a second press that comes late asks again', () => {
  const { second, asked } = pressed();
  second.press();
  vi.advanceTimersByTime(LATEST_MS);
  expect(asked).toEqual([true, false]);
  expect(second.press()).toBe(false);
  expect(asked).toEqual([true, false, true]);
});

test('once done it asks anew, and not by a third press of the same hand', () => {
  const { second, asked } = pressed();
  second.press();
  vi.advanceTimersByTime(SOONEST_MS);
  expect(second.press()).toBe(true);
  expect(asked).toEqual([true, false]);
  expect(second.press()).toBe(false);
  expect(asked).toEqual([true, false]);
  vi.advanceTimersByTime(LATEST_MS);
  expect(second.press()).toBe(false);
  expect(asked).toEqual([true, false, true]);
});

test('who goes elsewhere is asked again', () => {
  const { second, asked } = pressed();
  second.press();
  second.disarm();
  vi.advanceTimersByTime(SOONEST_MS);
  expect(second.press()).toBe(false);
  expect(asked).toEqual([true, false, true]);
});
