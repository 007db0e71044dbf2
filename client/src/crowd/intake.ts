/**
 * Frames between the wire and the crowd. A frame of a tick is taken in at once; the FULL frame of a full hall is cut up and goes in
 * over several frames of the page, and what comes meanwhile waits behind it, in order.
 */
import type { FrameReader } from '../protocol/poses';
import type { Crowd } from './crowd';

/** A tick's frame has some 200 to 500 records; a FULL one two for each visitor. */
const AT_ONCE_RECORDS = 1024;
/** What a frame of the page may spend on it. */
const BUDGET_MS = 1;
const STEP_RECORDS = 256;
/** A page in the background runs no frames: beyond so many that wait, all are taken in where they come. */
const WAITING_MAX_COUNT = 32;

interface Waiting {
  reader: FrameReader;
  came_s: number;
}

export class Intake {
  readonly #waiting: Waiting[] = [];

  constructor(private readonly crowd: Crowd, private readonly clock_ms: () => number = () => performance.now()) {}

  /** Frames that are not wholly in the crowd yet. */
  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** A frame came. Throws ProtocolError. */
  receive(bytes: Uint8Array, now_s: number): void {
    const waiting = { reader: this.crowd.reader(bytes), came_s: now_s };
    if (this.#waiting.length === 0 && !this.crowd.take(waiting.reader, now_s, AT_ONCE_RECORDS)) return;
    this.#waiting.push(waiting);
    if (this.#waiting.length > WAITING_MAX_COUNT) this.#work(Infinity);
  }

  /** Go on with what waits. Call once a frame. */
  work(): void {
    if (this.#waiting.length > 0) this.#work(this.clock_ms() + BUDGET_MS);
  }

  #work(until_ms: number): void {
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      while (this.crowd.take(first.reader, first.came_s, STEP_RECORDS)) {
        if (this.clock_ms() >= until_ms) return;
      }
      this.#waiting.shift();
      if (this.clock_ms() >= until_ms) return;
    }
  }
}
