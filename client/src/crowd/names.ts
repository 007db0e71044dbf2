/**
 * Who the visitors near are. Names are not in frames: they are asked for, a batch at a time, and kept by id.
 *
 * An id is asked for once; it is asked again when no answer came within `ASK_AGAIN_S`. Ids are never reused for somebody
 * else while a page lives in a hall, so what is kept stays true until the server says otherwise.
 */
import { WHO_MAX_IDS, type Badge, type Person } from '../protocol/generated';
import type { Crowd } from './crowd';

export interface Name {
  name: string;
  badge: Badge;
}

const INTERVAL_S = 0.4;
const ASK_AGAIN_S = 5;
const RANGE_M = 25;
/** A full hall is 10,000; what is beyond this was near long ago. */
const KEPT_MAX_COUNT = 4096;

export class Names {
  readonly byId = new Map<number, Name>();
  readonly #asked = new Map<number, number>();
  #next_s = 0;
  readonly #place = new Float32Array(4);

  /** The ids to ask for now, nearest first as slots come; empty most of the time. */
  wanted(crowd: Crowd, x: number, z: number, now_s: number): number[] {
    if (now_s < this.#next_s) return [];
    this.#next_s = now_s + INTERVAL_S;
    const t = now_s - crowd.epoch;
    const near: { id: number; metres: number }[] = [];
    for (let slot = 0; slot < crowd.extent; slot += 1) {
      if (crowd.present[slot] === 0 || slot === crowd.selfSlot) continue;
      const id = crowd.ids[slot] as number;
      if (this.byId.has(id) || now_s - (this.#asked.get(id) ?? -Infinity) < ASK_AGAIN_S) continue;
      const place = crowd.positionAt(slot, t, this.#place);
      const metres = Math.hypot((place[0] as number) - x, (place[2] as number) - z);
      if (metres <= RANGE_M) near.push({ id, metres });
    }
    near.sort((a, b) => a.metres - b.metres);
    const ids = near.slice(0, WHO_MAX_IDS).map(({ id }) => id);
    for (const id of ids) this.#asked.set(id, now_s);
    return ids;
  }

  learn(people: readonly Person[]): void {
    for (const { id, name, badge } of people) {
      this.byId.delete(id);
      this.byId.set(id, { name, badge: badge ?? '' });
      this.#asked.delete(id);
    }
    while (this.byId.size > KEPT_MAX_COUNT) this.byId.delete(this.byId.keys().next().value as number);
    while (this.#asked.size > KEPT_MAX_COUNT) this.#asked.delete(this.#asked.keys().next().value as number);
  }

  /** Another hall, or a server that began anew: ids mean others now. */
  clear(): void {
    this.byId.clear();
    this.#asked.clear();
  }
}
