/** What of the map does not walk: the hall's floor, booths and names of places, drawn once. */
import type { HallDescriptor } from '../net/api';
import type { Floor } from '../player/floor';
import { lang, pick } from '../text/catalogue';
import { MapLayer } from './mapLayer';
import type { MapView } from './mapView';
import type { Size } from './nameBeside';

const LABEL_EDGE_PX = 6;
const NO_FLOOR = -32768;

export class MapGround {
  readonly #layer = new MapLayer();
  #drawnOf: readonly unknown[] = [];
  #painted: { floor: Floor | null; fill: string; picture: HTMLCanvasElement | null } = { floor: null, fill: '', picture: null };

  /** Names lie under the dots: whoever stands on one is seen, and can be pressed. */
  draw(view: MapView, hall: HallDescriptor, floor: Floor | null, size: Size, ratio: number, colour: (name: string) => string): HTMLCanvasElement {
    const colours = ['--map-floor', '--line-strong', '--ink-2', '--paper-sunk', '--sans'].map(colour) as [string, string, string, string, string];
    const [fill, line, ink, halo, font] = colours;
    const of = [hall, floor, size.width, size.height, ratio, ...view.parts, lang(), ...colours];
    if (of.length === this.#drawnOf.length && of.every((each, at) => each === this.#drawnOf[at])) return this.#layer.canvas;
    this.#drawnOf = of;
    const c = this.#layer.begin(size, ratio);
    if (floor) this.#drawFloor(c, view, floor, fill);
    drawBooths(c, view, hall, line);
    drawPlaces(c, view, hall, size.width / ratio, ink, halo, font);
    return this.#layer.canvas;
  }

  /** Another theme, or another hall, paints it anew. */
  #drawFloor(c: CanvasRenderingContext2D, view: MapView, floor: Floor, fill: string): void {
    if (floor !== this.#painted.floor || fill !== this.#painted.fill) this.#painted = { floor, fill, picture: paint(floor, fill) };
    c.imageSmoothingEnabled = true;
    c.drawImage(this.#painted.picture as HTMLCanvasElement, view.x(floor.originX), view.y(floor.originZ), floor.columns * floor.cell_m * view.scale, floor.rows * floor.cell_m * view.scale);
  }
}

function drawBooths(c: CanvasRenderingContext2D, view: MapView, hall: HallDescriptor, stroke: string): void {
  const taken = new Set(hall.booths.map(({ slot }) => slot));
  c.strokeStyle = stroke;
  c.lineWidth = 1;
  for (const { id, position, yaw, size_m: [wide, , deep] } of hall.slots) {
    c.save();
    c.translate(view.x(position[0]), view.y(position[2]));
    c.rotate(-yaw);
    c.setLineDash(taken.has(id) ? [] : [3, 3]);
    c.strokeRect((-wide / 2) * view.scale, (-deep / 2) * view.scale, wide * view.scale, deep * view.scale);
    c.restore();
  }
}

/** @param width of the map in the page's pixels */
function drawPlaces(c: CanvasRenderingContext2D, view: MapView, hall: HallDescriptor, width: number, ink: string, halo: string, font: string): void {
  c.font = `500 13px ${font}`;
  c.textAlign = 'center';
  c.lineWidth = 4;
  c.lineJoin = 'round';
  for (const { title, position } of hall.checkins) {
    const half = c.measureText(pick(title)).width / 2 + LABEL_EDGE_PX;
    const px = Math.min(width - half, Math.max(half, view.x(position[0])));
    const py = view.y(position[2]) - 12;
    c.strokeStyle = halo;
    c.strokeText(pick(title), px, py);
    c.fillStyle = ink;
    c.fillText(pick(title), px, py);
  }
  c.textAlign = 'start';
}

function paint(floor: Floor, fill: string): HTMLCanvasElement {
  const picture = document.createElement('canvas');
  picture.width = floor.columns;
  picture.height = floor.rows;
  const c = picture.getContext('2d') as CanvasRenderingContext2D;
  c.fillStyle = fill;
  for (let row = 0; row < floor.rows; row += 1) {
    for (let column = 0; column < floor.columns; column += 1) {
      if (floor.heights[row * floor.columns + column] !== NO_FLOOR) c.fillRect(column, row, 1, 1);
    }
  }
  return picture;
}
