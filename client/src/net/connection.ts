/**
 * The visitor's socket: joins a hall, stays in it, and comes back when the line breaks.
 *
 *     idle -> connecting -> joined -> waiting -> connecting -> ...
 *                 |  |       ^ |         |
 *                 |  +-> queued|         |       (the hall is full; the welcome comes by itself)
 *                 |        |   |         |
 *                 +--------+---+---------+--> ended (for a reason the visitor is told)
 *
 * Frames and messages go to the handlers; the connection keeps no picture of the hall. Socket, clock and randomness are
 * arguments, so that every path of it runs in a test.
 */
import { decodeControl, encodeControl } from '../protocol/codec';
import { ProtocolError } from '../protocol/errors';
import { Kind, SUBPROTOCOL, type ClientMessage, type Hello, type ServerMessage, type Welcome } from '../protocol/generated';
import { backoff_s } from './backoff';

export type ConnectionState = 'idle' | 'connecting' | 'queued' | 'joined' | 'waiting' | 'ended';
/** Why a connection ended for good. */
export type EndReason = 'left' | 'replaced' | 'hall_full' | 'no_such_hall' | 'bad_name' | 'bad_look' | 'refused'
  | 'removed' | 'banned' | 'hall_closed' | 'hall_locked';

export interface ConnectionHandlers {
  /** Makes the hello of this try; the connection adds the token that it holds. */
  hello(): Omit<Hello, 't' | 'token'>;
  welcome(message: Welcome): void;
  message(message: ServerMessage): void;
  frame(bytes: Uint8Array): void;
  /** `attempt` counts the tries since the line was lost; `wait_s` is how long until the next. */
  state(state: ConnectionState, detail: { attempt: number; wait_s: number; reason: EndReason | null }): void;
}

/** Where the resume token is kept between pages. */
export interface TokenStore {
  get(): string | null;
  set(token: string | null): void;
}

export interface ConnectionParts {
  open(url: string, protocol: string): WebSocket;
  random(): number;
  setTimer(callback: () => void, delay_s: number): number;
  clearTimer(timer: number): void;
}

const BROWSER_PARTS: ConnectionParts = {
  open: (url, protocol) => new WebSocket(url, protocol),
  random: Math.random,
  setTimer: (callback, delay_s) => window.setTimeout(callback, delay_s * 1000),
  clearTimer: (timer) => window.clearTimeout(timer),
};

/** A socket that says nothing for this long while joining is given up. */
const JOIN_TIMEOUT_S = 12;
/** After this many tries in a row the visitor is told that the server may be gone; trying goes on. */
export const TRIES_BEFORE_GONE = 5;

const END_BY_CODE: Readonly<Record<number, EndReason>> = {
  1000: 'left',
  4400: 'refused',
  4404: 'no_such_hall',
  4409: 'replaced',
  4411: 'refused',
  4430: 'removed',
  4431: 'banned',
  4432: 'hall_closed',
  4433: 'hall_locked',
  4503: 'hall_full',
};

export class Connection {
  #state: ConnectionState = 'idle';
  #socket: WebSocket | null = null;
  #timer: number | null = null;
  #attempt = 0;
  #retry_s = 0;
  #closingReason: string | null = null;

  constructor(
    private readonly url: string,
    private readonly handlers: ConnectionHandlers,
    private readonly tokens: TokenStore,
    private readonly parts: ConnectionParts = BROWSER_PARTS,
  ) {}

  get state(): ConnectionState {
    return this.#state;
  }

