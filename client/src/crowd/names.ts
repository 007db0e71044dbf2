/**
 * Who the visitors near are. Names are not in frames: they are asked for, a batch at a time, and kept by id. The nearest come
 * first, for only they wear a name; when all of them are known, those around are asked for too, slowly, so that staff among them is.
 *
 * An id is asked for once; it is asked again when no answer came within `ASK_AGAIN_S`. What is known of somebody goes when they
 * go: after 256 others in the same slot their id is somebody else's.
 */
import { MOTION_STRIDE } from '../avatars/crowdView';
import { WHO_MAX_IDS, type Badge, type Person } from '../protocol/generated';
import { Best } from './best';
import type { Crowd } from './crowd';

export interface Name {
  name: string;
  badge: Badge;
}

const INTERVAL_S = 0.4;
/** Whichever way one turns, those who could wear a name next are among these. */
const NEAREST_COUNT = 48;
/** In a crush thousands are in range, most of whom will never be near. */
const AROUND_INTERVAL_S = 2;
const ASK_AGAIN_S = 5;
/** A little further than names are shown. */
const RANGE_M = 20;
/** Where x, y, z of a segment's end are in `motion`. */
const TO = 4;
/** A full hall is 10,000; what is beyond this was near long ago. */
const KEPT_MAX_COUNT = 4096;
const NONE: readonly number[] = [];

export class Names {
  readonly byId = new Map<number, Name>();
  readonly #asked = new Map<number, number>();
  readonly #nearest = new Best(NEAREST_COUNT);
  readonly #around = new Best(WHO_MAX_IDS);
  #next_s = 0;
  #nextAround_s = 0;

  /** The ids to ask for now, nearest first; none most of the time. */
  wanted(crowd: Crowd, x: number, z: number, now_s: number): readonly number[] {
    if (now_s < this.#next_s) return NONE;
    this.#next_s = now_s + INTERVAL_S;
    this.#look(crowd, x, z, this.#nearest, () => true);
    const near = this.#unknown(crowd, this.#nearest, now_s);
    if (near.length > 0 || now_s < this.#nextAround_s) return near;
    this.#nextAround_s = now_s + AROUND_INTERVAL_S;
    this.#look(crowd, x, z, this.#around, (id) => this.#isUnknown(id, now_s));
    return this.#unknown(crowd, this.#around, now_s);
  }

  /** By where they are going: near enough, and cheap for ten thousand. */
  #look(crowd: Crowd, x: number, z: number, best: Best, counts: (id: number) => boolean): void {
    const { extent, ids, motion, present } = crowd;
    best.clear();
    for (let slot = 0; slot < extent; slot += 1) {
      if (present[slot] === 0 || slot === crowd.selfSlot) continue;
      const dx = (motion[slot * MOTION_STRIDE + TO] as number) - x;
      const dz = (motion[slot * MOTION_STRIDE + TO + 2] as number) - z;
      const squared = dx * dx + dz * dz;
      if (squared <= RANGE_M * RANGE_M && best.wouldTake(squared) && counts(ids[slot] as number)) best.offer(slot, squared);
    }
  }

  /** Of these, the ids that nobody told yet; they count as asked from now on. */
  #unknown(crowd: Crowd, best: Best, now_s: number): readonly number[] {
    const ids: number[] = [];
    for (let i = 0; i < best.count; i += 1) {
      const id = crowd.ids[best.slots[i] as number] as number;
      if (this.#isUnknown(id, now_s)) ids.push(id);
    }
    for (const id of ids) this.#asked.set(id, now_s);
    return ids;
  }

  #isUnknown(id: number, now_s: number): boolean {
    return !this.byId.has(id) && now_s - (this.#asked.get(id) ?? -Infinity) >= ASK_AGAIN_S;
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

  /** This visitor left. */
  forget(id: number): void {
    this.byId.delete(id);
    this.#asked.delete(id);
  }

  /** Another hall, or a server that began anew: ids mean others now. */
  clear(): void {
    this.byId.clear();
    this.#asked.clear();
  }
}
