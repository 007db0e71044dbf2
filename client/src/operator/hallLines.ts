/** What was said in the watched hall, the oldest first: what the server keeps of it, and each line as it is said. */
import type { SaidLine } from './api';

/** More than is read at a glance, and what was asked for of earlier. */
export const KEPT_COUNT = 400;

export class HallLines {
  #lines: readonly SaidLine[] = [];

  get lines(): readonly SaidLine[] {
    return this.#lines;
  }

  forget(): void {
    this.#lines = [];
  }

  /** Somebody said it just now. */
  add(line: SaidLine): void {
    this.#lines = [...this.#lines, line].slice(-KEPT_COUNT);
  }

  /** What was said lately, beside what came meanwhile. */
  take(read: readonly SaidLine[]): void {
    this.#lines = this.#beside(read).slice(-KEPT_COUNT);
  }

  /** What was said before: the earliest stay, for they were asked for. */
  takeEarlier(read: readonly SaidLine[]): void {
    this.#lines = this.#beside(read).slice(0, KEPT_COUNT);
  }

  #beside(read: readonly SaidLine[]): SaidLine[] {
    const all = new Map([...this.#lines, ...read].map((line) => [line.line, line]));
    return [...all.values()].sort((one, other) => one.line - other.line);
  }

  clear(numbers: ReadonlySet<number>): void {
    this.#lines = this.#lines.map((line) => (numbers.has(line.line) ? { ...line, cleared: true } : line));
  }
}
