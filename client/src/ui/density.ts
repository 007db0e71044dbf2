/** How full a place is: people counted into the cells of a dot matrix, and around a point into a word. */

/** Dots of the map by how many stand in a cell: quiet, lively, crowded. */
export type Density = 0 | 1 | 2 | 3;

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

/** @param perSquareMetre people: half a person is a market day, one and a half is a queue */
export function densityOf(perSquareMetre: number): Density {
  if (perSquareMetre <= 0) return 0;
  if (perSquareMetre < 0.25) return 1;
  return perSquareMetre < 0.7 ? 2 : 3;
}

const AROUND_M = 5;
/** From this many people within five metres a place is lively, and crowded. */
const LIVELY = 5;
const CROWDED = 20;

export type Mood = 'quiet' | 'lively' | 'crowded';

export function moodAround(x: number, z: number, dots: Float32Array, count: number): Mood {
  let near = 0;
  for (let i = 0; i < count && near < CROWDED; i += 1) {
    if (Math.hypot((dots[i * 2] as number) - x, (dots[i * 2 + 1] as number) - z) <= AROUND_M) near += 1;
  }
  if (near >= CROWDED) return 'crowded';
  return near >= LIVELY ? 'lively' : 'quiet';
}
