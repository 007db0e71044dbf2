/** Uploads against a server on a real socket that breaks, refuses, is short of room, and forgets. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Refused } from '../../src/net/account';
import { PanelFile } from '../../src/exhibitor/panelFile';
import { Uploads, type Sending } from '../../src/exhibitor/uploads';
import { TusServer } from './tusServer';

const CONTENT = 'glTF'.repeat(500);
/** In Node, tus takes buffers. */
const FILE = Object.assign(Buffer.from(CONTENT), { name: 'chair.glb', size: CONTENT.length }) as unknown as File;
const FULL = { status: 507, code: 'disk_full', message: 'The disk is full.' };

let server: TusServer;
let endpoint: string;
let uploads: Uploads;
let signedOut: number;
let done: number;

beforeEach(async () => {
  vi.stubGlobal('window', globalThis);
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('navigator', {});
  server = new TusServer();
  endpoint = await server.open();
  signedOut = done = 0;
  uploads = new Uploads(() => { signedOut += 1; }, endpoint);
  uploads.onChange((_, finished) => { done += finished ? 1 : 0; });
});

afterEach(async () => {
  await uploads.cancel('tea');
  server.close();
  vi.unstubAllGlobals();
});

/** As much of the browser's locks as is asked for here: exclusive ones, in the order of their requests. */
class Locks {
  readonly #held = new Map<string, Promise<unknown>>();

