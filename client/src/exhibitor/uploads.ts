/**
 * Files on their way to the server: one a booth, by tus, so that neither a broken connection nor a reload of the page loses what was
 * sent. The file itself is kept in the browser until the server has all of it; a page that is opened again goes on where it was.
 */
import { createStore, delMany, entries, get, set, type UseStore } from 'idb-keyval';
import { Upload } from 'tus-js-client';
import { ownHeaders } from '../net/account';
import { ApiError } from '../net/api';
import { backoff_s } from '../net/backoff';
import { faultOf } from './uploadFault';

export const ENDPOINT = '/api/uploads';
/** Small enough for proxies in front of a server, large enough that requests cost nothing. */
export const CHUNK_BYTES = 8 << 20;

/** Up to this size the file's hash is told, so that the server knows that all of it came as it was; a larger one would fill the memory of a phone. */
const HASHED_BYTES = 64 << 20;
/** What the server cannot take now it will not take a second later either: asked again after so long, and then twice as long. */
const PAUSE_S = 15;
const LONGEST_PAUSE_S = 240;
/** What became of another page's upload comes a little after its lock at most; of a page that was closed it never comes. */
const NEWS_MS = 1000;

export interface Sending {
  readonly booth: string;
  readonly name: string;
  readonly total: number;
  sent: number;
  /**
   * `broken`: the connection; it is tried again by itself. `waiting`: the server takes nothing now; asked again after a pause, or when
   * somebody says so. `refused`: the server will not have it. `elsewhere`: another page of this browser sends it. `cancelled`: it was
   * cancelled there.
   */
  state: 'sending' | 'broken' | 'waiting' | 'refused' | 'elsewhere' | 'cancelled';
  /** The server's words, when it waits or is refused. */
  reason: string;
  /** A file that was to be sent from here, while another page sends one. */
  notTaken?: string;
}

type Kept = { file: Blob; name: string; sha256: string };
/** What became of it. */
type End = { state: 'done' | 'refused' | 'cancelled'; reason: string };
/** What a page tells the others: how far it is, or what became of it. */
type News = { booth: string } & ({ sent: number } | { end: End });
/** `timer` counts the pause before the next try; 0 while a try is on its way. */
type Active = { sending: Sending; upload: Upload; timer: number; attempt: number; release: () => void };

/** The largest file that the server takes, in MB. Throws where it cannot be asked. */
export async function askLargest_mb(): Promise<number> {
  const answer = await fetch(ENDPOINT, { method: 'OPTIONS' });
  const bytes = Number(answer.headers.get('Tus-Max-Size'));
  if (!answer.ok || !(bytes > 0)) throw new ApiError('unreachable', 'the server did not say how much it takes');
  return Math.floor(bytes / (1 << 20));
}

export class Uploads {
  readonly #active = new Map<string, Active>();
  readonly #listeners = new Set<(booth: string, done: boolean) => void>();
  readonly #keep = openKeep();
  /** What other pages of this browser send, or did not get through with. */
  readonly #elsewhere = new Map<string, Sending>();
  /** Whoever waits for what becomes of it. */
  readonly #ends = new Map<string, (end: End) => void>();
  readonly #pages = 'BroadcastChannel' in globalThis ? new BroadcastChannel('yuanzhan-uploads') : null;

