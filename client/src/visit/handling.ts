/**
 * A booth moved, turned and scaled by hand: dragged over the floor; turned with Shift and the mouse, or by a second finger; scaled
 * by the wheel, or by pinching. What begins beside the booth is the hall's own (looking, walking).
 *
 * The booth is held by the box around it: thin legs are hard to meet with a finger.
 */
import { MathUtils, type PerspectiveCamera, Raycaster, Vector2, Vector3 } from 'three';
import type { Slot, Transform } from '../net/api';
import { boxHit } from '../player/pick';
import type { StandingBox } from '../scene/placement';

const TURN_DEG_PER_PX = 0.5;
const WHEEL_SCALE = 0.0012;
const WHEEL_PAUSE_MS = 400;
/** Seen flatter than so, a floor is dragged as if it were this steep: towards the horizon a pixel would be many metres. */
const STEEPNESS_MIN = Math.sin((20 * Math.PI) / 180);

export interface HandlingParts {
  surface: HTMLElement;
  camera: PerspectiveCamera;
  slot: Slot;
  /** Around the booth as it stands, once it is there. */
  box(): StandingBox | null;
  /** Whether something else is drawn here that fingers hold: the walking stick. */
  covered(clientX: number, clientY: number): boolean;
  transform(): Transform;
  moved(wish: Transform): void;
  /** The hand was put on the booth, or lifted. */
  held(holding: boolean): void;
}

interface Finger {
  x: number;
  y: number;
}

export class Handling {
  readonly #raycaster = new Raycaster();
  readonly #point = new Vector2();
  readonly #fingers = new Map<number, Finger>();
  readonly #abort = new AbortController();
  /** What the gesture began with; begun anew whenever a finger comes or goes. */
  #from: { transform: Transform; middle: Finger; floor: (right_px: number, down_px: number) => [number, number]; angle: number; span: number } | null = null;
  /** How far the booth was where it was touched. */
  #reach_m = 0;
  #turning = false;
  /** What the wheel wished for last: a touch pad tells of steps too small for a whole per cent. */
  #wheeled = { scale: 1, at_ms: -Infinity };

