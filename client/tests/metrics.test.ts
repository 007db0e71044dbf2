/** The page of measurements asks for what is new, and keeps an hour. */
import { afterEach, expect, test, vi } from 'vitest';
import { Hour, QUANTITIES, type Measurements } from '../src/metrics/measurements';
import { BYTES_A_SECOND, tickTime, unitFor, windowOf } from '../src/metrics/scales';
import { sentence } from '../src/metrics/state';

afterEach(() => vi.unstubAllGlobals());

function measured(at_ms: number[], visitors: number[]): Measurements {
  const columns = Object.fromEntries(QUANTITIES.map((name) => [name, at_ms.map(() => 0)])) as unknown as Measurements['samples'];
  return { period_s: 10, samples: { ...columns, at_ms, visitors }, limits: { tick_p99_ms: 100 }, firing: [], passed: [], holds_s: 30 };
}

test('what is new is put behind what is known, and what is older than an hour goes', () => {
  const hour = new Hour();
  hour.add(measured([1000, 2000], [1, 2]));
  hour.add(measured([3_602_500], [3]));
  expect(hour.column('at_ms')).toEqual([3_602_500]);
  hour.add(measured([3_610_000], [4]));
  expect(hour.column('visitors')).toEqual([3, 4]);
  expect(hour.column('tick_p99_ms')).toHaveLength(2);
  expect(hour.limits.tick_p99_ms).toBe(100);
});

test('it asks for what is newer than what it has', async () => {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url);
    return Response.json(asked.length === 1 ? measured([1000, 2000], [1, 2]) : measured([], []));
  });
  const hour = new Hour();
  await hour.read();
  await hour.read();
  expect(asked).toEqual(['/api/measurements?after=0', '/api/measurements?after=2000']);
  expect(hour.column('visitors')).toEqual([1, 2]);
});

test.each([[[], 1], [[0], 1], [[999], 1], [[20, 8200, 0], 1e3], [[999_999], 1e3], [[8_200, 1_000_000], 1e6]])('bytes of %j are told and drawn by %i', (values, per) => {
  expect(unitFor(BYTES_A_SECOND, values).per).toBe(per);
});

test('no two ticks of the axis say the same, however short the time is', () => {
  expect(windowOf([])).toEqual([null, null]);
  expect(windowOf([1000])).toEqual([940, 1000]);
  expect(windowOf([100, 1000])).toEqual([100, 1000]);
  const start = new Date(2026, 10, 26, 23, 5, 0).getTime();
  for (const apart_s of [5, 10, 15, 30, 60, 600]) {
    const ticks = Array.from({ length: 7 }, (_, i) => tickTime(new Date(start + i * apart_s * 1000), apart_s));
    expect(new Set(ticks).size).toBe(7);
  }
  expect([tickTime(new Date(start), 10), tickTime(new Date(start), 60)]).toEqual(['23:05:00', '23:05']);
});

test('what is out of bounds for a moment is told as that: neither well nor an alarm', () => {
  const tick = { alert: 'tick', value: 101, limit: 100 };
  const hour = { isEmpty: false, firing: [], passed: [], holds_s: 30 };
  expect(sentence(hour)).toBe('一切在限值之内。超限持续 30 秒才会告警。');
  expect(sentence({ ...hour, passed: [{ ...tick, for_s: 10 }] })).toBe('每拍用时 101 毫秒，限值 100 毫秒，超限已 10 秒，持续 30 秒才会告警。');
  expect(sentence({ ...hour, firing: [{ ...tick, at_ms: 1 }] })).toBe('须处理：每拍用时 101 毫秒，限值 100 毫秒。');
});
