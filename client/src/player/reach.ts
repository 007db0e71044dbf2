/**
 * How far it is on foot: what a visitor may teleport to without passing through a wall.
 *
 * A flood over the floor's cells from where one stands, 8 neighbours, walls being where the distance field is negative.
 */
import type { Floor } from './floor';

const DIAGONAL = Math.SQRT2;

export class Reach {
  readonly #cells: Map<number, number>;

  /** Everything within `radius_m` on foot of (x, z). */
  constructor(private readonly floor: Floor, x: number, z: number, private readonly radius_m: number) {
    this.#cells = this.#flood(x, z);
  }

  /** Metres on foot, or null when it is further than the radius or behind a wall. */
  metresTo(x: number, z: number): number | null {
    return this.#cells.get(this.#cellOf(x, z)) ?? null;
  }

  #cellOf(x: number, z: number): number {
    const { floor } = this;
    const column = Math.floor((x - floor.originX) / floor.cell_m);
    const row = Math.floor((z - floor.originZ) / floor.cell_m);
    if (column < 0 || row < 0 || column >= floor.columns || row >= floor.rows) return -1;
    return row * floor.columns + column;
  }

  #canStand(cell: number): boolean {
    const { floor } = this;
    const x = floor.originX + ((cell % floor.columns) + 0.5) * floor.cell_m;
    const z = floor.originZ + (Math.floor(cell / floor.columns) + 0.5) * floor.cell_m;
    return floor.canStand(x, z);
  }

  /** Dijkstra with buckets of one cell's width: distances need no more order than that. */
  #flood(x: number, z: number): Map<number, number> {
    const reached = new Map<number, number>();
    const start = this.#cellOf(x, z);
    if (start < 0) return reached;
    const { cell_m, columns } = this.floor;
    const buckets: number[][] = [[start]];
    reached.set(start, 0);
    for (let ring = 0; ring * cell_m <= this.radius_m; ring += 1) {
      const bucket = buckets[ring] ?? [];
      for (const cell of bucket) {
        const metres = reached.get(cell) as number;
        const column = cell % columns;
        for (let dz = -1; dz <= 1; dz += 1) {
          for (let dx = -1; dx <= 1; dx += 1) {
            if ((dx === 0 && dz === 0) || column + dx < 0 || column + dx >= columns) continue;
            const next = cell + dz * columns + dx;
            const far = metres + cell_m * (dx !== 0 && dz !== 0 ? DIAGONAL : 1);
            if (far > this.radius_m || far >= (reached.get(next) ?? Infinity)) continue;
            if (!reached.has(next) && !this.#canStand(next)) continue;
            reached.set(next, far);
            (buckets[Math.floor(far / cell_m)] ??= []).push(next);
          }
        }
      }
    }
    return reached;
  }
}