  constructor(private readonly parts: HandlingParts) {
    const listen = <K extends keyof HTMLElementEventMap>(type: K, listener: (event: HTMLElementEventMap[K]) => void): void =>
      // Before the hall's own listeners on the same element: they do not hear of a hand that is on the booth.
      parts.surface.addEventListener(type, listener, { capture: true, passive: false, signal: this.#abort.signal });
    listen('pointerdown', (event) => this.#down(event));
    listen('pointermove', (event) => this.#move(event));
    listen('pointerup', (event) => this.#up(event));
    listen('pointercancel', (event) => this.#up(event));
    listen('wheel', (event) => this.#wheel(event));
  }

  dispose(): void {
    this.#abort.abort();
    this.#show(false, false);
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    if (this.#fingers.size >= 2) return;
    if (this.#fingers.size === 0) {
      const metres = this.#touched(event);
      if (metres === null) return;
      this.#reach_m = metres;
      this.#turning = event.shiftKey;
      this.parts.held(true);
    }
    event.stopImmediatePropagation();
    event.preventDefault();
    this.parts.surface.setPointerCapture(event.pointerId);
    this.#fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.#show(true, true);
    this.#begin();
  }

  #move(event: PointerEvent): void {
    const finger = this.#fingers.get(event.pointerId);
    if (!finger) {
      if (event.buttons === 0) this.#show(this.#touched(event) !== null, false);
      return;
    }
    event.stopImmediatePropagation();
    finger.x = event.clientX;
    finger.y = event.clientY;
    const from = this.#from;
    if (!from) return;
    const middle = this.#middle();
    const wish: Transform = { ...from.transform };
    if (this.#turning) wish.yaw_deg += (middle.x - from.middle.x) * TURN_DEG_PER_PX;
    else {
      const [dx, dz] = from.floor(middle.x - from.middle.x, middle.y - from.middle.y);
      const { yaw } = this.parts.slot;
      const [cos, sin] = [Math.cos(yaw), Math.sin(yaw)];
      wish.offset_m = [from.transform.offset_m[0] + dx * cos - dz * sin, from.transform.offset_m[1] + dx * sin + dz * cos];
    }
    const { angle, span } = this.#pair();
    if (span > 0 && from.span > 0) {
      wish.yaw_deg -= ((angle - from.angle) * 180) / Math.PI;
      wish.scale *= span / from.span;
    }
    this.parts.moved(wish);
  }

  #up(event: PointerEvent): void {
    if (!this.#fingers.delete(event.pointerId)) return;
    event.stopImmediatePropagation();
    if (this.#fingers.size > 0) return this.#begin();
    this.#from = null;
    this.#show(event.pointerType === 'mouse', false);
    this.parts.held(false);
  }

  #wheel(event: WheelEvent): void {
    if (this.#touched(event) === null) return;
    event.preventDefault();
    const transform = this.parts.transform();
    const goesOn = event.timeStamp - this.#wheeled.at_ms < WHEEL_PAUSE_MS && Math.abs(this.#wheeled.scale - transform.scale) < 0.01;
    const scale = (goesOn ? this.#wheeled.scale : transform.scale) * Math.exp(-event.deltaY * WHEEL_SCALE);
    this.#wheeled = { scale, at_ms: event.timeStamp };
    this.parts.moved({ ...transform, scale });
  }

  #begin(): void {
    this.#from = { transform: this.parts.transform(), middle: this.#middle(), floor: this.#floorUnder(this.#middle()), ...this.#pair() };
  }

  #middle(): Finger {
    const fingers = [...this.#fingers.values()];
    const mean = (of: (finger: Finger) => number): number => fingers.reduce((sum, finger) => sum + of(finger), 0) / fingers.length;
    return { x: mean(({ x }) => x), y: mean(({ y }) => y) };
  }

  /** Metres along x and z of the hall for pixels from here: what was touched stays about under the hand. */
  #floorUnder({ x, y }: Finger): (right_px: number, down_px: number) => [number, number] {
    const { surface, camera } = this.parts;
    this.#aim(x, y);
    const { direction } = this.#raycaster.ray;
    const depth_m = this.#reach_m * direction.dot(camera.getWorldDirection(new Vector3()));
    const metres = (2 * Math.tan(MathUtils.degToRad(camera.fov) / 2) * depth_m) / surface.clientHeight;
    const ahead = metres / Math.max(STEEPNESS_MIN, -direction.y);
    const right = new Vector3().setFromMatrixColumn(camera.matrixWorld, 0).setY(0).normalize();
    return (right_px, down_px) => [
      right.x * right_px * metres - right.z * down_px * ahead,
      right.z * right_px * metres + right.x * down_px * ahead,
    ];
  }

  #pair(): { angle: number; span: number } {
    const [a, b] = this.#fingers.values();
    if (!a || !b) return { angle: 0, span: 0 };
    return { angle: Math.atan2(b.y - a.y, b.x - a.x), span: Math.hypot(b.x - a.x, b.y - a.y) };
  }

  /** Metres to the booth's box where the pointer is; null beside it, and for who stands in it. */
  #touched({ clientX, clientY }: MouseEvent): number | null {
    const box = this.parts.box();
    if (!box || this.parts.covered(clientX, clientY)) return null;
    this.#aim(clientX, clientY);
    return boxHit(this.#raycaster.ray, box.middle, box.yaw, box.size);
  }

  /** The pointer says that the booth can be held here. */
  #show(onBooth: boolean, holding: boolean): void {
    this.parts.surface.classList.toggle('on-booth', onBooth);
    this.parts.surface.classList.toggle('holding', holding);
  }

  #aim(clientX: number, clientY: number): void {
    const { surface, camera } = this.parts;
    this.#point.set((clientX / surface.clientWidth) * 2 - 1, 1 - (clientY / surface.clientHeight) * 2);
    camera.updateWorldMatrix(true, false);
    this.#raycaster.setFromCamera(this.#point, camera);
  }
}
