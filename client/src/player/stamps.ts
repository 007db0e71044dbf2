/** Check-in points reached, kept in this browser, hall by hall. */

const KEY = 'yuanzhan.stamps';

export class Stamps {
  readonly #byHall: Record<string, string[]>;

  constructor(private readonly storage: () => Storage = () => window.localStorage) {
    this.#byHall = this.#read();
  }

  of(hall: string): readonly string[] {
    return Object.hasOwn(this.#byHall, hall) ? (this.#byHall[hall] as string[]) : [];
  }

  /** True when the stamp is new. */
  add(hall: string, checkin: string): boolean {
    if (this.of(hall).includes(checkin)) return false;
    this.#byHall[hall] = [...this.of(hall), checkin];
    try {
      this.storage().setItem(KEY, JSON.stringify(this.#byHall));
    } catch {
      // Without storage the stamps live as long as the page.
    }
    return true;
  }

  #read(): Record<string, string[]> {
    try {
      const value: unknown = JSON.parse(this.storage().getItem(KEY) ?? '{}');
      if (typeof value !== 'object' || value === null) return {};
      return Object.fromEntries(
        Object.entries(value).filter((entry): entry is [string, string[]] => Array.isArray(entry[1])),
      );
    } catch {
      return {};
    }
  }
}
