/** What `/api/measurements` gives: columns of equal length, the oldest first. */
import { send } from '../net/account';

export const QUANTITIES = [
  'visitors', 'observers', 'queue', 'tick_p50_ms', 'tick_p99_ms', 'bytes_sent_s', 'messages_s', 'skipped_s', 'errors', 'uploads', 'memory_mb',
] as const;
export type Quantity = (typeof QUANTITIES)[number];

export interface Firing {
  alert: string;
  value: number;
  limit: number;
  at_ms: number;
}

/** Out of bounds, and not for long enough to alarm. */
export interface Passed {
  alert: string;
  value: number;
  limit: number;
  for_s: number;
}

export interface Measurements {
  period_s: number;
  samples: Record<Quantity | 'at_ms', number[]>;
  limits: Partial<Record<Quantity, number>>;
  firing: Firing[];
  passed: Passed[];
  /** How long a value must be out of bounds to alarm. */
  holds_s: number;
}

const HOUR_MS = 3_600_000;

/** The hour as the page knows it: asks for what is new alone. */
export class Hour {
  readonly #columns = new Map<Quantity | 'at_ms', number[]>([['at_ms', []], ...QUANTITIES.map((name) => [name, []] as [Quantity, number[]])]);
  limits: Measurements['limits'] = {};
  firing: readonly Firing[] = [];
  passed: readonly Passed[] = [];
  holds_s = 0;
  period_s = 10;

  column(name: Quantity | 'at_ms'): readonly number[] {
    return this.#columns.get(name) as readonly number[];
  }

  async read(): Promise<void> {
    this.add(await send<Measurements>('GET', `/api/measurements?after=${this.column('at_ms').at(-1) ?? 0}`));
  }

  get isEmpty(): boolean {
    return this.column('at_ms').length === 0;
  }

  add({ samples, ...said }: Measurements): void {
    for (const [name, column] of this.#columns) column.push(...samples[name]);
    const at = this.column('at_ms');
    const old = at.findIndex((at_ms) => at_ms > (at.at(-1) ?? 0) - HOUR_MS);
    if (old > 0) for (const column of this.#columns.values()) column.splice(0, old);
    Object.assign(this, said);
  }
}
