/**
 * Which visitors are in view, and in how much detail each is drawn. Typed arrays only; two passes over the crowd.
 *
 * The nearest visitors in view are NEAR, the next MID, the rest FAR. Instead of sorting, distances are counted in rings and the two
 * radii are where the budgets are used up. A visitor keeps its tier until it is well over the border, so that standing at it does not
 * flicker; a change fades over FADE_S, during which the visitor is drawn in both tiers, dithered against each other.
 */
import { MOTION_STRIDE, type CrowdView } from './crowdView';

export const Tier = { NONE: 0, FAR: 1, MID: 2, NEAR: 3 } as const;

export interface TierBudget {
  near: number;
  mid: number;
  /** No mesh is needed beyond these distances, however few visitors there are. */
  nearReach_m: number;
  midReach_m: number;
}

export const FADE_S = 0.25;
/** So many at most are drawn in a tier of this budget: with those who fade, who stay by hysteresis, and who wear a headset. */
export const roomOf = (budget: number): number => Math.ceil(budget * 1.25);
const RING_M = 0.25;
const RINGS = 256;
const HYSTERESIS = 1.12;
const SPHERE_HEIGHT_M = 0.9;
const SPHERE_RADIUS_M = 1.1;

export class Classifier {
  /** (capacity * 4) x, y, z, yaw of everyone in view, now. */
  readonly places: Float32Array;
  readonly near: Uint16Array;
  readonly mid: Uint16Array;
  readonly far: Uint16Array;
  nearCount = 0;
  midCount = 0;
  farCount = 0;
  /** Beyond these, NEAR and MID end; smoothed. */
  nearRadius_m = 0;
  midRadius_m = 0;

  readonly #tier: Uint8Array;
  readonly #formerTier: Uint8Array;
  readonly #changedAt: Float32Array;
  readonly #seenIn: Uint32Array;
  readonly #distance: Float32Array;
  readonly #visible: Uint16Array;
  readonly #rings = new Uint16Array(RINGS);
  #pass = 0;

  constructor(readonly capacity: number, readonly budget: TierBudget) {
    this.places = new Float32Array(capacity * 4);
    this.near = new Uint16Array(capacity);
    this.mid = new Uint16Array(capacity);
    // who fades from the full tiers to this one may be in it twice
    this.far = new Uint16Array(capacity * 2);
    this.#tier = new Uint8Array(capacity);
    this.#formerTier = new Uint8Array(capacity);
    this.#changedAt = new Float32Array(capacity);
    this.#seenIn = new Uint32Array(capacity);
    this.#distance = new Float32Array(capacity);
    this.#visible = new Uint16Array(capacity);
  }

  tierOf(slot: number): number {
    return this.#seenIn[slot] === this.#pass ? (this.#tier[slot] as number) : Tier.NONE;
  }

  distanceOf(slot: number): number {
    return this.#distance[slot] as number;
  }

