/**
 * What a page reads again and again while it is seen: one reading at a time, so that no earlier answer comes after a later one, and once
 * more as soon as somebody comes back to the page.
 */

interface RereadingParts {
  read(): Promise<void>;
  /** From the end of one reading to the beginning of the next. */
  every_ms: number;
  /** Told after each reading whether what is seen is not as it is now. */
  told?(stale: boolean): void;
  page?: Pick<Document, 'hidden' | 'addEventListener' | 'removeEventListener'>;
}

export class Rereading {
  readonly #page: NonNullable<RereadingParts['page']>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reading: Promise<void> | null = null;
  #wantedAgain = false;
  #stopped = false;

  /** The first reading is after `every_ms`, or with {@link now}. */
  constructor(private readonly parts: RereadingParts) {
    this.#page = parts.page ?? document;
    this.#page.addEventListener('visibilitychange', this.#seen);
    this.#soon();
  }

  /** Reads at once; while it is being read, once more afterwards, for what is on its way may be of before. Never rejects. */
  now(): Promise<void> {
    if (this.#reading) this.#wantedAgain = true;
    else this.#reading = this.#read().finally(() => { this.#reading = null; });
    return this.#reading as Promise<void>;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#page.removeEventListener('visibilitychange', this.#seen);
  }

  readonly #seen = (): void => {
    if (!this.#page.hidden) void this.now();
  };

  async #read(): Promise<void> {
    clearTimeout(this.#timer);
    do {
      this.#wantedAgain = false;
      let stale = false;
      await this.parts.read().catch(() => { stale = true; });
      if (this.#stopped) return;
      this.parts.told?.(stale);
    } while (this.#wantedAgain);
    this.#soon();
  }

  #soon(): void {
    this.#timer = setTimeout(() => {
      if (this.#page.hidden) this.#soon();
      else void this.now();
    }, this.parts.every_ms);
  }
}
