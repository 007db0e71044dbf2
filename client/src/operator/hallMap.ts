/**
 * The hall from above, live: its floor, booths and places, everybody as a dot, whoever was reported with a ring, and the one who is
 * chosen with their name. Canvas 2D. News come twice a second; in between dots walk, as often as leaves the page its time.
 */
import { fetchBytes, type Booth, type HallDescriptor } from '../net/api';
import { Floor } from '../player/floor';
import { DotFlag } from '../protocol/generated';
import { lang, pick, t, type MessageKey } from '../text/catalogue';
import { el } from '../ui/dom';
import type { Dots } from './dots';
import { dotAlpha, dotRadius } from './dotSize';
import { DotStamps } from './dotStamps';
import { nameBeside, type Size } from './nameBeside';

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
const MARK_PX = 7;
/** From here on dots are stamped: fewer are large, and smoother as a path. */
const STAMPED_COUNT = 1500;
/** Of the page's time that walking dots may take, drawing them included. */
const WALKING_SHARE = 0.1;

/** Where somebody stood when something was reported. */
export interface MapMark {
  at: readonly [x: number, z: number];
  saying: MessageKey;
}

export class HallMap {
  readonly element = el('canvas', 'desk-map', { tabindex: -1, 'aria-hidden': true });
  #hall: HallDescriptor | null = null;
  #floor: Floor | null = null;
  #floorPicture: HTMLCanvasElement | null = null;
  #floorFill = '';
  #zoom = 1;
  #centre: { x: number; z: number } | null = null;
  #chosen: { id: number; name: string } | null = null;
  #follows = false;
  #marks: readonly MapMark[] = [];
  #due = false;
  readonly #names = new Map<number, string>();
  readonly #context = this.element.getContext('2d') as CanvasRenderingContext2D;
  /** What does not walk, drawn once; and what it was drawn of. */
  readonly #ground = new Layer();
  #groundOf: readonly unknown[] = [];
  readonly #crowd = new Layer();
  #pixels: ImageData | null = null;
  #stamps = new DotStamps(1);
  /** Told after a frame is drawn. */
  readonly #afterFrame = new MessageChannel();
  #began_ms = 0;
  #nextWalk = 0;

