/**
 * Which hall the visitor is in: three things that change each at its own time, and how they come together.
 *
 *     wish      where the visitor wants to be: what the next hello or `go` asks for
 *     welcome   where the server has put the visitor, until they stand there
 *     halls     the hall that is shown, and the one that is being loaded, if any
 *
 * The server's word counts. A welcome to the shown hall ends what is being loaded; a welcome to another has that one loaded;
 * when both agree the visitor stands there. No DOM, no three, no clock.
 */
import type { Welcome } from '../protocol/generated';
import type { Address } from './address';

/** What is on the screen. */
export interface Halls {
  readonly shown: string | null;
  readonly loading: string | null;
  /** True when the hall is shown, false when another was asked for meanwhile; rejects when it does not come. */
  load(id: string): Promise<boolean>;
  /** Give up what is being loaded and stay with what is shown. */
  keep(): void;
}

export interface JourneyEvents {
  /** Ask the server to be taken there; false while there is no line. */
  ask(address: Address): boolean;
  /** The visitor is at this address now; `instead` of the one before, or after it. */
  at(address: Address, instead: boolean): void;
  /** Hall and place are both there: stand there. `asked`: to be elsewhere than before. */
  arrived(welcome: Welcome, at: string | null, asked: boolean): void;
  /** The hall did not come. */
  failed(error: unknown): void;
}

export class Journey {
  #wish: Address;
  #welcome: Welcome | null = null;
  #asked = true;
  #linked: boolean;

  /** @param linked the visitor followed a link here, rather than to come back to where they were */
  constructor(private readonly halls: Halls, wish: Address, private readonly events: JourneyEvents, linked = false) {
    this.#wish = wish;
    this.#linked = linked;
  }

  get wish(): Address {
    return this.#wish;
  }

  /** The visitor stands in the hall that is shown. */
  get settled(): boolean {
    return this.#welcome === null && this.halls.shown !== null;
  }

  /** The visitor has come to where they wished to be, and has asked for nothing else: whoever loses the line comes back here. */
  get there(): boolean {
    return this.settled && !this.#asked && this.#wish.hall === this.halls.shown;
  }

  /** Bring the wished hall, unless it is there or on its way. */
  bring(): void {
    const { hall } = this.#wish;
    if (this.halls.shown !== hall && this.halls.loading !== hall) void this.#load(hall);
  }

  /** To another hall or place; false while there is no line, and then it is what the next hello asks for. */
  go(address: Address): boolean {
    this.#wish = address;
    this.#asked = true;
    return this.events.ask(address);
  }

  /** The server did not take the visitor where they wanted. */
  refused(): void {
    const { shown } = this.halls;
    if (shown === null) return;
    this.#wish = { hall: shown, at: null };
    this.#asked = false;
    this.events.at(this.#wish, true);
  }

  /** The server took the visitor to another place of this hall. */
  moved(): void {
    if (this.#wish.hall !== this.halls.shown) return;
    this.#asked = false;
    this.events.at(this.#wish, false);
  }

  /** The wished hall is full, and the visitor waits for it. */
  queued(hall: string): void {
    if (this.#wish.hall !== hall) this.#wish = { hall, at: null };
    this.events.at(this.#wish, false);
    this.bring();
  }

  /** @param again the visitor stood there as an observer already, and is where they went from there */
  welcomed(welcome: Welcome, again = false): void {
    this.#welcome = welcome;
    const at = this.#wish.hall === welcome.hall && !again ? this.#wish.at : null;
    this.#wish = { hall: welcome.hall, at };
    this.events.at(this.#wish, false);
    if (this.halls.shown === welcome.hall) {
      this.halls.keep();
      this.#meet();
    } else this.bring();
    // Known from a moment ago one is where one was; the link leads to a place.
    if (this.#linked && welcome.resumed && at !== null) this.events.ask(this.#wish);
    this.#linked = false;
  }

  async #load(id: string): Promise<void> {
    try {
      if (await this.halls.load(id)) this.#meet();
    } catch (error) {
      this.events.failed(error);
    }
  }

  #meet(): void {
    const welcome = this.#welcome;
    if (welcome?.hall !== this.halls.shown || welcome === null) return;
    this.#welcome = null;
    const asked = this.#asked;
    this.#asked = false;
    this.events.arrived(welcome, this.#wish.at, asked);
  }
}
