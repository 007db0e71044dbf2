/**
 * The floor that can be walked on: heights of a grid, and how far each place is from where nobody can stand.
 *
 * Read from `floor.bin` (docs/authoring.md). The distance is signed, positive where one can stand, and its gradient points
 * away from the nearest wall; that is what sliding along walls needs.
 */
import type { Block, Deck } from '../net/api';
import { distanceField } from './distance';

const MAGIC = 0x31465a59; // "YZF1", little-endian
const HEADER_BYTES = 20;
const NO_FLOOR = -32768;
/** Of the second layer: as in the first. */
const THE_SAME = 32767;
/** 4,096 x 4,096 cells are 400 m at 10 cm: larger halls are not halls. */
const MAX_CELLS = 4096 * 4096;
/** Higher than this between two cells is a ledge: a wall from below and an edge from above. */
const LEDGE_CM = 40;
/** Kept from what blocks the floor, as the floor file keeps it from what is solid in the hall. */
const KEEP_AWAY_M = 0.25;
/** So far from a block the distance to it is still told; sliding along walls looks no farther. */
const BLOCK_REACH_M = 3;

export class FloorError extends Error {
  override readonly name = 'FloorError';
}

interface Ground {
  readonly heights: Int16Array;
  readonly distance: Float32Array;
}

export class Floor {
  /** With the booths that the hall came with. */
  readonly #whole: Ground;
  /** Without what came to stand in the hall: with those of its own booths that still stand. */
  #open: Ground;
  /** Where those stand. */
  #own = '';
  #distance: Float32Array;

  /** `heights`: (rows * columns) centimetres, row = z, column = x; `bare` are the same without the hall's own booths. */
  constructor(
    readonly columns: number,
    readonly rows: number,
    readonly cell_m: number,
    readonly originX: number,
    readonly originZ: number,
    public heights: Int16Array,
    private readonly bare: Int16Array | null = null,
  ) {
    this.#whole = this.#open = this.#ground(heights);
    this.#distance = this.#open.distance;
  }

  static parse(buffer: ArrayBuffer): Floor {
    const view = new DataView(buffer);
    if (buffer.byteLength < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) throw new FloorError('not a floor file');
    const columns = view.getUint16(4, true);
    const rows = view.getUint16(6, true);
    const cell_m = view.getFloat32(8, true);
    const cells = columns * rows;
    if (cells > MAX_CELLS || !(cell_m > 0)) throw new FloorError(`a floor of ${columns} x ${rows} cells of ${cell_m} m`);
    const layers = (buffer.byteLength - HEADER_BYTES) / (cells * 2);
    if (layers !== 1 && layers !== 2) throw new FloorError('a floor file of a wrong size');
    const read = (cell: number): number => view.getInt16(HEADER_BYTES + cell * 2, true);
    const heights = Int16Array.from({ length: cells }, (_, cell) => read(cell));
    const bare = layers === 1 ? null : heights.map((height, cell) => (read(cells + cell) === THE_SAME ? height : read(cells + cell)));
    return new Floor(columns, rows, cell_m, view.getFloat32(12, true), view.getFloat32(16, true), heights, bare);
  }

  /** A floor with nothing on it, for halls whose floor cannot be had and for tests. */
  static flat(halfWidth_m: number, halfDepth_m: number, height_m = 0, cell_m = 0.25): Floor {
    const columns = Math.round((halfWidth_m * 2) / cell_m);
    const rows = Math.round((halfDepth_m * 2) / cell_m);
    const heights = new Int16Array(columns * rows).fill(Math.round(height_m * 100));
    return new Floor(columns, rows, cell_m, -halfWidth_m, -halfDepth_m, heights);
  }