  async request(name: string, ...rest: unknown[]): Promise<unknown> {
    const act = rest.at(-1) as (lock: object | null) => unknown;
    const before = this.#held.get(name);
    if (before && rest.length > 1) return act(null);
    const mine = Promise.resolve(before).then(() => act({}));
    const held = mine.finally(() => this.#held.get(name) === held && this.#held.delete(name));
    this.#held.set(name, held);
    return mine;
  }
}

const state = (): Sending['state'] | undefined => uploads.of('tea')?.state;
const came = (): string[] => [...server.kept.values()].map(({ data }) => data.toString());
const until = (what: () => void): Promise<void> => vi.waitFor(what, { timeout: 10_000, interval: 5 });

/** The page sends and waits for room; a second one was given the same file meanwhile. */
async function besideAnother(): Promise<{ second: Uploads; finished: () => number }> {
  vi.stubGlobal('navigator', { locks: new Locks() });
  server.refuse('PATCH', FULL);
  await uploads.start('tea', FILE);
  await until(() => expect(state()).toBe('waiting'));
  const second = new Uploads(() => undefined, endpoint);
  let count = 0;
  second.onChange((_, finished) => { count += finished ? 1 : 0; });
  await second.start('tea', FILE);
  return { second, finished: () => count };
}

test('a file gets there', async () => {
  await uploads.start('tea', FILE);
  await until(() => expect(done).toBe(1));
  expect(came()).toEqual([CONTENT]);
  expect(uploads.of('tea')).toBeNull();
});

test('after a cut it goes on from where it was', async () => {
  server.cutAfter = 700;
  await uploads.start('tea', FILE);
  await until(() => expect(state()).toBe('broken'));
  await until(() => expect(done).toBe(1));
  expect(came()).toEqual([CONTENT]);
  expect(server.requests).toEqual(['POST', 'PATCH', 'HEAD', 'PATCH']);
});

test.each([
  [FULL],
  [{ status: 503, code: 'objects_unreachable', message: 'The bucket is away.' }],
  [{ status: 429, code: 'too_many_uploads', message: 'Too many uploads at once: 3 at most.' }],
])('what the server cannot take now waits with its words, and goes on when somebody says so: %o', async (refusal) => {
  server.refuse('POST', refusal);
  await uploads.start('tea', FILE);
  await until(() => expect(state()).toBe('waiting'));
  expect(uploads.of('tea')?.reason).toBe(refusal.message);
  expect(server.requests).toEqual(['POST']);
  uploads.again('tea');
  await until(() => expect(done).toBe(1));
});

test('what is all there is not sent once more because the server cannot answer where to go on', async () => {
  server.refuse('PATCH', FULL);
  server.refuse('HEAD', { status: 503 });
  await uploads.start('tea', FILE);
  await until(() => expect(state()).toBe('waiting'));
  uploads.again('tea');
  await until(() => expect(server.requests).toEqual(['POST', 'PATCH', 'HEAD']));
  await until(() => expect(uploads.of('tea')).toMatchObject({ state: 'waiting', reason: FULL.message }));
  uploads.again('tea');
  await until(() => expect(done).toBe(1));
  expect(server.kept.size).toBe(1);
});

test('one that the server forgot is sent once more', async () => {
  server.refuse('PATCH', FULL);
  await uploads.start('tea', FILE);
  await until(() => expect(state()).toBe('waiting'));
  server.kept.clear();
  uploads.again('tea');
  await until(() => expect(done).toBe(1));
  expect(came()).toEqual([CONTENT]);
});

test.each(['POST', 'PATCH'])('who presses twice sends it once: after a refused %s', async (method) => {
  server.refuse(method, FULL);
  await uploads.start('tea', FILE);
  await until(() => expect(state()).toBe('waiting'));
  server.requests.length = 0;
  uploads.again('tea');
  expect(state()).toBe('sending');
  uploads.again('tea');
  await until(() => expect(done).toBe(1));
  expect(server.requests).toEqual([method === 'POST' ? 'POST' : 'HEAD', 'PATCH']);
  expect(came()).toEqual([CONTENT]);
});

test('one that is cancelled as it is tried again is not sent', async () => {
  server.refuse('PATCH', FULL);
  await uploads.start('tea', FILE);
  await until(() => expect(state()).toBe('waiting'));
  server.requests.length = 0;
  uploads.again('tea');
  await uploads.cancel('tea');
  await uploads.start('milk', FILE);
  await until(() => expect(done).toBe(1));
  expect(server.requests.filter((method) => method !== 'DELETE')).toEqual(['POST', 'PATCH']);
  expect(server.kept.size).toBe(1);
});

test('the pause of one that was cancelled ends with it', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    server.refuse('POST', FULL);
    await uploads.start('tea', FILE);
    while (state() !== 'waiting') await new Promise(setImmediate);
    expect(vi.getTimerCount()).toBe(1);
    await uploads.cancel('tea');
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test('a second page tells that another one sends the file, how far it is, and when it is there', async () => {
  const { second, finished } = await besideAnother();
  expect(second.of('tea')).toMatchObject({ state: 'elsewhere', name: 'chair.glb', total: CONTENT.length, notTaken: 'chair.glb' });
  // A file that is dropped there is told to be not taken, not swallowed.
  await second.start('tea', Object.assign(Buffer.from(CONTENT), { name: 'table.glb' }) as unknown as File);
  expect(second.of('tea')).toMatchObject({ state: 'elsewhere', name: 'chair.glb', notTaken: 'table.glb' });
  server.cutAfter = 700;
  server.refuse('PATCH', FULL);
  uploads.again('tea');
  await until(() => expect(second.of('tea')?.sent).toBe(700));
  await until(() => expect(state()).toBe('waiting'));
  expect(finished()).toBe(0);
  uploads.again('tea');
  await until(() => expect(finished()).toBe(1));
  expect(came()).toEqual([CONTENT]);
  expect(second.of('tea')).toBeNull();
});

test.each([
  ['cancelled', '', () => uploads.cancel('tea')],
  ['refused', 'Not a model.', async () => {
    server.refuse('PATCH', { status: 415, code: 'file_kind_refused', message: 'Not a model.' });
    uploads.again('tea');
  }],
] as const)('a second page tells that it was %s in the first, and takes another file then', async (state_, reason, end) => {
  const { second, finished } = await besideAnother();
  await end();
  await until(() => expect(second.of('tea')).toMatchObject({ state: state_, reason, name: 'chair.glb' }));
  expect(finished()).toBe(0);
  await second.cancel('tea');
  expect(second.of('tea')).toBeNull();
  await second.start('tea', FILE);
  await until(() => expect(finished()).toBe(1));
});

test('what will never be taken ends with the server\'s words', async () => {
  server.refuse('POST', { status: 409, code: 'too_many_versions', message: 'A booth may have 60 versions at most.' });
  await uploads.start('tea', FILE);
  await until(() => expect(state()).toBe('refused'));
  expect(uploads.of('tea')?.reason).toBe('A booth may have 60 versions at most.');
  uploads.again('tea');
  expect(state()).toBe('refused');
  await uploads.cancel('tea');
  expect(uploads.of('tea')).toBeNull();
  expect(server.requests).toEqual(['POST']);
});

test('who is signed out is told', async () => {
  server.refuse('POST', { status: 401, code: 'not_signed_in', message: 'Sign in.' });
  await uploads.start('tea', FILE);
  await until(() => expect(signedOut).toBe(1));
});

test('a cancelled one is forgotten by the server, and another file of its booth is another upload', async () => {
  server.refuse('PATCH', FULL);
  await uploads.start('tea', FILE);
  await until(() => expect(state()).toBe('waiting'));
  await uploads.cancel('tea');
  expect(uploads.of('tea')).toBeNull();
  expect(server.kept.size).toBe(0);
  await uploads.start('tea', FILE);
  await until(() => expect(done).toBe(1));
  expect(came()).toEqual([CONTENT]);
});

test('a panel\'s file tells at once what the server is short of, and goes on where it was', async () => {
  server.refuse('PATCH', FULL);
  const file = new PanelFile('tea', FILE, () => undefined, endpoint);
  await expect(file.send()).rejects.toEqual(new Refused('disk_full', 'The disk is full.', 507, []));
  expect(file.mayGoOn).toBe(true);
  expect(await file.send()).toBe('an-object');
  expect(server.requests).toEqual(['POST', 'PATCH', 'HEAD', 'PATCH']);
});

test('a panel\'s file that is none is refused for good', async () => {
  server.refuse('PATCH', { status: 415, code: 'file_kind_refused', message: 'Not a picture.' });
  const file = new PanelFile('tea', FILE, () => undefined, endpoint);
  await expect(file.send()).rejects.toThrow('Not a picture.');
  expect(file.mayGoOn).toBe(false);
});
