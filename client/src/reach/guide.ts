/**
 * Leading a visitor to a booth: which one, the way there over this hall's floor, and when they have come.
 *
 * The booth may stand in another hall: until the visitor is there, there is no way yet. No DOM, no three; time is given.
 */
import type { HallDescriptor } from '../net/api';
import type { Floor } from '../player/floor';
import { lengthOf, Route, type Point } from '../player/route';

export interface Goal {
  /** The letter that led here. */
  id: string;
  hall: string;
  booth: string;
  title: () => string;
}

export interface GuideEvents {
  /** The way is this now; null: one is led nowhere. `metres` null: it is not known yet. */
  changed(goal: Goal | null, way: readonly Point[], metres: number | null): void;
  arrived(goal: Goal): void;
  /** The booth is not there any more. */
  gone(goal: Goal): void;
}

const INTERVAL_S = 0.4;
const AROUND_M = 2;
/** As the server has it: so far in front of a slot one sees it whole. */
const IN_FRONT_M = 1.5;
const NEAR_M = 6;
/** Who is there for so long has arrived; by then the server knows it too. */
const STAYED_S = 1;

export class Guide {
  goal: Goal | null = null;
  way: readonly Point[] = [];
  #route: Route | null = null;
  #made: { hall: HallDescriptor; revision: number } | null = null;
  #next_s = 0;
  /** Near the booth since then. */
  #near_s: number | null = null;

  constructor(private readonly events: GuideEvents) {}

  begin(goal: Goal): void {
    this.goal = goal;
    this.#forget();
    this.events.changed(goal, [], null);
  }

  stop(): void {
    if (!this.goal) return;
    this.goal = null;
    this.#forget();
    this.events.changed(null, [], null);
  }

  /** To be called in each frame of somebody who stands in a hall. */
  update(now_s: number, at: Point, hall: HallDescriptor, floor: Floor): void {
    const { goal } = this;
    if (!goal || now_s < this.#next_s) return;
    this.#next_s = now_s + INTERVAL_S;
    if (goal.hall !== hall.id) return this.#elsewhere(goal);
    const booth = hall.booths.find(({ id }) => id === goal.booth);
    const slot = hall.slots.find(({ id }) => id === booth?.slot);
    if (!booth || !slot) {
      this.stop();
      return this.events.gone(goal);
    }
    const reach_m = Math.hypot(slot.size_m[0], slot.size_m[2]) / 2 + AROUND_M;
    if (Math.hypot(slot.position[0] - at.x, slot.position[2] - at.z) <= reach_m) {
      this.#near_s ??= now_s;
      if (now_s - this.#near_s < STAYED_S) return;
      this.stop();
      return this.events.arrived(goal);
    }
    this.#near_s = null;
    if (this.#made?.hall !== hall || this.#made.revision !== hall.booths_revision) {
      this.#made = { hall, revision: hall.booths_revision };
      const ahead_m = slot.size_m[2] / 2 + IN_FRONT_M;
      const [x, z] = [slot.position[0] - Math.sin(slot.yaw) * ahead_m, slot.position[2] - Math.cos(slot.yaw) * ahead_m];
      this.#route = new Route(floor, floor.nearest(x, z, NEAR_M) ?? { x, z });
    }
    const way = this.#route?.from(at.x, at.z) ?? [];
    // Where no way is known, straight there is better than nothing.
    this.way = way.length > 1 ? way : [{ x: at.x, z: at.z }, this.#route?.target ?? { x: slot.position[0], z: slot.position[2] }];
    this.events.changed(goal, this.way, lengthOf(this.way));
  }

  /** In another hall there is no way to show. */
  #elsewhere(goal: Goal): void {
    if (this.way.length === 0) return;
    this.#forget();
    this.events.changed(goal, [], null);
  }

  #forget(): void {
    this.#route = null;
    this.#made = null;
    this.way = [];
    this.#near_s = null;
    this.#next_s = 0;
  }
}