  /** @param onSignedOut the session ended; what is kept goes on after the next sign-in */
  constructor(private readonly onSignedOut: () => void, private readonly endpoint = ENDPOINT) {
    this.#pages?.addEventListener('message', ({ data }: MessageEvent<News>) => {
      if ('end' in data) return this.#ends.get(data.booth)?.(data.end);
      const sending = this.#elsewhere.get(data.booth);
      if (sending?.state !== 'elsewhere') return;
      sending.sent = data.sent;
      this.#tell(data.booth, false);
    });
    addEventListener('online', () => {
      for (const active of this.#active.values()) if (active.sending.state === 'broken') this.#again(active);
    });
  }

  of(booth: string): Sending | null {
    return this.#active.get(booth)?.sending ?? this.#elsewhere.get(booth) ?? null;
  }

  /** Hears of each step of any upload; `done` when the server has all of it. Returns the way to stop. */
  onChange(listener: (booth: string, done: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async start(booth: string, file: File): Promise<void> {
    if (this.#elsewhere.get(booth)?.state === 'elsewhere') return this.#turnAway(booth, file.name);
    await this.cancel(booth);
    const kept: Kept = { file, name: file.name, sha256: await sha256Of(file).catch(() => '') };
    if (!(await this.#send(booth, kept, null))) return this.#turnAway(booth, file.name);
    // What was kept before has no place any more, nor its address.
    void this.#forget(booth);
    void this.#remember(fileKey(booth), kept);
  }

  /** Goes on with what an earlier page had begun. */
  async resume(): Promise<void> {
    const kept = new Map(this.#keep ? await entries<string, unknown>(this.#keep).catch(() => []) : []);
    for (const [key, value] of kept) {
      const booth = boothOf(key);
      if (!booth || this.#active.has(booth)) continue;
      await this.#send(booth, value as Kept, (kept.get(urlKey(booth)) as string | undefined) ?? null);
    }
  }

  /** Asks again now, and not after the pause. */
  again(booth: string): void {
    const active = this.#active.get(booth);
    if (active && active.sending.state === 'waiting') this.#again(active);
  }

  /** Stops and has the server forget what it got; also how a refusal is taken note of. */
  async cancel(booth: string): Promise<void> {
    const active = this.#active.get(booth);
    if (!active) {
      // Another page's file is not forgotten: only that it did not get through.
      if (this.#elsewhere.get(booth)?.state !== 'elsewhere' && this.#elsewhere.delete(booth)) this.#tell(booth, false);
      return;
    }
    this.#end(active);
    if (active.sending.state !== 'refused') {
      await this.#forget(booth);
      this.#say({ booth, end: { state: 'cancelled', reason: '' } });
    }
    active.release();
    const terminate = active.sending.state !== 'refused' && active.upload.url !== null;
    // What cannot be told to the server now expires there by itself.
    await active.upload.abort(terminate).catch(() => undefined);
    this.#tell(booth, false);
  }

  /** False where another page sends. */
  async #send(booth: string, kept: Kept, url: string | null): Promise<boolean> {
    const { file, name, sha256 } = kept;
    const release = await onlyHere(booth);
    if (!release) {
      const theirs = (await this.#kept(booth)) ?? kept;
      this.#watch(booth, theirs.name, theirs.file.size);
      return false;
    }
    const sending: Sending = { booth, name, total: file.size, sent: 0, state: 'sending', reason: '' };
    const upload = new Upload(file, {
      endpoint: url ? null : this.endpoint, uploadUrl: url, chunkSize: CHUNK_BYTES, retryDelays: null, storeFingerprintForResuming: false,
      metadata: { filename: name, booth, ...(sha256 && { sha256 }) },
      onBeforeRequest: (request) => {
        // A try that had just begun when it was cancelled: tus itself would go on.
        if (this.#active.get(booth) !== active && request.getMethod() !== 'DELETE') throw new Error('cancelled');
        for (const [header, value] of Object.entries(ownHeaders())) request.setHeader(header, value);
      },
      onUploadUrlAvailable: () => {
        onlyGoOn(upload);
        void this.#remember(urlKey(booth), upload.url);
      },
      onProgress: (sent) => {
        Object.assign(sending, { sent, state: 'sending', reason: '' });
        this.#say({ booth, sent });
        this.#tell(booth, false);
      },
      onChunkComplete: () => {
        active.attempt = 0;
      },
      onSuccess: () => {
        this.#end(active);
        void this.#forget(booth).then(() => {
          this.#say({ booth, end: { state: 'done', reason: '' } });
          active.release();
          this.#tell(booth, true);
        });
      },
      onError: (error) => this.#broke(active, error),
    });
    const active: Active = { sending, upload, timer: 0, attempt: 0, release };
    this.#active.set(booth, active);
    this.#tell(booth, false);
    upload.start();
    return true;
  }

  /** Another page sends it: this one tells how far and what became of it, and goes on with what that page leaves behind. */
  #watch(booth: string, name: string, total: number): void {
    if (this.#elsewhere.get(booth)?.state === 'elsewhere') return;
    const sending: Sending = { booth, name, total, sent: 0, state: 'elsewhere', reason: '' };
    this.#elsewhere.set(booth, sending);
    const ended = new Promise<End>((resolve) => this.#ends.set(booth, resolve));
    this.#tell(booth, false);
    void navigator.locks.request(lockOf(booth), () => undefined).then(async () => {
      const end = await Promise.race([ended, new Promise<null>((resolve) => setTimeout(resolve, NEWS_MS, null))]);
      this.#ends.delete(booth);
      this.#elsewhere.delete(booth);
      await this.resume();
      if (this.of(booth)) return;
      if (end === null || end.state === 'done') return this.#tell(booth, true);
      this.#elsewhere.set(booth, Object.assign(sending, { state: end.state, reason: end.reason }));
      this.#tell(booth, false);
    });
  }

  /** A booth has one file at a time: this one was not sent. */
  #turnAway(booth: string, name: string): void {
    const sending = this.#elsewhere.get(booth);
    if (!sending) return;
    sending.notTaken = name;
    this.#tell(booth, false);
  }

  #say(news: News): void {
    this.#pages?.postMessage(news);
  }

  #broke(active: Active, error: Error): void {
    const { sending, upload } = active;
    if (this.#active.get(sending.booth) !== active) return;
    const { kind, words, after_s } = faultOf(error);
    if (kind === 'signed-out') return this.onSignedOut();
    if (kind === 'refused') {
      Object.assign(sending, { state: 'refused', reason: words });
      void this.#forget(sending.booth).then(() => {
        this.#say({ booth: sending.booth, end: { state: 'refused', reason: words } });
        active.release();
      });
      return this.#tell(sending.booth, false);
    }
    if (kind === 'gone') beginAnew(upload, this.endpoint);
    if (kind === 'waiting') {
      // The question where to go on is answered without words: what was said before holds.
      Object.assign(sending, { state: 'waiting', reason: words || sending.reason });
    } else {
      sending.state = 'broken';
    }
    const pause_s = Math.max(after_s, kind === 'waiting' ? Math.min(LONGEST_PAUSE_S, PAUSE_S * 2 ** active.attempt) : 0);
    active.timer = window.setTimeout(() => this.#again(active), backoff_s(active.attempt, Math.random, pause_s) * 1000);
    active.attempt += 1;
    this.#tell(sending.booth, false);
  }

  /** Nothing while a try is on its way: tus would run two at once. */
  #again(active: Active): void {
    if (active.timer === 0) return;
    clearTimeout(active.timer);
    active.timer = 0;
    if (active.sending.state === 'waiting') active.sending.state = 'sending';
    this.#tell(active.sending.booth, false);
    active.upload.start();
  }

  #end(active: Active): void {
    clearTimeout(active.timer);
    this.#active.delete(active.sending.booth);
  }

  #tell(booth: string, done: boolean): void {
    for (const listener of this.#listeners) listener(booth, done);
  }

  /* Where the browser keeps nothing (private windows, no room), the upload lives as long as the page. */
  async #remember(key: string, value: unknown): Promise<void> {
    if (this.#keep) await set(key, value, this.#keep).catch(() => undefined);
  }

  async #kept(booth: string): Promise<Kept | null> {
    return (this.#keep && await get<Kept>(fileKey(booth), this.#keep).catch(() => null)) ?? null;
  }

  async #forget(booth: string): Promise<void> {
    if (this.#keep) await delMany([fileKey(booth), urlKey(booth)], this.#keep).catch(() => undefined);
  }
}

/** An upload that the server has is gone on with: tus by itself sends all of it once more where the server only cannot answer now. */
export function onlyGoOn(upload: Upload): void {
  upload.options.endpoint = null;
}

/** The server knows the upload no more. */
export function beginAnew(upload: Upload, endpoint: string): void {
  upload.url = null;
  Object.assign(upload.options, { uploadUrl: null, endpoint });
}

/* The address of an upload lies beside its file: writing it must not write the file again. */
const fileKey = (booth: string): string => `file/${booth}`;
const urlKey = (booth: string): string => `url/${booth}`;
const boothOf = (key: string): string | null => (key.startsWith('file/') ? key.slice('file/'.length) : null);

function openKeep(): UseStore | null {
  return 'indexedDB' in globalThis ? createStore('yuanzhan-uploads', 'files') : null;
}

const lockOf = (booth: string): string => `yuanzhan-upload-${booth}`;

/** One page of this browser sends a booth's file: a second one would write into the same upload. Null where another page does. */
async function onlyHere(booth: string): Promise<(() => void) | null> {
  // Plain http has no locks; two pages then disturb each other, and tus sorts it out.
  if (!('locks' in navigator)) return () => undefined;
  return new Promise((resolve) => {
    void navigator.locks.request(lockOf(booth), { ifAvailable: true }, (lock) => {
      if (!lock) return resolve(null);
      return new Promise<void>((release) => resolve(release));
    });
  });
}

/** In hex; empty where it is too large, or where the page is not secure enough for the browser to tell. */
async function sha256Of(file: Blob): Promise<string> {
  if (file.size > HASHED_BYTES || !globalThis.crypto?.subtle) return '';
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
