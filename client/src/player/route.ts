/**
 * The way over the floor to one place, from wherever one stands: a field of how far each cell is from there, made once, and
 * followed downhill as often as one likes.
 *
 * Cells of about half a metre, eight neighbours; beside walls a step counts more, so that the way keeps a little away from them.
 * Pure: a floor in, points out.
 */
import type { Floor } from './floor';

export interface Point {
  x: number;
  z: number;
}

const CELL_M = 0.5;
/** Costs are whole numbers: a step straight and a step across. */
const STRAIGHT = 10;
const ACROSS = 14;
/** A step beside a wall counts so much more. */
const BESIDE_WALL = 14;
const WALL_M = 0.6;
const COST_MAX = ACROSS + BESIDE_WALL;
/** Higher than this is no step. */
const STEP_M = 0.42;
/** From so far beside the floor's reachable part one is led back to it. */
const SNAP_M = 3;
const FAR = 0x7fffffff;
const SAMPLE_M = 0.25;

const NEIGHBOURS = [[1, 0, STRAIGHT], [-1, 0, STRAIGHT], [0, 1, STRAIGHT], [0, -1, STRAIGHT], [1, 1, ACROSS], [1, -1, ACROSS], [-1, 1, ACROSS], [-1, -1, ACROSS]] as const;

export class Route {
  readonly #columns: number;
  readonly #rows: number;
  readonly #cost: Int32Array;

  /** @param target where the way ends, on the floor or near it */
  constructor(private readonly floor: Floor, readonly target: Point) {
    this.#columns = Math.max(1, Math.floor((floor.columns * floor.cell_m) / CELL_M));
    this.#rows = Math.max(1, Math.floor((floor.rows * floor.cell_m) / CELL_M));
    this.#cost = new Int32Array(this.#columns * this.#rows).fill(FAR);
    this.#flood();
  }

  /** Whether there is a way from here. */
  reaches(x: number, z: number): boolean {
    return this.#snap(x, z) !== null;
  }

  /** From here to the target, both included, with as few corners as the walls allow; empty where there is no way. */
  from(x: number, z: number): Point[] {
    let cell = this.#snap(x, z);
    if (cell === null) return [];
    const points: Point[] = [{ x, z }];
    while ((this.#cost[cell] as number) > 0) {
      const next: number = this.#downhill(cell);
      if (next === cell) break;
      cell = next;
      points.push(this.#middle(cell));
    }
    points.push(this.target);
    return this.#straightened(points);
  }

  /** Dijkstra from the target, with one bucket for each cost that is open at a time (Dial 1969). */
  #flood(): void {
    const start = this.#nearestStandable(this.target);
    if (start === null) return;
    const buckets: number[][] = Array.from({ length: COST_MAX + 1 }, () => []);
    this.#cost[start] = 0;
    (buckets[0] as number[]).push(start);
    let open = 1;
    for (let cost = 0; open > 0; cost += 1) {
      const bucket = buckets[cost % buckets.length] as number[];
      while (bucket.length > 0) {
        const cell = bucket.pop() as number;
        open -= 1;
        if (this.#cost[cell] !== cost) continue;
        this.#eachNeighbour(cell, (next, step) => {
          const there = cost + step;
          if (there >= (this.#cost[next] as number)) return;
          this.#cost[next] = there;
          (buckets[there % buckets.length] as number[]).push(next);
          open += 1;
        });
      }
    }
  }

  #eachNeighbour(cell: number, visit: (next: number, step: number) => void): void {
    const column = cell % this.#columns;
    const row = Math.floor(cell / this.#columns);
    const here = this.#middle(cell);
    const height = this.floor.heightAt(here.x, here.z);
    if (height === null) return;
    for (const [right, down, step] of NEIGHBOURS) {
      const [c, r] = [column + right, row + down];
      if (c < 0 || r < 0 || c >= this.#columns || r >= this.#rows) continue;
      const next = r * this.#columns + c;
      const there = this.#middle(next);
      const free_m = this.floor.distanceAt(there.x, there.z);
      const other = this.floor.heightAt(there.x, there.z);
      if (other === null || free_m < 0 || Math.abs(other - height) > STEP_M) continue;
      // Not through the corner between two walls.
      if (this.floor.distanceAt((here.x + there.x) / 2, (here.z + there.z) / 2) < 0) continue;
      visit(next, step + (free_m < WALL_M ? BESIDE_WALL : 0));
    }
  }

  #downhill(cell: number): number {
    let best = cell;
    let bestCost = this.#cost[cell] as number;
    this.#eachNeighbour(cell, (next) => {
      const cost = this.#cost[next] as number;
      if (cost < bestCost) [best, bestCost] = [next, cost];
    });
    return best;
  }

  #straightened(points: readonly Point[]): Point[] {
    const kept: Point[] = [points[0] as Point];
    let at = 0;
    while (at < points.length - 1) {
      let next = at + 1;
      while (next + 1 < points.length && this.#isClear(points[at] as Point, points[next + 1] as Point)) next += 1;
      kept.push(points[next] as Point);
      at = next;
    }
    return kept;
  }

  /** Whether one can walk straight there, a little away from walls. */
  #isClear(from: Point, to: Point): boolean {
    const metres = Math.hypot(to.x - from.x, to.z - from.z);
    const count = Math.ceil(metres / SAMPLE_M);
    let before: number | null = null;
    for (let index = 1; index < count; index += 1) {
      const part = index / count;
      const [x, z] = [from.x + (to.x - from.x) * part, from.z + (to.z - from.z) * part];
      const height = this.floor.heightAt(x, z);
      if (height === null || this.floor.distanceAt(x, z) < SAMPLE_M) return false;
      if (before !== null && Math.abs(height - before) > STEP_M) return false;
      before = height;
    }
    return true;
  }

  #middle(cell: number): Point {
    return {
      x: this.floor.originX + ((cell % this.#columns) + 0.5) * CELL_M,
      z: this.floor.originZ + (Math.floor(cell / this.#columns) + 0.5) * CELL_M,
    };
  }

  #nearestStandable(point: Point): number | null {
    return this.#nearest(point.x, point.z, (cell) => {
      const { x, z } = this.#middle(cell);
      return this.floor.heightAt(x, z) !== null && this.floor.distanceAt(x, z) >= 0;
    });
  }

  #snap(x: number, z: number): number | null {
    return this.#nearest(x, z, (cell) => this.#cost[cell] !== FAR);
  }

  #nearest(x: number, z: number, fits: (cell: number) => boolean): number | null {
    const reach = Math.ceil(SNAP_M / CELL_M);
    const column = Math.floor((x - this.floor.originX) / CELL_M);
    const row = Math.floor((z - this.floor.originZ) / CELL_M);
    let best: number | null = null;
    let best_m = SNAP_M;
    for (let r = Math.max(0, row - reach); r <= Math.min(this.#rows - 1, row + reach); r += 1) {
      for (let c = Math.max(0, column - reach); c <= Math.min(this.#columns - 1, column + reach); c += 1) {
        const cell = r * this.#columns + c;
        const middle = this.#middle(cell);
        const metres = Math.hypot(middle.x - x, middle.z - z);
        if (metres < best_m && fits(cell)) [best, best_m] = [cell, metres];
      }
    }
    return best;
  }
}

/** Metres along a way. */
export function lengthOf(points: readonly Point[]): number {
  let metres = 0;
  for (let index = 1; index < points.length; index += 1) {
    const [a, b] = [points[index - 1] as Point, points[index] as Point];
    metres += Math.hypot(b.x - a.x, b.z - a.z);
  }
  return metres;
}
