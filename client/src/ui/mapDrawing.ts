/**
 * The map's picture on a canvas: the floor that can be walked on, people as a matrix of dots, places, and where one stands.
 *
 * North (-Z) is up. Decoration for the eye: the list beside it says the same in words.
 */
import type { HallDescriptor } from '../net/api';
import type { Floor } from '../player/floor';
import type { Point } from '../player/route';
import { pick, t } from '../text/catalogue';
import { AROUND_M, countCells, dotSize, moodOf, spreadCounts, type Grid, type Mood } from './density';
import { placeLabels, type Corner, type Label } from './mapLabels';

const NO_FLOOR = -32768;
/** Distance of the dots, CSS pixels. */
const PITCH_PX = 11;
/** Radius of the dot of one person alone, and of the fullest place. */
const DOT_PX = { least: 2, most: 5.2 } as const;
const MOODS: readonly Mood[] = ['quiet', 'lively', 'crowded'];
const MARGIN_PX = 14;
const LABEL_PX = 24;
const SELF_PX = 7;
const SELF_WORD_PX = 20;

type View = { scale: number; left: number; top: number; originX: number; originZ: number };

export type MapState = {
  self: { x: number; z: number; yaw: number };
  /** x, z of each visitor in metres, the first `count` pairs; read until the next call. */
  dots: Float32Array;
  count: number;
  /** Where the visitor is being led, from where they stand; empty where they are not. */
  way: readonly Point[];
};

export class MapDrawing {
  readonly #context: CanvasRenderingContext2D;
  #floorPicture: HTMLCanvasElement | null = null;
  #extent: Extent | null = null;
  #counts = new Uint16Array(0);
  #around = new Float32Array(0);
  /** Where people stood when the map was opened, metres: labels make room for them, and stay where they are while people walk. */
  #stood: Float32Array | null = null;

  constructor(readonly canvas: HTMLCanvasElement) {
    this.#context = canvas.getContext('2d') as CanvasRenderingContext2D;
  }

  /** @param floor null when it is not known (yet): the hall's bounds are drawn instead */
  draw(hall: HallDescriptor, floor: Floor | null, state: MapState | null): void {
    const { canvas } = this;
    const ratio = Math.min(2, devicePixelRatio || 1);
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    if (width === 0 || height === 0) return;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const colours = getComputedStyle(canvas);
    const colour = (name: string): string => colours.getPropertyValue(name).trim();
    const c = this.#context;
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, width, height);

    this.#extent ??= extentOf(hall, floor);
    const view = fit(this.#extent, width, height);
    if (floor) this.#drawFloor(floor, view, colour('--map-floor'));
    else drawBounds(c, hall, view, colour('--map-floor'));
    drawBooths(c, hall, view, colour('--line-strong'));
    if (state) this.#drawPeople(state, peoplePerM2(state.count, floor), view, width, height, [colour('--dense-1'), colour('--dense-2'), colour('--dense-3')]);
    for (const portal of hall.portals) drawPortal(c, toX(view, portal.position[0]), toZ(view, portal.position[2]), colour('--sky'));
    c.font = `500 12px ${colour('--sans')}`;
    if (state) this.#stood ??= state.dots.slice(0, state.count * 2);
    const labels = labelsOf(c, hall, view);
    const corners = placeLabels(labels, state ? [selfBox(c, state.self, view, width, height)] : [], width, height, (box) => this.#hidden(box, view));
    drawPlaces(c, labels, corners, colour('--glass'), colour('--on-glass'));
    if (state && state.way.length > 1) drawWay(c, state.way, view, colour('--brass-fill'), colour('--paper-raised'));
    if (state) drawSelf(c, state.self, view, width, height, colour);
  }

  /** Another hall, floor or paper: what is drawn of the floor is made anew. */
  forget(): void {
    this.#floorPicture = null;
    this.#extent = null;
    this.#stood = null;
  }

  #hidden({ left, top, width, height }: { left: number; top: number; width: number; height: number }, view: View): number {
    const stood = this.#stood ?? [];
    let count = 0;
    for (let i = 0; i < stood.length; i += 2) {
      const [x, y] = [toX(view, stood[i] as number), toZ(view, stood[i + 1] as number)];
      if (x >= left && x <= left + width && y >= top && y <= top + height) count += 1;
    }
    return count;
  }

