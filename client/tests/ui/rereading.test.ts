/** Reading again and again: one at a time, while the page is seen, and what failed is told. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Rereading } from '../../src/ui/rereading';

class Page extends EventTarget {
  hidden = false;
}

let page: Page;
let reads: { answer: () => void; fail: () => void }[];
let told: boolean[];
const read = (): Promise<void> => new Promise((answer, reject) => { reads.push({ answer, fail: () => reject(new Error('unreachable')) }); });
const start = (): Rereading => new Rereading({ read, every_ms: 1000, told: (stale) => told.push(stale), page: page as unknown as Document });

beforeEach(() => {
  vi.useFakeTimers();
  [page, reads, told] = [new Page(), [], []];
});
afterEach(() => vi.useRealTimers());

test('the next reading begins when the one before has been answered', async () => {
  start();
  await vi.advanceTimersByTimeAsync(5000);
  expect(reads).toHaveLength(1);
  reads[0]!.answer();
  await vi.advanceTimersByTimeAsync(999);
  expect(reads).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(reads).toHaveLength(2);
});

test('what failed is told, and so is that it went well again', async () => {
  start();
  for (const step of ['fail', 'fail', 'answer'] as const) {
    await vi.advanceTimersByTimeAsync(1000);
    reads.at(-1)![step]();
  }
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toEqual([true, true, false]);
});

test('nothing is read for a page that nobody sees, and at once when somebody does again', async () => {
  page.hidden = true;
  start();
  await vi.advanceTimersByTimeAsync(5000);
  expect(reads).toHaveLength(0);
  page.hidden = false;
  page.dispatchEvent(new Event('visibilitychange'));
  expect(reads).toHaveLength(1);
});

test('who wants it now, while an answer is on its way, gets one of afterwards', async () => {
  const rereading = start();
  const first = rereading.now();
  const second = rereading.now();
  expect(reads).toHaveLength(1);
  reads[0]!.answer();
  await vi.advanceTimersByTimeAsync(0);
  expect(reads).toHaveLength(2);
  reads[1]!.answer();
  await Promise.all([first, second]);
  expect(told).toEqual([false, false]);
});

test('what is stopped reads no more and tells nothing', async () => {
  const rereading = start();
  void rereading.now();
  rereading.stop();
  reads[0]!.answer();
  await vi.advanceTimersByTimeAsync(5000);
  page.dispatchEvent(new Event('visibilitychange'));
  expect([reads.length, told]).toEqual([1, []]);
});
