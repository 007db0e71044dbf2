/**
 * News of a hall's published booths: when they are others than those that are shown, they are asked for once, at a time of
 * one's own within what the server says, and again when they do not come.
 *
 *     news.told(hall, revision, spread_s)    // `booths`, or the revision of a welcome
 *     news.shows(hall, revision)             // what the hall came with
 *
 * No DOM, no three; time and randomness are given.
 */
import type { HallDescriptor } from '../net/api';

export type Booths = Pick<HallDescriptor, 'booths' | 'booths_revision'>;

export interface BoothNewsParts {
  fetch(hall: string): Promise<Booths>;
  /** These are the booths of this hall; called only where they differ from those shown. */
  show(hall: string, booths: Booths): void;
  /** Seconds from now: the returned function takes it back. */
  after(seconds: number, run: () => void): () => void;
  random(): number;
}

const RETRY_S = [1, 3, 10, 30] as const;

export class BoothNews {
  #shown: { hall: string; revision: number } | null = null;
  #wanted: { hall: string; revision: number } | null = null;
  #cancel: (() => void) | null = null;
  #tries = 0;

  constructor(private readonly parts: BoothNewsParts) {}

  told(hall: string, revision: number, spread_s: number): void {
    this.#wanted = { hall, revision };
    this.#tries = 0;
    this.#plan(this.parts.random() * spread_s);
  }

  /** The hall is on the screen, with these booths. */
  shows(hall: string, revision: number): void {
    this.#shown = { hall, revision };
    this.#plan(0);
  }

  dispose(): void {
    this.#cancel?.();
    this.#shown = null;
  }

  #plan(seconds: number): void {
    this.#cancel?.();
    this.#cancel = null;
    const { hall, revision } = this.#wanted ?? {};
    if (hall === undefined || this.#shown?.hall !== hall || this.#shown.revision === revision) return;
    this.#cancel = this.parts.after(seconds, () => void this.#ask(hall));
  }

  async #ask(hall: string): Promise<void> {
    this.#cancel = null;
    try {
      const booths = await this.parts.fetch(hall);
      if (this.#shown?.hall !== hall) return;
      this.#tries = 0;
      if (this.#shown.revision === booths.booths_revision) return;
      this.#shown = { hall, revision: booths.booths_revision };
      this.parts.show(hall, booths);
    } catch {
      const seconds = RETRY_S[Math.min(this.#tries, RETRY_S.length - 1)] as number;
      this.#tries += 1;
      this.#plan(seconds * (1 + this.parts.random()));
    }
  }
}
