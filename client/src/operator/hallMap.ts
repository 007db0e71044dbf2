/**
 * The hall from above, live: its floor, booths and places, everybody as a dot, whoever was reported with a ring, and the one who is
 * chosen with their name. Canvas 2D; ten thousand dots are one path a colour, drawn only when there is news.
 */
import { fetchBytes, type Booth, type HallDescriptor } from '../net/api';
import { Floor } from '../player/floor';
import { DotFlag } from '../protocol/generated';
import { pick } from '../text/catalogue';
import { el } from '../ui/dom';
import type { Dots } from './dots';
import { dotAlpha, dotRadius } from './dotSize';
import { nameBeside } from './nameBeside';

const RING_PX = 9;
const CHOSEN_RING_PX = RING_PX + 4;
const NAME_GAP_PX = CHOSEN_RING_PX + 6;
const NAME_HEIGHT_PX = 28;
const NEAR_PX = 14;
const MARGIN_PX = 24;
const LABEL_EDGE_PX = 6;
const ZOOM_MAX = 8;
const ZOOM_STEP = 1.5;
const NO_FLOOR = -32768;

export class HallMap {
  readonly element = el('canvas', 'desk-map', { tabindex: -1, 'aria-hidden': true });
  #hall: HallDescriptor | null = null;
  #floor: Floor | null = null;
  #floorPicture: HTMLCanvasElement | null = null;
  #zoom = 1;
  #centre: { x: number; z: number } | null = null;
  #chosen: { id: number; name: string } | null = null;
  #follows = false;
  #due = false;
  readonly #names = new Map<number, string>();
  readonly #context = this.element.getContext('2d') as CanvasRenderingContext2D;

  /** @param choose somebody was pressed @param chooseBooth where nobody stands, a booth was */
  constructor(private readonly dots: Dots, choose: (id: number) => void, chooseBooth: (booth: Booth) => void) {
    new ResizeObserver(() => this.redraw()).observe(this.element);
    this.element.addEventListener('click', (event) => {
      const view = this.#view();
      if (!view) return;
      const id = dots.nearest(view.toX(event.offsetX), view.toZ(event.offsetY), NEAR_PX / view.scale);
      if (id !== null) return choose(id);
      const booth = this.#boothAt(view.toX(event.offsetX), view.toZ(event.offsetY));
      if (booth) chooseBooth(booth);
    });
    this.element.addEventListener('wheel', (event) => {
      event.preventDefault();
      this.zoom(event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP);
    }, { passive: false });
  }

