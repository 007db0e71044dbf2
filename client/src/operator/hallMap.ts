/**
 * The hall from above, live: its floor, booths and places, everybody as a dot, whoever was reported with a ring, and the one who is
 * chosen with their name. Canvas 2D. News come twice a second; in between dots walk, as often as leaves the page its time.
 */
import { fetchBytes, type Booth, type HallDescriptor } from '../net/api';
import { Floor } from '../player/floor';
import { el } from '../ui/dom';
import type { Dots } from './dots';
import { MapCrowd } from './mapCrowd';
import { MapGround } from './mapGround';
import { drawChosen, drawMarks, drawRings, type MapMark } from './mapMarks';
import { extentOf, MapView } from './mapView';

const NEAR_PX = 14;
const MARGIN_PX = 24;
const ZOOM_MAX = 8;
const ZOOM_STEP = 1.5;
/** Of the page's time that walking dots may take, drawing them included. */
const WALKING_SHARE = 0.1;

export class HallMap {
  readonly element = el('canvas', 'desk-map', { tabindex: -1, 'aria-hidden': true });
  #hall: HallDescriptor | null = null;
  #floor: Floor | null = null;
  #zoom = 1;
  #centre: { x: number; z: number } | null = null;
  #chosen: { id: number; name: string } | null = null;
  #follows = false;
  #marks: readonly MapMark[] = [];
  #due = false;
  readonly #names = new Map<number, string>();
  readonly #context = this.element.getContext('2d') as CanvasRenderingContext2D;
  readonly #ground = new MapGround();
  readonly #crowd: MapCrowd;
  /** Told after a frame is drawn. */
  readonly #afterFrame = new MessageChannel();
  #began_ms = 0;
  #nextWalk = 0;

  /** @param choose somebody was pressed @param chooseBooth where nobody stands, a booth was */
  constructor(private readonly dots: Dots, choose: (id: number) => void, chooseBooth: (booth: Booth) => void) {
    this.#crowd = new MapCrowd(dots);
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
    this.#floor = this.#centre = null;
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

  #view(): MapView | null {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!this.#hall || width === 0 || height === 0) return null;
    const { min, max } = extentOf(this.#hall, this.#floor);
    const fit = Math.min((width - MARGIN_PX * 2) / Math.max(1, max[0] - min[0]), (height - MARGIN_PX * 2) / Math.max(1, max[1] - min[1]));
    const centre = this.#centre ?? { x: (min[0] + max[0]) / 2, z: (min[1] + max[1]) / 2 };
    return new MapView(fit * this.#zoom, width / 2, height / 2, centre.x, centre.z);
  }

  #area_m2(hall: HallDescriptor): number {
    const { min, max } = extentOf(hall, this.#floor);
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
    const ground = this.#ground.draw(view, hall, this.#floor, size, ratio, colour);
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.clearRect(0, 0, size.width, size.height);
    c.drawImage(ground, 0, 0);
    this.#crowd.draw(c, view, this.#area_m2(hall), size, ratio, colour('--jade'), colour('--ink-3'));
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawRings(c, view, this.dots, colour('--cinnabar'));
    drawMarks(c, view, this.#marks, colour('--cinnabar'), colour('--paper-sunk'), colour('--sans'));
    const chosen = this.#chosen;
    const map = { width: canvas.clientWidth, height: canvas.clientHeight };
    if (chosen) drawChosen(c, view, this.dots, { id: chosen.id, name: this.#names.get(chosen.id) ?? chosen.name }, map, colour('--jade'), colour('--on-jade'), colour('--sans'));
    return true;
  }

}

/** Somebody asked the system for less motion. */
const prefersStill = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
