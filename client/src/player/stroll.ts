/** Walking by itself to a place that was tapped, until there, stuck, or taken over by the visitor's own hands. */
import type { Intent } from '../input/intent';
import type { Walker } from './walker';

const NEAR_M = 0.25;
const STUCK_S = 0.6;
const STUCK_SPEED = 0.2;
const TURN_RATE = 2.2;

export interface Goal {
  x: number;
  z: number;
  /** How near is there. */
  within_m: number;
  arrived?: () => void;
}

export class Stroll {
  #goal: Goal | null = null;
  #stuck_s = 0;

  get goal(): Goal | null {
    return this.#goal;
  }

  to(goal: Goal): void {
    this.#goal = goal;
    this.#stuck_s = 0;
  }

  stop(): void {
    this.#goal = null;
  }

  /** Put the way to the goal into the intent; returns the heading to walk along, or null when there is no goal. */
  steer(walker: Walker, intent: Intent, dt_s: number): number | null {
    const goal = this.#goal;
    if (!goal) return null;
    if (intent.forward !== 0 || intent.right !== 0) {
      this.#goal = null;
      return null;
    }
    const dx = goal.x - walker.x;
    const dz = goal.z - walker.z;
    this.#stuck_s = walker.speed < STUCK_SPEED ? this.#stuck_s + dt_s : 0;
    if (Math.hypot(dx, dz) <= Math.max(NEAR_M, goal.within_m) || this.#stuck_s > STUCK_S) {
      this.#goal = null;
      if (this.#stuck_s <= STUCK_S) goal.arrived?.();
      return null;
    }
    const heading = Math.atan2(-dx, -dz);
    const off = heading - walker.yaw - Math.PI * 2 * Math.round((heading - walker.yaw) / (Math.PI * 2));
    intent.forward = 1;
    // The eyes turn towards the goal, unless the visitor looks around.
    if (intent.turn === 0) intent.turn = Math.sign(off) * Math.min(Math.abs(off), TURN_RATE * dt_s);
    return heading;
  }
}