  /** Bytes that the browser has not sent yet; a pose is worth nothing behind a queue. */
  get bufferedBytes(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  start(): void {
    if (this.#state === 'connecting' || this.#state === 'queued' || this.#state === 'joined') return;
    this.#attempt = 0;
    this.#connect();
  }

  /** Try now instead of at the end of the wait. */
  retryNow(): void {
    if (this.#state !== 'waiting' && this.#state !== 'ended') return;
    this.#clearTimer();
    this.#connect();
  }

  send(message: ClientMessage): boolean {
    if ((this.#state !== 'joined' && this.#state !== 'queued') || !this.#socket) return false;
    this.#socket.send(encodeControl(message));
    return true;
  }

  sendPose(bytes: Uint8Array<ArrayBuffer>): boolean {
    if (this.#state !== 'joined' || !this.#socket) return false;
    this.#socket.send(bytes);
    return true;
  }

  /** Leave for good: the avatar goes at once and the token is forgotten. */
  leave(): void {
    this.send({ t: 'bye' });
    this.tokens.set(null);
    this.#end('left');
  }

  #connect(): void {
    this.#enter('connecting');
    this.#retry_s = 0;
    this.#closingReason = null;
    const socket = this.parts.open(this.url, SUBPROTOCOL);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    this.#timer = this.parts.setTimer(() => this.#lost(socket, 0), JOIN_TIMEOUT_S);
    socket.onopen = () => {
      const hello: Hello = { t: 'hello', ...this.handlers.hello(), token: this.tokens.get() };
      socket.send(encodeControl(hello));
    };
    socket.onmessage = (event: MessageEvent<ArrayBuffer>) => this.#received(socket, new Uint8Array(event.data));
    socket.onclose = (event) => this.#lost(socket, event.code);
  }

  #received(socket: WebSocket, bytes: Uint8Array): void {
    if (socket !== this.#socket) return;
    try {
      this.#dispatch(bytes);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      console.warn(`yuanzhan: ${error.message}; joining anew`);
      this.#lost(socket, 0);
    }
  }

  #dispatch(bytes: Uint8Array): void {
    const kind = bytes[0];
    if (kind === Kind.FRAME) this.handlers.frame(bytes);
    else if (kind === Kind.CONTROL) {
      const message = decodeControl(bytes);
      if (message) this.#control(message);
    }
  }

  #control(message: ServerMessage): void {
    if (message.t === 'welcome') {
      this.tokens.set(message.token);
      // Whoever hears the welcome may answer it.
      this.#arrive('joined');
      this.handlers.welcome(message);
    } else if (message.t === 'queued' && this.#state === 'connecting') {
      this.#arrive('queued');
    } else if (message.t === 'token') {
      this.tokens.set(message.token);
    } else if (message.t === 'closing') {
      this.#retry_s = message.retry_s ?? 0;
      this.#closingReason = message.reason;
    }
    this.handlers.message(message);
  }

  #lost(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) return;
    this.#drop();
    if (code === 4401) this.tokens.set(null);
    const reason = code === 4403 ? this.#refusal() : END_BY_CODE[code];
    if (reason) this.#end(reason);
    else this.#wait();
  }

  #refusal(): EndReason {
    return this.#closingReason === 'bad_look' ? 'bad_look' : 'bad_name';
  }

  #wait(): void {
    const wait_s = backoff_s(this.#attempt, this.parts.random, this.#retry_s);
    this.#attempt += 1;
    this.#enter('waiting', null, wait_s);
    this.#timer = this.parts.setTimer(() => {
      this.#timer = null;
      this.#connect();
    }, wait_s);
  }

  #end(reason: EndReason): void {
    this.#drop();
    this.#enter('ended', reason);
  }

  /** Forget the socket; what it still says is not heard. */
  #drop(): void {
    this.#clearTimer();
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(1000);
  }

  #clearTimer(): void {
    if (this.#timer !== null) this.parts.clearTimer(this.#timer);
    this.#timer = null;
  }

  /** The server has answered the hello. */
  #arrive(state: 'joined' | 'queued'): void {
    this.#clearTimer();
    this.#attempt = 0;
    this.#enter(state);
  }

  #enter(state: ConnectionState, reason: EndReason | null = null, wait_s = 0): void {
    this.#state = state;
    this.handlers.state(state, { attempt: this.#attempt, wait_s, reason });
  }
}

/** `wss` where the page came by https. */
export function socketUrl(location: Location): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`;
}
