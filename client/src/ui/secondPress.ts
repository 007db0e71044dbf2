/** How soon a second press counts: no double-click is one. */
export const SOONEST_MS = 600;
/** And how late: whoever comes back to the page later is asked again. */
export const LATEST_MS = 10_000;

/** What asks once more before it is done: the second press counts, neither too soon after the first nor too late. */
export class SecondPress {
  #counted_ms = -Infinity;
  #isAsked = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param asks told when it begins to ask and when it asks no more */
  constructor(private readonly asks: (isAsked: boolean) => void) {}

  /** True where it is to be done; from then on it asks anew. */
  press(): boolean {
    const now_ms = performance.now();
    // Neither the second press nor, after it was done, the first of another round.
    if (now_ms - this.#counted_ms < SOONEST_MS) return false;
    this.#counted_ms = now_ms;
    if (this.#isAsked) {
      this.disarm();
      return true;
    }
    this.#tell(true);
    this.#timer = setTimeout(() => this.disarm(), LATEST_MS);
    return false;
  }

  disarm(): void {
    clearTimeout(this.#timer);
    if (this.#isAsked) this.#tell(false);
  }

  #tell(isAsked: boolean): void {
    this.#isAsked = isAsked;
    this.asks(isAsked);
  }
}