  /**
   * Nobody can stand in these rectangles from now on, and everybody where earlier ones were; the floor is raised to the decks, and to
   * no earlier ones. `own` are the grounds of those of the hall's own booths that stand; null: all of them do.
   */
  block(blocks: readonly Block[], own: readonly Block[] | null = null, decks: readonly Deck[] = []): void {
    this.#build(own);
    this.heights = blocks.length > 0 || decks.length > 0 ? this.#open.heights.slice() : this.#open.heights;
    this.#raise(decks);
    this.#distance = blocks.length > 0 ? this.#open.distance.slice() : this.#open.distance;
    for (const [x, z, yaw, width_m, depth_m] of blocks) {
      const kept: Block = [x, z, yaw, width_m + 2 * KEEP_AWAY_M, depth_m + 2 * KEEP_AWAY_M];
      for (const [at, metres] of this.#around(kept, BLOCK_REACH_M)) {
        if (metres < (this.#distance[at] as number)) this.#distance[at] = metres;
        if (metres < 0) this.heights[at] = NO_FLOOR;
      }
    }
  }

  /** Where there is floor, it is no lower than the decks on it. */
  #raise(decks: readonly Deck[]): void {
    for (const [x, z, yaw, width_m, depth_m, y] of decks) {
      const height = Math.round(y * 100);
      for (const [at] of this.#around([x, z, yaw, width_m, depth_m])) {
        const here = this.heights[at] as number;
        if (here !== NO_FLOOR && here < height) this.heights[at] = height;
      }
    }
  }

  /** On the grounds of its own booths that stand, the floor that they are built into; elsewhere, without them. */
  #build(own: readonly Block[] | null): void {
    const key = JSON.stringify(own);
    if (key === this.#own) return;
    this.#own = key;
    this.#open = this.#whole;
    if (!own || !this.bare) return;
    const heights = this.bare.slice();
    for (const ground of own) {
      for (const [at] of this.#around(ground)) heights[at] = this.#whole.heights[at] as number;
    }
    if (heights.some((height, cell) => height !== this.#whole.heights[cell])) this.#open = this.#ground(heights);
  }

  /** The cells whose middle is in a rectangle or no farther from it than the margin, and how far: negative inside. */
  *#around([x, z, yaw, width_m, depth_m]: Block, margin_m = 0): Generator<[cell: number, metres: number]> {
    const reach = Math.hypot(width_m, depth_m) / 2 + margin_m;
    const [column, endColumn] = this.#cells(x - this.originX, reach, this.columns);
    const [row, endRow] = this.#cells(z - this.originZ, reach, this.rows);
    const cos = Math.cos(yaw);
    const sin = Math.sin(yaw);
    for (let r = row; r < endRow; r += 1) {
      const away_z = this.originZ + (r + 0.5) * this.cell_m - z;
      for (let c = column; c < endColumn; c += 1) {
        const away_x = this.originX + (c + 0.5) * this.cell_m - x;
        const across = Math.abs(away_x * cos - away_z * sin) - width_m / 2;
        const along = Math.abs(away_x * sin + away_z * cos) - depth_m / 2;
        const metres = Math.hypot(Math.max(0, across), Math.max(0, along)) + Math.min(0, Math.max(across, along));
        if (metres <= margin_m) yield [r * this.columns + c, metres];
      }
    }
  }

  #ground(heights: Int16Array): Ground {
    return { heights, distance: distanceField(standable(heights, this.columns, this.rows), this.columns, this.rows, this.cell_m) };
  }

  /** The cells of one axis within reach of `middle_m` from the origin: the first, and the one behind the last. */
  #cells(middle_m: number, reach_m: number, count: number): [number, number] {
    const cell = (metres: number): number => clampInt(Math.floor(metres / this.cell_m), 0, count);
    return [cell(middle_m - reach_m), cell(middle_m + reach_m + this.cell_m)];
  }

  /** Metres to the nearest place where nobody can stand; negative there. Bilinear between cell centres. */
  distanceAt(x: number, z: number): number {
    const u = (x - this.originX) / this.cell_m - 0.5;
    const v = (z - this.originZ) / this.cell_m - 0.5;
    const column = clampInt(Math.floor(u), 0, this.columns - 2);
    const row = clampInt(Math.floor(v), 0, this.rows - 2);
    const outside_m = this.#outside(u, v);
    const s = Math.min(1, Math.max(0, u - column));
    const t = Math.min(1, Math.max(0, v - row));
    const at = row * this.columns + column;
    const d = this.#distance;
    const near = (d[at] as number) * (1 - s) + (d[at + 1] as number) * s;
    const far = (d[at + this.columns] as number) * (1 - s) + (d[at + this.columns + 1] as number) * s;
    return near * (1 - t) + far * t - outside_m;
  }

  canStand(x: number, z: number): boolean {
    return this.heightAt(x, z) !== null && this.distanceAt(x, z) >= 0;
  }

  /** Height in metres, bilinear among the neighbours of about the same height; null where there is no floor. */
  heightAt(x: number, z: number): number | null {
    const column = Math.floor((x - this.originX) / this.cell_m);
    const row = Math.floor((z - this.originZ) / this.cell_m);
    const own = this.#height(column, row);
    if (own === NO_FLOOR) return null;
    const u = (x - this.originX) / this.cell_m - 0.5;
    const v = (z - this.originZ) / this.cell_m - 0.5;
    const c0 = Math.floor(u);
    const r0 = Math.floor(v);
    let sum = 0;
    let weight = 0;
    for (let corner = 0; corner < 4; corner += 1) {
      const c = c0 + (corner & 1);
      const r = r0 + (corner >> 1);
      const height = this.#height(c, r);
      if (height === NO_FLOOR || Math.abs(height - own) > LEDGE_CM) continue;
      const w = (1 - Math.abs(u - c)) * (1 - Math.abs(v - r));
      sum += height * w;
      weight += w;
    }
    return (weight > 1e-6 ? sum / weight : own) / 100;
  }

  /** The standable place nearest to (x, z) within `reach_m`, or null; for landing beside a seat or in a doorway. */
  nearest(x: number, z: number, reach_m: number): { x: number; y: number; z: number } | null {
    for (let ring_m = 0; ring_m <= reach_m; ring_m += this.cell_m) {
      const spokes = ring_m === 0 ? 1 : Math.max(8, Math.ceil((Math.PI * 2 * ring_m) / this.cell_m));
      for (let spoke = 0; spoke < spokes; spoke += 1) {
        const angle = (spoke / spokes) * Math.PI * 2;
        const px = x + Math.sin(angle) * ring_m;
        const pz = z + Math.cos(angle) * ring_m;
        const y = this.heightAt(px, pz);
        if (y !== null && this.distanceAt(px, pz) > 0) return { x: px, y, z: pz };
      }
    }
    return null;
  }

  #height(column: number, row: number): number {
    if (column < 0 || row < 0 || column >= this.columns || row >= this.rows) return NO_FLOOR;
    return this.heights[row * this.columns + column] as number;
  }

  #outside(u: number, v: number): number {
    const du = Math.max(0, -u, u - (this.columns - 1));
    const dv = Math.max(0, -v, v - (this.rows - 1));
    return Math.hypot(du, dv) * this.cell_m;
  }
}

/** 1 where one can stand: there is floor, and no ledge to any of the four neighbours. */
function standable(heights: Int16Array, columns: number, rows: number): Uint8Array {
  const mask = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const at = row * columns + column;
      const own = heights[at] as number;
      if (own === NO_FLOOR) continue;
      const ledge =
        (column > 0 && isLedge(own, heights[at - 1] as number)) ||
        (column < columns - 1 && isLedge(own, heights[at + 1] as number)) ||
        (row > 0 && isLedge(own, heights[at - columns] as number)) ||
        (row < rows - 1 && isLedge(own, heights[at + columns] as number));
      mask[at] = ledge ? 0 : 1;
    }
  }
  return mask;
}

function isLedge(own: number, other: number): boolean {
  return other !== NO_FLOOR && Math.abs(own - other) > LEDGE_CM;
}

function clampInt(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}