  /** @param choose somebody was pressed @param chooseBooth where nobody stands, a booth was */
  constructor(private readonly dots: Dots, choose: (id: number) => void, chooseBooth: (booth: Booth) => void) {
    new ResizeObserver(() => this.redraw()).observe(this.element);
    this.#afterFrame.port1.onmessage = () => this.#walkOn();
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

  mark(marks: readonly MapMark[]): void {
    this.#marks = marks;
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
    clearTimeout(this.#nextWalk);
    requestAnimationFrame((now_ms) => {
      this.#due = false;
      this.#began_ms = performance.now();
      const walks = this.dots.advance(prefersStill() ? Infinity : now_ms);
      // A canvas that is not seen, or a page behind another, waits for the next news.
      if (this.#draw() && walks) this.#afterFrame.port2.postMessage(null);
    });
  }

  /** The frame is drawn, and what it took is known: so long a pause follows that the page keeps the rest of its time. */
  #walkOn(): void {
    if (this.#due) return;
    const took_ms = performance.now() - this.#began_ms;
    this.#nextWalk = window.setTimeout(() => this.redraw(), took_ms / WALKING_SHARE - took_ms);
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

  /** False where nobody sees it. */
  #draw(): boolean {
    if (this.#follows && this.#chosen && this.#zoom > 1) this.#centreOn(this.#chosen.id);
    const { element: canvas } = this;
    const view = this.#view();
    const hall = this.#hall;
    if (!view || !hall) return false;
    const ratio = Math.min(2, devicePixelRatio || 1);
    const size = { width: Math.round(canvas.clientWidth * ratio), height: Math.round(canvas.clientHeight * ratio) };
    if (canvas.width !== size.width || canvas.height !== size.height) Object.assign(canvas, size);
    const style = getComputedStyle(canvas);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const c = this.#context;
    this.#drawGround(view, hall, size, ratio, colour);
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.clearRect(0, 0, size.width, size.height);
    c.drawImage(this.#ground.canvas, 0, 0);
    this.#drawDots(view, hall, size, ratio, colour('--jade'), colour('--ink-3'));
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#drawRings(view, colour('--cinnabar'));
    this.#drawMarks(view, colour('--cinnabar'), colour('--paper-sunk'), colour('--sans'));
    this.#drawChosen(view, colour('--jade'), colour('--on-jade'), colour('--sans'));
    return true;
  }

  /** Names lie under the dots: whoever stands on one is seen, and can be pressed. */
  #drawGround(view: View, hall: HallDescriptor, size: Size, ratio: number, colour: (name: string) => string): void {
    const colours = ['--map-floor', '--line-strong', '--ink-2', '--paper-sunk', '--sans'].map(colour) as [string, string, string, string, string];
    const [floor, line, ink, halo, font] = colours;
    const of = [hall, this.#floor, size.width, size.height, ratio, ...view.parts, lang(), ...colours];
    if (of.length === this.#groundOf.length && of.every((each, at) => each === this.#groundOf[at])) return;
    // Another theme paints the floor anew.
    if (floor !== this.#floorFill) [this.#floorPicture, this.#floorFill] = [null, floor];
    this.#groundOf = of;
    const c = this.#ground.begin(size, ratio);
    this.#drawFloor(c, view, floor);
    this.#drawBooths(c, view, hall, line);
    this.#drawPlaces(c, view, hall, ink, halo, font);
  }

  #drawFloor(c: CanvasRenderingContext2D, view: View, fill: string): void {
    const floor = this.#floor;
    if (!floor) return;
    this.#floorPicture ??= paint(floor, fill);
    c.imageSmoothingEnabled = true;
    c.drawImage(this.#floorPicture, view.x(floor.originX), view.y(floor.originZ), floor.columns * floor.cell_m * view.scale, floor.rows * floor.cell_m * view.scale);
  }

  #drawBooths(c: CanvasRenderingContext2D, view: View, hall: HallDescriptor, stroke: string): void {
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

  /** Visitors in jade; who is hidden or made by the program, in grey. */
  #drawDots(view: View, hall: HallDescriptor, size: Size, ratio: number, fill: string, dim: string): void {
    const c = this.#context;
    const { count, flags, x, z } = this.dots;
    const radius = dotRadius(count, this.#area_m2(hall) * view.scale ** 2);
    const isDim = (i: number): boolean => ((flags[i] as number) & (DotFlag.HIDDEN | DotFlag.BOT)) !== 0;
    if (count >= STAMPED_COUNT) return this.#stampDots(view, size, ratio, radius, (i) => (isDim(i) ? dim : fill));
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.globalAlpha = dotAlpha(radius);
    for (const [style, wanted] of [[dim, true], [fill, false]] as const) {
      c.fillStyle = style;
      c.beginPath();
      for (let i = 0; i < count; i += 1) {
        if (isDim(i) !== wanted) continue;
        const [px, py] = [view.x(x[i] as number), view.y(z[i] as number)];
        c.moveTo(px + radius, py);
        c.arc(px, py, radius, 0, Math.PI * 2);
      }
      c.fill();
    }
    c.globalAlpha = 1;
  }

  #stampDots(view: View, { width, height }: Size, ratio: number, radius: number, colourOf: (i: number) => string): void {
    const { count, x, z } = this.dots;
    if (this.#stamps.radius_px !== radius * ratio) this.#stamps = new DotStamps(radius * ratio);
    if (this.#pixels?.width !== width || this.#pixels.height !== height) this.#pixels = new ImageData(width, height);
    const pixels = new Uint32Array(this.#pixels.data.buffer);
    const alpha = dotAlpha(radius);
    const words = new Map<string, number>();
    pixels.fill(0);
    for (let i = 0; i < count; i += 1) {
      const colour = colourOf(i);
      let word = words.get(colour);
      if (word === undefined) words.set(colour, (word = wordOf(this.#context, colour)));
      this.#stamps.put(pixels, width, height, view.x(x[i] as number) * ratio, view.y(z[i] as number) * ratio, word, alpha);
    }
    this.#crowd.begin({ width, height }, 1).putImageData(this.#pixels, 0, 0);
    this.#context.drawImage(this.#crowd.canvas, 0, 0);
  }

  #drawPlaces(c: CanvasRenderingContext2D, view: View, hall: HallDescriptor, ink: string, halo: string, font: string): void {
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

  /** A diamond with its word: no dot, for nobody need stand there any more. */
  #drawMarks(view: View, ink: string, halo: string, font: string): void {
    const c = this.#context;
    c.font = `500 13px ${font}`;
    c.textAlign = 'center';
    c.lineJoin = 'round';
    for (const { at, saying } of this.#marks) {
      const [px, py] = [view.x(at[0]), view.y(at[1])];
      c.beginPath();
      c.moveTo(px, py - MARK_PX);
      c.lineTo(px + MARK_PX, py);
      c.lineTo(px, py + MARK_PX);
      c.lineTo(px - MARK_PX, py);
      c.closePath();
      c.strokeStyle = ink;
      c.lineWidth = 2;
      c.stroke();
      c.strokeStyle = halo;
      c.lineWidth = 4;
      c.strokeText(t(saying), px, py + MARK_PX + 15);
      c.fillStyle = ink;
      c.fillText(t(saying), px, py + MARK_PX + 15);
    }
    c.textAlign = 'start';
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

/** Somebody asked the system for less motion. */
const prefersStill = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** 0xBBGGRR of any colour that a canvas knows. */
function wordOf(c: CanvasRenderingContext2D, colour: string): number {
  c.fillStyle = colour;
  const [red = 0, green = 0, blue = 0] = (String(c.fillStyle).match(/[0-9a-f]{2}/g) ?? []).map((pair) => parseInt(pair, 16));
  return (blue << 16) | (green << 8) | red;
}

/** A canvas beside the page's. */
class Layer {
  readonly canvas = document.createElement('canvas');
  readonly #context = this.canvas.getContext('2d') as CanvasRenderingContext2D;

  /** Empty, and of this size in its own pixels. */
  begin({ width, height }: Size, ratio: number): CanvasRenderingContext2D {
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    this.#context.setTransform(1, 0, 0, 1, 0, 0);
    this.#context.clearRect(0, 0, width, height);
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return this.#context;
  }
}

class View {
  constructor(readonly scale: number, private readonly left: number, private readonly top: number, private readonly cx: number, private readonly cz: number) {}
  x(x: number): number { return this.left + (x - this.cx) * this.scale; }
  y(z: number): number { return this.top + (z - this.cz) * this.scale; }
  get parts(): readonly number[] { return [this.scale, this.left, this.top, this.cx, this.cz]; }
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
