/** How full a place is: people counted into the cells of a dot matrix, and around a point into a word. */

export type Grid = { originX: number; originZ: number; cell_m: number; columns: number; rows: number };

/**
 * People in each cell.
 * @param dots (n, 2) x, z in metres, the first `count` pairs
 * @param out (rows * columns), overwritten; people outside the grid are not counted
 */
export function countCells(grid: Grid, dots: Float32Array, count: number, out: Uint16Array): void {
  out.fill(0);
  for (let i = 0; i < count; i += 1) {
    const column = Math.floor(((dots[i * 2] as number) - grid.originX) / grid.cell_m);
    const row = Math.floor(((dots[i * 2 + 1] as number) - grid.originZ) / grid.cell_m);
    if (column < 0 || row < 0 || column >= grid.columns || row >= grid.rows) continue;
    const at = row * grid.columns + column;
    out[at] = (out[at] as number) + 1;
  }
}

/**
 * People in the square of cells around each cell, itself in the middle: how full it is there, not only who stands on the spot.
 * @param counts (rows * columns)
 * @param reach cells to each side
 * @param out (rows * columns), overwritten
 */
export function spreadCounts({ columns, rows }: Grid, counts: Uint16Array, reach: number, out: Float32Array): void {
  // Sums of everything above and to the left, with a border of zeros; a square is then four of them.
  const wide = columns + 1;
  const sums = new Float64Array(wide * (rows + 1));
  for (let row = 0; row < rows; row += 1) {
    let line = 0;
    for (let column = 0; column < columns; column += 1) {
      line += counts[row * columns + column] as number;
      sums[(row + 1) * wide + column + 1] = (sums[row * wide + column + 1] as number) + line;
    }
  }
  for (let row = 0; row < rows; row += 1) {
    const top = Math.max(0, row - reach) * wide;
    const bottom = Math.min(rows, row + reach + 1) * wide;
    for (let column = 0; column < columns; column += 1) {
      const left = Math.max(0, column - reach);
      const right = Math.min(columns, column + reach + 1);
      out[row * columns + column] = (sums[bottom + right] as number) - (sums[top + right] as number)
        - (sums[bottom + left] as number) + (sums[top + left] as number);
    }
  }
}

export type Mood = 'quiet' | 'lively' | 'crowded';

/** Within this of a place, so many make it lively, and so many crowded; dots of the map mean the same. */
export const AROUND_M = 5;
const LIVELY = 5;
const CROWDED = 20;
const AROUND_M2 = Math.PI * AROUND_M * AROUND_M;
/** In a hall that is full all over, only what is this much fuller than the hall is called crowded: one wants to know where to go. */
const FULLER = 1.15;

/** @param hallPerM2 people on each square metre of the whole hall */
export function moodAround(x: number, z: number, dots: Float32Array, count: number, hallPerM2: number): Mood {
  let near = 0;
  for (let i = 0; i < count; i += 1) {
    const dx = (dots[i * 2] as number) - x;
    const dz = (dots[i * 2 + 1] as number) - z;
    if (dx * dx + dz * dz <= AROUND_M * AROUND_M) near += 1;
  }
  return moodOf(near / AROUND_M2, hallPerM2);
}

export function moodOf(perM2: number, hallPerM2: number): Mood {
  if (perM2 >= Math.max(CROWDED / AROUND_M2, FULLER * hallPerM2)) return 'crowded';
  return perM2 >= LIVELY / AROUND_M2 ? 'lively' : 'quiet';
}

const FULL_PER_M2 = 0.6;

/** Share of the largest dot's width: its area grows with the people. */
export function dotSize(perM2: number, hallPerM2: number): number {
  return Math.sqrt(Math.min(1, perM2 / Math.max(FULL_PER_M2, 2 * hallPerM2)));
}