  /** How much of a slot is drawn in a tier: 1 all, k the first share of the dither pattern, -k what that leaves. */
  fade(slot: number, tier: number, t: number): number {
    const share = (t - (this.#changedAt[slot] as number)) / FADE_S;
    if (share >= 1 || share < 0) return 1;
    return this.#tier[slot] === tier ? Math.max(share, 1e-3) : -Math.max(share, 1e-3);
  }

  /** Is a slot also in the far list while it fades from or to it? Then its contact shadow is there too. */
  alsoFar(slot: number, t: number): boolean {
    const other = this.#tier[slot] === Tier.FAR || this.#formerTier[slot] === Tier.FAR;
    return other && t - (this.#changedAt[slot] as number) < FADE_S && t >= (this.#changedAt[slot] as number);
  }

  /** `planes`: the frustum's, 6 x (normal, constant), inwards. */
  run(crowd: CrowdView, t: number, planes: Float32Array, eyeX: number, eyeY: number, eyeZ: number, hiddenSlot: number | null): void {
    const previousPass = this.#pass;
    this.#pass += 1;
    const visible = this.#cull(crowd, t, planes, eyeX, eyeY, eyeZ, hiddenSlot);
    this.#measureRadii(visible);
    this.#sort(visible, crowd, t, previousPass);
  }

  #cull(crowd: CrowdView, t: number, planes: Float32Array, eyeX: number, eyeY: number, eyeZ: number, hidden: number | null): number {
    const { motion, present } = crowd;
    const { places } = this;
    const [distances, rings, list] = [this.#distance, this.#rings, this.#visible];
    const extent = Math.min(crowd.extent, this.capacity);
    rings.fill(0);
    let visible = 0;
    for (let slot = 0; slot < extent; slot += 1) {
      if (present[slot] === 0 || slot === hidden) continue;
      const m = slot * MOTION_STRIDE;
      const t0 = motion[m + 8]!;
      const span = motion[m + 9]! - t0;
      let share = span > 0 ? (t - t0) / span : 1;
      share = share < 0 ? 0 : share > 1 ? 1 : share;
      const x = motion[m]! + (motion[m + 4]! - motion[m]!) * share;
      const y = motion[m + 1]! + (motion[m + 5]! - motion[m + 1]!) * share;
      const z = motion[m + 2]! + (motion[m + 6]! - motion[m + 2]!) * share;
      const cy = y + SPHERE_HEIGHT_M;
      if (outside(planes, x, cy, z)) continue;
      const at = slot * 4;
      places[at] = x;
      places[at + 1] = y;
      places[at + 2] = z;
      places[at + 3] = motion[m + 3]! + (motion[m + 7]! - motion[m + 3]!) * share;
      const dx = x - eyeX;
      const dy = cy - eyeY;
      const dz = z - eyeZ;
      const distance = Math.sqrt(dx * dx + dy * dy + dz * dz);
      distances[slot] = distance;
      const ring = (distance / RING_M) | 0;
      if (ring < RINGS) rings[ring]! += 1;
      list[visible] = slot;
      visible += 1;
    }
    return visible;
  }

  #measureRadii(visible: number): void {
    const { near, mid, nearReach_m, midReach_m } = this.budget;
    this.nearRadius_m = Math.min(this.#radiusHolding(near, visible), nearReach_m);
    this.midRadius_m = Math.max(Math.min(this.#radiusHolding(near + mid, visible), midReach_m), this.nearRadius_m);
  }

  /** The largest ring whose inside holds at most `count` visitors. */
  #radiusHolding(count: number, visible: number): number {
    if (visible <= count) return RINGS * RING_M;
    let sum = 0;
    for (let ring = 0; ring < RINGS; ring += 1) {
      sum += this.#rings[ring] as number;
      if (sum > count) return ring * RING_M;
    }
    return RINGS * RING_M;
  }

  #sort(visible: number, crowd: CrowdView, t: number, previousPass: number): void {
    this.nearCount = this.midCount = this.farCount = 0;
    for (let i = 0; i < visible; i += 1) {
      const slot = this.#visible[i] as number;
      const wasSeen = this.#seenIn[slot] === previousPass;
      const former = wasSeen ? (this.#tier[slot] as number) : Tier.NONE;
      const tier = this.#tierAt(this.#distance[slot] as number, former, crowd.xr.has(slot));
      if (tier !== former) {
        this.#formerTier[slot] = former;
        // who comes into view is there at once; who changes tier in view fades
        this.#changedAt[slot] = former === Tier.NONE ? -1e9 : t;
        this.#tier[slot] = tier;
      }
      this.#seenIn[slot] = this.#pass;
      this.#list(slot, tier);
      if (t - (this.#changedAt[slot] as number) < FADE_S) this.#list(slot, this.#formerTier[slot] as number);
    }
  }

  #tierAt(distance: number, former: number, inHeadset: boolean): number {
    const nearEdge = this.nearRadius_m * (former === Tier.NEAR ? HYSTERESIS : 1);
    if (distance < nearEdge || (inHeadset && distance < this.budget.nearReach_m)) return Tier.NEAR;
    const midEdge = this.midRadius_m * (former >= Tier.MID ? HYSTERESIS : 1);
    return distance < midEdge ? Tier.MID : Tier.FAR;
  }

  #list(slot: number, tier: number): void {
    const { near, mid } = this.budget;
    // a full tier leaves its visitors to the next one: nobody vanishes
    if (tier === Tier.NEAR && this.nearCount < roomOf(near)) this.near[this.nearCount++] = slot;
    else if (tier >= Tier.MID && this.midCount < roomOf(mid)) this.mid[this.midCount++] = slot;
    else if (tier !== Tier.NONE && this.farCount < this.far.length) this.far[this.farCount++] = slot;
  }
}

function outside(planes: Float32Array, x: number, y: number, z: number): boolean {
  for (let p = 0; p < 24; p += 4) {
    if (planes[p]! * x + planes[p + 1]! * y + planes[p + 2]! * z + planes[p + 3]! < -SPHERE_RADIUS_M) return true;
  }
  return false;
}
