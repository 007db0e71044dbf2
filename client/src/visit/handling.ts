/**
 * A booth moved, turned and scaled by hand: dragged over the floor; turned with Shift and the mouse, or by a second finger; scaled
 * by the wheel, or by pinching. What begins beside the booth is the hall's own (looking, walking).
 */
import { type Object3D, type PerspectiveCamera, Plane, Raycaster, Vector2, Vector3 } from 'three';
import type { Slot, Transform } from '../net/api';

const TURN_DEG_PER_PX = 0.5;
const WHEEL_SCALE = 0.0012;

export interface HandlingParts {
  surface: HTMLElement;
  camera: PerspectiveCamera;
  slot: Slot;
  /** The booth, once it is there. */
  object(): Object3D | null;
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
  readonly #plane = new Plane();
  readonly #hit = new Vector3();
  readonly #fingers = new Map<number, Finger>();
  readonly #abort = new AbortController();
  /** What the gesture began with; begun anew whenever a finger comes or goes. */
  #from: { transform: Transform; x: number; z: number; angle: number; span: number; clientX: number } | null = null;
  #turning = false;

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
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    if (this.#fingers.size === 0 && !this.#isOnBooth(event)) return;
    if (this.#fingers.size >= 2) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    this.parts.surface.setPointerCapture(event.pointerId);
    this.#fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (this.#fingers.size === 1) {
      this.#plane.setFromNormalAndCoplanarPoint(new Vector3(0, 1, 0), this.#hit);
      this.#turning = event.shiftKey;
      this.parts.held(true);
    }
    this.#begin();
  }

  #move(event: PointerEvent): void {
    const finger = this.#fingers.get(event.pointerId);
    if (!finger) return;
    event.stopImmediatePropagation();
    finger.x = event.clientX;
    finger.y = event.clientY;
    const { slot } = this.parts;
    const from = this.#from;
    const at = from && this.#ground();
    if (!from || !at) return;
    const wish: Transform = { ...from.transform };
    if (this.#turning) wish.yaw_deg += (event.clientX - from.clientX) * TURN_DEG_PER_PX;
    else {
      const dx = at.x - from.x;
      const dz = at.z - from.z;
      const cos = Math.cos(slot.yaw);
      const sin = Math.sin(slot.yaw);
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
    this.parts.held(false);
  }

  #wheel(event: WheelEvent): void {
    if (!this.#isOnBooth(event)) return;
    event.preventDefault();
    const transform = this.parts.transform();
    this.parts.moved({ ...transform, scale: transform.scale * Math.exp(-event.deltaY * WHEEL_SCALE) });
  }

  #begin(): void {
    const at = this.#ground();
    const [first] = this.#fingers.values();
    if (at && first) this.#from = { transform: this.parts.transform(), x: at.x, z: at.z, clientX: first.x, ...this.#pair() };
  }

  /** Where the middle between the fingers points at, at the height where the booth was touched. */
  #ground(): Vector3 | null {
    const fingers = [...this.#fingers.values()];
    const x = fingers.reduce((sum, finger) => sum + finger.x, 0) / fingers.length;
    const y = fingers.reduce((sum, finger) => sum + finger.y, 0) / fingers.length;
    this.#aim(x, y);
    return this.#raycaster.ray.intersectPlane(this.#plane, new Vector3());
  }

  #pair(): { angle: number; span: number } {
    const [a, b] = this.#fingers.values();
    if (!a || !b) return { angle: 0, span: 0 };
    return { angle: Math.atan2(b.y - a.y, b.x - a.x), span: Math.hypot(b.x - a.x, b.y - a.y) };
  }

  #isOnBooth({ clientX, clientY }: MouseEvent): boolean {
    const object = this.parts.object();
    if (!object) return false;
    this.#aim(clientX, clientY);
    const [hit] = this.#raycaster.intersectObject(object, true);
    if (hit) this.#hit.copy(hit.point);
    return hit !== undefined;
  }

  #aim(clientX: number, clientY: number): void {
    const { surface, camera } = this.parts;
    this.#point.set((clientX / surface.clientWidth) * 2 - 1, 1 - (clientY / surface.clientHeight) * 2);
    camera.updateWorldMatrix(true, false);
    this.#raycaster.setFromCamera(this.#point, camera);
  }
}