  #drawFloor(floor: Floor, view: View, fill: string): void {
    this.#floorPicture ??= paintFloor(floor, fill);
    const c = this.#context;
    c.imageSmoothingEnabled = true;
    c.imageSmoothingQuality = 'high';
    c.drawImage(
      this.#floorPicture, toX(view, floor.originX), toZ(view, floor.originZ),
      floor.columns * floor.cell_m * view.scale, floor.rows * floor.cell_m * view.scale,
    );
  }

  #drawPeople(state: MapState, hallPerM2: number, view: View, width: number, height: number, colours: readonly string[]): void {
    const cell_m = PITCH_PX / view.scale;
    const columns = Math.ceil(width / PITCH_PX);
    const rows = Math.ceil(height / PITCH_PX);
    const grid: Grid = {
      originX: view.originX - view.left / view.scale, originZ: view.originZ - view.top / view.scale, cell_m, columns, rows,
    };
    const reach = Math.max(1, Math.round(AROUND_M / 2 / cell_m));
    this.#count(grid, reach, state);
    const around_m2 = ((2 * reach + 1) * cell_m) ** 2;
    MOODS.forEach((mood, index) => this.#drawDots(columns, (at) => {
      const density = (this.#around[at] as number) / around_m2;
      return moodOf(density, hallPerM2) === mood ? DOT_PX.least + (DOT_PX.most - DOT_PX.least) * dotSize(density, hallPerM2) : 0;
    }, colours[index] as string));
  }

  #count(grid: Grid, reach: number, state: MapState): void {
    const size = grid.columns * grid.rows;
    if (this.#counts.length !== size) {
      this.#counts = new Uint16Array(size);
      this.#around = new Float32Array(size);
    }
    countCells(grid, state.dots, state.count, this.#counts);
    spreadCounts(grid, this.#counts, reach, this.#around);
  }

  /** One path for all dots of a colour, where somebody stands. */
  #drawDots(columns: number, radiusOf: (at: number) => number, fill: string): void {
    const c = this.#context;
    c.fillStyle = fill;
    c.beginPath();
    for (let at = 0; at < this.#counts.length; at += 1) {
      if (this.#counts[at] === 0) continue;
      const radius = radiusOf(at);
      if (radius === 0) continue;
      const x = ((at % columns) + 0.5) * PITCH_PX;
      const y = (Math.floor(at / columns) + 0.5) * PITCH_PX;
      c.moveTo(x + radius, y);
      c.arc(x, y, radius, 0, Math.PI * 2);
    }
    c.fill();
  }
}

/** Over the whole floor; 0 while that is not known. */
export function peoplePerM2(count: number, floor: Floor | null): number {
  if (!floor) return 0;
  let cells = 0;
  for (const height of floor.heights) if (height !== NO_FLOOR) cells += 1;
  return count / Math.max(1, cells * floor.cell_m * floor.cell_m);
}

export type Extent = { minX: number; minZ: number; maxX: number; maxZ: number };

/** The hall's walkable part, for the bounds of its model may reach to the horizon. */
export function extentOf(hall: HallDescriptor, floor: Floor | null): Extent {
  if (!floor) return { minX: hall.bounds.min[0], minZ: hall.bounds.min[2], maxX: hall.bounds.max[0], maxZ: hall.bounds.max[2] };
  let [minColumn, minRow, maxColumn, maxRow] = [floor.columns, floor.rows, 0, 0];
  for (let row = 0; row < floor.rows; row += 1) {
    for (let column = 0; column < floor.columns; column += 1) {
      if (floor.heights[row * floor.columns + column] === NO_FLOOR) continue;
      minColumn = Math.min(minColumn, column);
      maxColumn = Math.max(maxColumn, column + 1);
      minRow = Math.min(minRow, row);
      maxRow = Math.max(maxRow, row + 1);
    }
  }
  const x = (column: number): number => floor.originX + column * floor.cell_m;
  const z = (row: number): number => floor.originZ + row * floor.cell_m;
  return { minX: x(minColumn), minZ: z(minRow), maxX: x(maxColumn), maxZ: z(maxRow) };
}

function fit(extent: Extent, width: number, height: number): View {
  const spanX = Math.max(1, extent.maxX - extent.minX);
  const spanZ = Math.max(1, extent.maxZ - extent.minZ);
  const scale = Math.min((width - MARGIN_PX * 2) / spanX, (height - MARGIN_PX * 2) / spanZ);
  return {
    scale, left: (width - spanX * scale) / 2, top: (height - spanZ * scale) / 2, originX: extent.minX, originZ: extent.minZ,
  };
}

const toX = (view: View, x: number): number => view.left + (x - view.originX) * view.scale;
const toZ = (view: View, z: number): number => view.top + (z - view.originZ) * view.scale;

/** One pixel a cell: where one can stand, in the floor's colour. */
export function paintFloor(floor: Floor, fill: string): HTMLCanvasElement {
  const picture = document.createElement('canvas');
  picture.width = floor.columns;
  picture.height = floor.rows;
  const c = picture.getContext('2d') as CanvasRenderingContext2D;
  c.fillStyle = fill;
  c.fillRect(0, 0, 1, 1);
  const [r, g, b] = c.getImageData(0, 0, 1, 1).data;
  const pixels = c.createImageData(floor.columns, floor.rows);
  for (let cell = 0; cell < floor.heights.length; cell += 1) {
    const stands = floor.heights[cell] !== NO_FLOOR;
    pixels.data.set([r ?? 255, g ?? 255, b ?? 255, stands ? 255 : 0], cell * 4);
  }
  c.putImageData(pixels, 0, 0);
  return picture;
}

function drawBounds(c: CanvasRenderingContext2D, hall: HallDescriptor, view: View, fill: string): void {
  const { min, max } = hall.bounds;
  c.fillStyle = fill;
  c.beginPath();
  c.roundRect(toX(view, min[0]), toZ(view, min[2]), (max[0] - min[0]) * view.scale, (max[2] - min[2]) * view.scale, 6);
  c.fill();
}

