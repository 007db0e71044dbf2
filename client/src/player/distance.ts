/**
 * Exact Euclidean distance transform of a mask, in two passes of lower envelopes of parabolas:
 * Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions", Theory of Computing 8 (2012).
 */

const FAR = 1e12;

/**
 * Signed distance in metres from each cell's centre to the edge of the mask.
 *
 * `mask`: (rows * columns) 1 inside, 0 outside; beyond the grid is outside. Positive inside; half a cell from the centre of
 * the last inside cell to the edge.
 */
export function distanceField(mask: Uint8Array, columns: number, rows: number, cell_m: number): Float32Array {
  const toOutside = squaredDistances(mask, columns, rows, 0);
  const toInside = squaredDistances(mask, columns, rows, 1);
  const field = new Float32Array(columns * rows);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const at = row * columns + column;
      const border = Math.min(column + 1, row + 1, columns - column, rows - row);
      field[at] =
        mask[at] === 1
          ? (Math.min(Math.sqrt(toOutside[at] as number), border) - 0.5) * cell_m
          : (0.5 - Math.min(Math.sqrt(toInside[at] as number), columns + rows)) * cell_m;
    }
  }
  return field;
}

/** Squared distance in cells to the nearest cell whose mask is `target`. */
function squaredDistances(mask: Uint8Array, columns: number, rows: number, target: 0 | 1): Float64Array {
  const squared = new Float64Array(columns * rows);
  for (let at = 0; at < squared.length; at += 1) squared[at] = mask[at] === target ? 0 : FAR;
  const longest = Math.max(columns, rows);
  const line = new Float64Array(longest);
  const envelope = { vertices: new Int32Array(longest), breaks: new Float64Array(longest + 1) };
  for (let column = 0; column < columns; column += 1) {
    transformLine(squared, column, columns, rows, line, envelope);
  }
  for (let row = 0; row < rows; row += 1) {
    transformLine(squared, row * columns, 1, columns, line, envelope);
  }
  return squared;
}

interface Envelope {
  vertices: Int32Array;
  breaks: Float64Array;
}

/** One line of the transform, in place: `length` values from `start`, `stride` apart. */
function transformLine(values: Float64Array, start: number, stride: number, length: number, line: Float64Array,
  { vertices, breaks }: Envelope): void {
  for (let index = 0; index < length; index += 1) line[index] = values[start + index * stride] as number;
  let last = 0;
  vertices[0] = 0;
  breaks[0] = -Infinity;
  breaks[1] = Infinity;
  for (let q = 1; q < length; q += 1) {
    let crossing = intersection(line, q, vertices[last] as number);
    while (crossing <= (breaks[last] as number)) {
      last -= 1;
      crossing = intersection(line, q, vertices[last] as number);
    }
    last += 1;
    vertices[last] = q;
    breaks[last] = crossing;
    breaks[last + 1] = Infinity;
  }
  let parabola = 0;
  for (let q = 0; q < length; q += 1) {
    while ((breaks[parabola + 1] as number) < q) parabola += 1;
    const vertex = vertices[parabola] as number;
    values[start + q * stride] = (q - vertex) ** 2 + (line[vertex] as number);
  }
}

/** Where the parabolas of q and v (q > v) meet. */
function intersection(line: Float64Array, q: number, v: number): number {
  return ((line[q] as number) + q * q - (line[v] as number) - v * v) / (2 * (q - v));
}