  async setHall(hall: HallDescriptor): Promise<void> {
    this.#hall = hall;
    this.#floor = this.#floorPicture = this.#centre = null;
    this.#zoom = 1;
    this.redraw();
    try {
      const floor = Floor.parse(await fetchBytes(hall.floor));
      if (this.#hall === hall) this.#floor = floor;
    } catch {
      // Without a floor the bounds are drawn.
    }
    this.redraw();
  }

  /** Other booths stand in the same hall. */
  setBooths(hall: HallDescriptor): void {
    if (this.#hall?.id === hall.id) this.#hall = hall;
    this.redraw();
  }

  #boothAt(x: number, z: number): Booth | undefined {
    const slot = this.#hall?.slots.find(({ position, yaw, size_m: [wide, , deep] }) => {
      const [dx, dz] = [x - position[0], z - position[2]];
      const [along, across] = [dx * Math.cos(yaw) - dz * Math.sin(yaw), dx * Math.sin(yaw) + dz * Math.cos(yaw)];
      return Math.abs(along) <= wide / 2 && Math.abs(across) <= deep / 2;
    });
    return this.#hall?.booths.find((booth) => booth.slot === slot?.id);
  }

  /** Whoever is chosen; `follow` keeps them in the middle. */
  choose(chosen: { id: number; name: string } | null, follow = false): void {
    this.#chosen = chosen;
    this.#follows = follow;
    this.redraw();
  }

  zoom(factor: number): void {
    this.#zoom = Math.min(ZOOM_MAX, Math.max(1, this.#zoom * factor));
    if (this.#zoom === 1) this.#centre = null;
    else if (this.#chosen) this.#centreOn(this.#chosen.id);
    this.redraw();
  }

  named(people: readonly { id: number; name: string }[]): void {
    for (const { id, name } of people) this.#names.set(id, name);
  }

  /** At most once a frame, however much news there is. */
  redraw(): void {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      this.#draw();
    });
  }

  #centreOn(id: number): void {
    const at = this.dots.indexOf(id);
    if (at >= 0) this.#centre = { x: this.dots.x[at] as number, z: this.dots.z[at] as number };
  }

  #view(): View | null {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!this.#hall || width === 0 || height === 0) return null;
    const { min, max } = this.#extent(this.#hall);
    const fit = Math.min((width - MARGIN_PX * 2) / Math.max(1, max[0] - min[0]), (height - MARGIN_PX * 2) / Math.max(1, max[1] - min[1]));
    const centre = this.#centre ?? { x: (min[0] + max[0]) / 2, z: (min[1] + max[1]) / 2 };
    return new View(fit * this.#zoom, width / 2, height / 2, centre.x, centre.z);
  }

  #extent(hall: HallDescriptor): { min: [number, number]; max: [number, number] } {
    const floor = this.#floor;
    if (!floor) return { min: [hall.bounds.min[0], hall.bounds.min[2]], max: [hall.bounds.max[0], hall.bounds.max[2]] };
    return {
      min: [floor.originX, floor.originZ],
      max: [floor.originX + floor.columns * floor.cell_m, floor.originZ + floor.rows * floor.cell_m],
    };
  }

  #area_m2(hall: HallDescriptor): number {
    const { min, max } = this.#extent(hall);
    return (max[0] - min[0]) * (max[1] - min[1]);
  }

  #draw(): void {
    if (this.#follows && this.#chosen && this.#zoom > 1) this.#centreOn(this.#chosen.id);
    const { element: canvas } = this;
    const view = this.#view();
    const hall = this.#hall;
    if (!view || !hall) return;
    const ratio = Math.min(2, devicePixelRatio || 1);
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const style = getComputedStyle(canvas);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const c = this.#context;
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, width, height);
    this.#drawFloor(view, colour('--map-floor'));
    this.#drawBooths(view, hall, colour('--line-strong'));
    // Names lie under the dots: whoever stands on one is seen, and can be pressed.
    this.#drawPlaces(view, hall, colour('--ink-2'), colour('--paper-sunk'), colour('--sans'));
    this.#drawDots(view, hall, colour('--jade'), colour('--ink-3'));
    this.#drawRings(view, colour('--cinnabar'));
    this.#drawChosen(view, colour('--jade'), colour('--on-jade'), colour('--sans'));
  }

  #drawFloor(view: View, fill: string): void {
    const floor = this.#floor;
    if (!floor) return;
    this.#floorPicture ??= paint(floor, fill);
    const c = this.#context;
    c.imageSmoothingEnabled = true;
    c.drawImage(this.#floorPicture, view.x(floor.originX), view.y(floor.originZ), floor.columns * floor.cell_m * view.scale, floor.rows * floor.cell_m * view.scale);
  }

  #drawBooths(view: View, hall: HallDescriptor, stroke: string): void {
    const taken = new Set(hall.booths.map(({ slot }) => slot));
    const c = this.#context;
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

  /** Visitors in jade; who is hidden or made by the program, in grey. One path each. */
  #drawDots(view: View, hall: HallDescriptor, fill: string, dim: string): void {
    const c = this.#context;
    const { count, flags, x, z } = this.dots;
    const radius = dotRadius(count, this.#area_m2(hall) * view.scale ** 2);
    c.globalAlpha = dotAlpha(radius);
    for (const [style, wanted] of [[dim, true], [fill, false]] as const) {
      c.fillStyle = style;
      c.beginPath();
      for (let i = 0; i < count; i += 1) {
        if (((flags[i] as number) & (DotFlag.HIDDEN | DotFlag.BOT)) !== 0 !== wanted) continue;
        const [px, py] = [view.x(x[i] as number), view.y(z[i] as number)];
        c.moveTo(px + radius, py);
        c.arc(px, py, radius, 0, Math.PI * 2);
      }
      c.fill();
    }
    c.globalAlpha = 1;
  }

  #drawPlaces(view: View, hall: HallDescriptor, ink: string, halo: string, font: string): void {
    const c = this.#context;
    c.font = `500 13px ${font}`;
    c.textAlign = 'center';
    c.lineWidth = 4;
    c.lineJoin = 'round';
    for (const { title, position } of hall.checkins) {
      const half = c.measureText(pick(title)).width / 2 + LABEL_EDGE_PX;
      const px = Math.min(this.element.clientWidth - half, Math.max(half, view.x(position[0])));
      const py = view.y(position[2]) - 12;
      c.strokeStyle = halo;
      c.strokeText(pick(title), px, py);
      c.fillStyle = ink;
      c.fillText(pick(title), px, py);
    }
    c.textAlign = 'start';
  }

  #drawRings(view: View, stroke: string): void {
    const c = this.#context;
    const { count, flags, x, z } = this.dots;
    c.strokeStyle = stroke;
    c.lineWidth = 2;
    for (let i = 0; i < count; i += 1) {
      if (((flags[i] as number) & DotFlag.REPORTED) === 0) continue;
      c.beginPath();
      c.arc(view.x(x[i] as number), view.y(z[i] as number), RING_PX, 0, Math.PI * 2);
      c.stroke();
    }
  }

  #drawChosen(view: View, fill: string, ink: string, font: string): void {
    const chosen = this.#chosen;
    const at = chosen ? this.dots.indexOf(chosen.id) : -1;
    if (!chosen || at < 0) return;
    const c = this.#context;
    const [px, py] = [view.x(this.dots.x[at] as number), view.y(this.dots.z[at] as number)];
    c.strokeStyle = c.fillStyle = fill;
    c.lineWidth = 3;
    c.beginPath();
    c.arc(px, py, CHOSEN_RING_PX, 0, Math.PI * 2);
    c.stroke();
    c.beginPath();
    c.arc(px, py, 3.5, 0, Math.PI * 2);
    c.fill();
    const name = this.#names.get(chosen.id) ?? chosen.name;
    c.font = `500 13px ${font}`;
    const box = { width: c.measureText(name).width + 24, height: NAME_HEIGHT_PX };
    const { left, top } = nameBeside({ x: px, y: py }, box, NAME_GAP_PX, { width: this.element.clientWidth, height: this.element.clientHeight });
    c.beginPath();
    c.roundRect(left, top, box.width, box.height, 5);
    c.fill();
    c.fillStyle = ink;
    c.textBaseline = 'middle';
    c.fillText(name, left + 12, top + box.height / 2 + 1);
    c.textBaseline = 'alphabetic';
  }
}

class View {
  constructor(readonly scale: number, private readonly left: number, private readonly top: number, private readonly cx: number, private readonly cz: number) {}
  x(x: number): number { return this.left + (x - this.cx) * this.scale; }
  y(z: number): number { return this.top + (z - this.cz) * this.scale; }
  toX(px: number): number { return this.cx + (px - this.left) / this.scale; }
  toZ(py: number): number { return this.cz + (py - this.top) / this.scale; }
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
