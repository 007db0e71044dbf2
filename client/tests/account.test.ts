/** Who is signed in is asked once by all of a page. */
import { afterEach, expect, test, vi } from 'vitest';
import { fetchMe } from '../src/net/account';

afterEach(() => vi.unstubAllGlobals());

test('whoever asks while an answer is on its way gets that one, and later another', async () => {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (url: string) => {
    asked.push(url);
    return Promise.resolve(Response.json({ csrf: String(asked.length), permissions: [] }));
  });
  const [page, head] = await Promise.all([fetchMe(), fetchMe()]);
  expect([page?.csrf, head?.csrf]).toEqual(['1', '1']);
  expect((await fetchMe())?.csrf).toBe('2');
  expect(asked).toEqual(['/api/me', '/api/me']);
});

test('a failure is each one\'s, and does not last', async () => {
  const answers = [Promise.reject(new TypeError('down')), Promise.resolve(new Response('', { status: 401 }))];
  vi.stubGlobal('fetch', () => answers.shift());
  const [first, second] = await Promise.allSettled([fetchMe(), fetchMe()]);
  expect([first.status, second.status]).toEqual(['rejected', 'rejected']);
  expect(await fetchMe()).toBeNull();
});
