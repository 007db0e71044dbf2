/**
 * What a visitor can do where it stands: sit, read, go through a portal, stamp a check-in point.
 *
 * Pure: places and a position in, the nearest fitting place out.
 */
import type { Booth, Checkin, HallDescriptor, Panel, Portal, Seat, Slot } from '../net/api';

const SEAT_REACH_M = 1.7;
const PANEL_REACH_M = 3;
const BOOTH_REACH_M = 2;
/** Things behind one's back count as this much further away. */
const BEHIND_PENALTY_M = 1.5;

export type Offer =
  | { kind: 'sit'; seat: Seat }
  | { kind: 'stand' }
  | { kind: 'read'; subject: Panel | Booth };

export interface Standpoint {
  x: number;
  z: number;
  yaw: number;
}

/** Places of one hall, with what is asked of them each frame. */
export class Places {
  readonly #slots: ReadonlyMap<string, Slot>;
  readonly #inside = new Set<string>();

  constructor(private readonly hall: HallDescriptor) {
    this.#slots = new Map(hall.slots.map((slot) => [slot.id, slot]));
  }

  /** The best thing to do here, or null. Who sits can only stand up; observers do not sit. */
  offer(at: Standpoint, seated: boolean, maySit = true): Offer | null {
    if (seated) return { kind: 'stand' };
    let best: Offer | null = null;
    let bestScore = Infinity;
    const consider = (offer: Offer, x: number, z: number, reach_m: number): void => {
      const metres = Math.hypot(x - at.x, z - at.z);
      if (metres > reach_m) return;
      const score = metres / reach_m + (isBehind(at, x, z) ? BEHIND_PENALTY_M / reach_m : 0);
      if (score < bestScore) {
        best = offer;
        bestScore = score;
      }
    };
    for (const seat of maySit ? this.hall.seats : []) consider({ kind: 'sit', seat }, seat.position[0], seat.position[2], SEAT_REACH_M);
    for (const panel of this.hall.panels) {
      consider({ kind: 'read', subject: panel }, panel.position[0], panel.position[2], PANEL_REACH_M + panel.size_m[0] / 2);
    }
    for (const booth of this.hall.booths) {
      const slot = this.#slots.get(booth.slot);
      if (!slot) continue;
      const reach_m = Math.hypot(slot.size_m[0], slot.size_m[2]) / 2 + BOOTH_REACH_M;
      consider({ kind: 'read', subject: booth }, slot.position[0], slot.position[2], reach_m);
    }
    return best;
  }

  /** The portal just walked into: once per entering, not when one starts inside it. */
  entered(at: Standpoint): Portal | null {
    let found: Portal | null = null;
    for (const portal of this.hall.portals) {
      const inside = within(at, portal);
      if (inside && !this.#inside.has(portal.id)) found = portal;
      if (inside) this.#inside.add(portal.id);
      else if (!within(at, portal, 0.5)) this.#inside.delete(portal.id);
    }
    return found;
  }

  /** Put somewhere at once: portals that one now stands in are not walked into. */
  arrivedAt(at: Standpoint): void {
    this.#inside.clear();
    for (const portal of this.hall.portals) if (within(at, portal)) this.#inside.add(portal.id);
  }

  checkinAt(at: Standpoint): Checkin | null {
    return this.hall.checkins.find((checkin) => within(at, checkin)) ?? null;
  }

  /** What stands at this id: for an address of a place. */
  subject(id: string): Panel | Booth | null {
    return this.hall.booths.find((booth) => booth.id === id) ?? this.hall.panels.find((panel) => panel.id === id) ?? null;
  }

  /** Where a panel or booth is and which way its front looks. */
  placeOf(subject: Panel | Booth): { position: [number, number, number]; yaw: number } | null {
    return 'slot' in subject ? (this.#slots.get(subject.slot) ?? null) : subject;
  }
}

function within(at: Standpoint, round: Portal | Checkin, margin_m = 0): boolean {
  return Math.hypot(round.position[0] - at.x, round.position[2] - at.z) <= round.radius_m + margin_m;
}

function isBehind(at: Standpoint, x: number, z: number): boolean {
  return (x - at.x) * -Math.sin(at.yaw) + (z - at.z) * -Math.cos(at.yaw) < 0;
}