function drawBooths(c: CanvasRenderingContext2D, hall: HallDescriptor, view: View, stroke: string): void {
  const taken = new Set(hall.booths.map((booth) => booth.slot));
  c.strokeStyle = stroke;
  c.lineWidth = 1;
  for (const { id, position, yaw, size_m } of hall.slots) {
    const [w, d] = [size_m[0] * view.scale, size_m[2] * view.scale];
    c.save();
    c.translate(toX(view, position[0]), toZ(view, position[2]));
    c.rotate(-yaw);
    c.setLineDash(taken.has(id) ? [] : [3, 3]);
    c.strokeRect(-w / 2, -d / 2, w, d);
    c.restore();
  }
}

function drawPortal(c: CanvasRenderingContext2D, x: number, y: number, stroke: string): void {
  c.strokeStyle = stroke;
  c.lineWidth = 2;
  c.beginPath();
  c.arc(x, y, 5, Math.PI * 0.75, Math.PI * 2.25);
  c.stroke();
}

type Named = Label & { words: string };

function labelsOf(c: CanvasRenderingContext2D, hall: HallDescriptor, view: View): Named[] {
  return hall.checkins.map(({ title, position }) => {
    const words = pick(title);
    return { words, x: toX(view, position[0]), y: toZ(view, position[2]), width: c.measureText(words).width + 16, height: LABEL_PX };
  });
}

/** A dark tag at each place, as the hall's list has them; where there is no room for the words, a dot. */
function drawPlaces(c: CanvasRenderingContext2D, labels: readonly Named[], corners: readonly (Corner | null)[], fill: string, ink: string): void {
  labels.forEach(({ words, x, y, width }, index) => {
    const corner = corners[index];
    c.fillStyle = fill;
    c.beginPath();
    if (corner) c.roundRect(corner.left, corner.top, width, LABEL_PX, 5);
    else c.arc(x, y, 4, 0, Math.PI * 2);
    c.fill();
    if (!corner) return;
    c.fillStyle = ink;
    c.textBaseline = 'middle';
    c.fillText(words, corner.left + 8, corner.top + LABEL_PX / 2 + 1);
  });
}

/** Where one is being led: a line with a flag's ring at its end. */
function drawWay(c: CanvasRenderingContext2D, way: MapState['way'], view: View, stroke: string, halo: string): void {
  c.lineJoin = c.lineCap = 'round';
  for (const [style, width] of [[halo, 6], [stroke, 3]] as const) {
    c.strokeStyle = style;
    c.lineWidth = width;
    c.beginPath();
    way.forEach(({ x, z }, index) => (index === 0 ? c.moveTo(toX(view, x), toZ(view, z)) : c.lineTo(toX(view, x), toZ(view, z))));
    c.stroke();
  }
  const end = way.at(-1);
  if (!end) return;
  c.fillStyle = halo;
  c.beginPath();
  c.arc(toX(view, end.x), toZ(view, end.z), 7, 0, Math.PI * 2);
  c.fill();
  c.stroke();
}

/** One's own dot with the word under it, or over it at the lower edge. */
function selfBox(c: CanvasRenderingContext2D, self: MapState['self'], view: View, width: number, height: number): Label {
  const w = Math.max(SELF_PX * 2, c.measureText(t('hud.map.you')).width);
  const x = Math.min(Math.max(4 + w / 2, toX(view, self.x)), width - 4 - w / 2);
  const y = toZ(view, self.z);
  return { x, y: y + selfWordOffset(y, height) / 2, width: w, height: SELF_PX * 2 + 22 };
}

const selfWordOffset = (y: number, height: number): number => (y + SELF_WORD_PX * 1.5 > height ? -SELF_WORD_PX : SELF_WORD_PX);

function drawSelf(
  c: CanvasRenderingContext2D, self: MapState['self'], view: View, width: number, height: number, colour: (name: string) => string,
): void {
  const x = toX(view, self.x);
  const y = toZ(view, self.z);
  c.save();
  c.translate(x, y);
  c.rotate(-self.yaw);
  c.fillStyle = colour('--jade');
  c.globalAlpha = 0.28;
  c.beginPath();
  c.moveTo(0, 0);
  c.arc(0, 0, 24, -Math.PI / 2 - 0.5, -Math.PI / 2 + 0.5);
  c.fill();
  c.restore();
  c.fillStyle = colour('--jade');
  c.strokeStyle = colour('--paper-raised');
  c.lineWidth = 2.5;
  c.beginPath();
  c.arc(x, y, SELF_PX, 0, Math.PI * 2);
  c.fill();
  c.stroke();
  const label = t('hud.map.you');
  const w = c.measureText(label).width;
  const left = Math.min(Math.max(4, x - w / 2), width - w - 4);
  c.textBaseline = 'middle';
  c.lineWidth = 4;
  c.strokeStyle = colour('--paper-sunk');
  const wordY = y + selfWordOffset(y, height);
  c.strokeText(label, left, wordY);
  c.fillStyle = colour('--ink');
  c.fillText(label, left, wordY);
}
