/** The page of measurements asks for what is new, and keeps an hour. */
import { afterEach, expect, test, vi } from 'vitest';
import { Hour, QUANTITIES, type Measurements } from '../src/metrics/measurements';

afterEach(() => vi.unstubAllGlobals());

function measured(at_ms: number[], visitors: number[]): Measurements {
  const columns = Object.fromEntries(QUANTITIES.map((name) => [name, at_ms.map(() => 0)])) as unknown as Measurements['samples'];
  return { period_s: 10, samples: { ...columns, at_ms, visitors }, limits: { tick_p99_ms: 100 }, firing: [] };
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
