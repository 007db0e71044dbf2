/** The operator's socket: watches one hall from outside, and comes back when the line breaks. */
import { socketUrl } from '../net/connection';
import { backoff_s } from '../net/backoff';
import { decodeControl, encodeControl } from '../protocol/codec';
import { ProtocolError } from '../protocol/errors';
import { CLOSE_CODES, Kind, SUBPROTOCOL, type Desk, type Overheard, type Population, type Watching } from '../protocol/generated';
import { Dots } from './dots';

export interface FeedEvents {
  dots(): void;
  watching(area: Watching): void;
  overheard(line: Overheard): void;
  changed(news: Desk): void;
  population(population: Population): void;
  people(people: readonly { id: number; name: string }[]): void;
  line(state: 'connected' | 'reconnecting'): void;
  /** The server lets it watch no more; true where the page goes elsewhere. */
  notAllowed(): Promise<boolean>;
}

export class Feed {
  readonly dots = new Dots();
  area: Watching | null = null;
  #socket: WebSocket | null = null;
  #hall = '';
  #attempt = 0;
  #timer = 0;

  constructor(private readonly events: FeedEvents) {}

  /** Watch this hall from now on. */
  watch(hall: string): void {
    if (hall === this.#hall) return;
    this.#hall = hall;
    this.area = null;
    this.dots.clear();
    if (this.#socket?.readyState === WebSocket.OPEN) this.#say({ t: 'watch', hall });
    else if (!this.#socket) this.#connect();
  }

  /** Names of these, as `people`. */
  who(ids: readonly number[]): void {
    if (this.#socket?.readyState === WebSocket.OPEN && ids.length > 0) this.#say({ t: 'who', ids });
  }

  #say(message: Parameters<typeof encodeControl>[0]): void {
    this.#socket?.send(encodeControl(message));
  }

  #connect(): void {
    clearTimeout(this.#timer);
    const socket = new WebSocket(socketUrl(location), SUBPROTOCOL);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    socket.onopen = () => this.#say({ t: 'watch', hall: this.#hall });
    socket.onmessage = (event: MessageEvent<ArrayBuffer>) => {
      try {
        this.#received(new Uint8Array(event.data));
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        socket.close(1000);
      }
    };
    socket.onclose = ({ code }) => {
      this.#socket = null;
      this.events.line('reconnecting');
      if (code !== CLOSE_CODES.not_allowed) return this.#connectSoon();
      void this.events.notAllowed().then((leaves) => {
        // Meanwhile another hall may have been asked for, on a line of its own.
        if (!leaves && !this.#socket) this.#connectSoon();
      });
    };
  }

  #connectSoon(): void {
    this.#timer = window.setTimeout(() => this.#connect(), backoff_s(this.#attempt, Math.random, 0) * 1000);
    this.#attempt += 1;
  }

  #received(bytes: Uint8Array): void {
    if (bytes[0] === Kind.DOTS) {
      if (!this.area) return;
      this.dots.read(bytes, this.area, performance.now());
      return this.events.dots();
    }
    if (bytes[0] !== Kind.CONTROL) return;
    const message = decodeControl(bytes);
    switch (message?.t) {
      case 'watching':
        // The answer for a hall that was left meanwhile.
        if (message.hall !== this.#hall) return;
        this.#attempt = 0;
        this.area = message;
        this.events.line('connected');
        return this.events.watching(message);
      // Of the hall that was left, until this one answers.
      case 'overheard': return this.area ? this.events.overheard(message) : undefined;
      case 'desk': return this.events.changed(message);
      case 'population': return this.events.population(message);
      case 'people': return this.area ? this.events.people(message.people) : undefined;
    }
  }
}
