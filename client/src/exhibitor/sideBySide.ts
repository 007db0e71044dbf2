/**
 * Two models in one canvas, left what was uploaded and right what halls show, seen by one camera: what differs is the models alone.
 *
 * Drawn only when something changed. Turned by dragging, by arrow keys, and nearer and further by the wheel, two fingers, + and -.
 */
import {
  ACESFilmicToneMapping, Box3, BoxGeometry, EdgesGeometry, GridHelper, type Group, LineDashedMaterial, LineSegments, PerspectiveCamera,
  Scene, Vector3, WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/examples/jsm/controls/OrbitControls.js';
import type { Transform, Vec3 } from '../net/api';
import { loadModel } from '../scene/files';
import { visitorsSide } from './fit';
import { studioLight } from './studio';

export type Shown = 'both' | 'before' | 'after';

/** The slot, and how the booth stands in it. */
export interface Room {
  size_m: Vec3;
  stand: Transform;
}

const FIELD_OF_VIEW_DEG = 35;
/** From where visitors come, a little from the side and above. */
const ASIDE_RAD = 0.5;
const ABOVE_RAD = 0.35;
const UP = new Vector3(0, 1, 0);
const STEP_RAD = 0.12;
const ZOOM = 1.12;
/** Under something larger the squares would be a grey haze. */
const GRID_MAX_M = 60;

export class SideBySide {
  readonly #renderer: WebGLRenderer;
  readonly #camera = new PerspectiveCamera(FIELD_OF_VIEW_DEG, 1, 0.01, 1000);
  readonly #controls: OrbitControls;
  readonly #scenes: readonly [Scene, Scene];
  readonly #observer: ResizeObserver;
  readonly #keys = new AbortController();
  #shown: Shown = 'both';
  #frame = 0;
  #reach_m = 1;
  readonly #foot: Vector3;
  #before: Group;

  private constructor(private readonly canvas: HTMLCanvasElement, before: Group, after: Group, yaw_deg: number) {
    this.#before = before;
    this.#renderer = new WebGLRenderer({ canvas, alpha: true, antialias: true });
    this.#renderer.toneMapping = ACESFilmicToneMapping;
    this.#renderer.setScissorTest(true);
    const light = studioLight();
    this.#scenes = [before, after].map((model) => {
      const scene = new Scene();
      scene.environment = light;
      scene.add(model);
      return scene;
    }) as [Scene, Scene];
    this.#controls = new OrbitControls(this.#camera, canvas);
    this.#controls.addEventListener('change', () => this.#draw());
    const box = new Box3().setFromObject(after);
    const centre = box.getCenter(new Vector3());
    this.#foot = new Vector3(centre.x, box.min.y, centre.z);
    this.#aim(box, yaw_deg);
    canvas.addEventListener('keydown', (event) => this.#key(event), { signal: this.#keys.signal });
    this.#observer = new ResizeObserver(() => this.#draw());
    this.#observer.observe(canvas);
  }

  /**
   * Seen as visitors will see it where the booth is turned by `yaw_deg`. Throws FileFailed, or an Error where the browser gives no WebGL.
   */
  static async open(canvas: HTMLCanvasElement, before: string, after: string, yaw_deg: number): Promise<SideBySide> {
    const ignore = (): void => undefined;
    const [left, right] = await Promise.all([loadModel(before, ignore), loadModel(after, ignore)]);
    return new SideBySide(canvas, left, right, yaw_deg);
  }

  /** Puts this model to the left, in place of the one that stood there. Throws FileFailed. */
  async bringBefore(url: string): Promise<void> {
    const model = await loadModel(url, () => undefined);
    this.#scenes[0].remove(this.#before);
    this.#scenes[0].add(model);
    this.#before = model;
    this.#draw();
  }

  show(shown: Shown): void {
    this.#shown = shown;
    this.#draw();
  }

  /** Draws the slot's bounds about the finished model, dashed: what may stand there. */
  showRoom({ size_m: [width, height, depth], stand: { offset_m: [dx, dz], yaw_deg, scale } }: Room): void {
    const edges = new EdgesGeometry(new BoxGeometry(width, height, depth).translate(0, height / 2, 0));
    const frame = new LineSegments(edges, new LineDashedMaterial({ color: 0xa87b2f, dashSize: 0.12, gapSize: 0.08 }));
    frame.computeLineDistances();
    // The way back from the slot's axes into the model's.
    const yaw = (-yaw_deg * Math.PI) / 180;
    frame.scale.setScalar(1 / scale);
    frame.rotation.y = yaw;
    frame.position.copy(this.#foot).add(new Vector3(-dx, 0, -dz).applyAxisAngle(UP, yaw).divideScalar(scale));
    this.#scenes[1].add(frame);
    this.#draw();
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    this.#observer.disconnect();
    this.#keys.abort();
    this.#controls.dispose();
    this.#renderer.dispose();
    this.#renderer.forceContextLoss();
  }

  /** The whole of the finished model in view; a grid of metres under it tells how large it is. */
  #aim(box: Box3, yaw_deg: number): void {
    const centre = box.getCenter(new Vector3());
    this.#reach_m = Math.max(0.05, box.getSize(new Vector3()).length() / 2);
    const distance = (this.#reach_m / Math.sin((FIELD_OF_VIEW_DEG * Math.PI) / 360)) * 1.05;
    const [x, z] = visitorsSide(yaw_deg);
    const from = new Vector3(x * Math.cos(ABOVE_RAD), Math.sin(ABOVE_RAD), z * Math.cos(ABOVE_RAD)).applyAxisAngle(UP, ASIDE_RAD);
    this.#camera.position.copy(centre).addScaledVector(from, distance);
    this.#camera.near = distance / 100;
    this.#camera.far = distance * 20;
    this.#controls.target.copy(centre);
    this.#controls.minDistance = this.#reach_m * 0.3;
    this.#controls.maxDistance = distance * 4;
    this.#controls.update();
    const metres = Math.max(2, Math.ceil(this.#reach_m) * 2);
    if (metres > GRID_MAX_M) return;
    for (const scene of this.#scenes) {
      const grid = new GridHelper(metres, metres, 0x6c6858, 0x8c8676);
      grid.material.transparent = true;
      grid.material.opacity = 0.4;
      grid.position.set(Math.round(centre.x), box.min.y - 0.002, Math.round(centre.z));
      scene.add(grid);
    }
  }

  #draw(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#drawNow());
  }

  #drawNow(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (width === 0 || height === 0) return;
    this.#renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
    this.#renderer.setSize(width, height, false);
    const half = Math.floor(width / 2);
    const [before, after] = this.#scenes;
    if (this.#shown === 'both') {
      this.#drawInto(before, 0, half, height);
      this.#drawInto(after, half, width - half, height);
    } else {
      this.#drawInto(this.#shown === 'before' ? before : after, 0, width, height);
    }
  }

  #drawInto(scene: Scene, left: number, width: number, height: number): void {
    this.#camera.aspect = width / height;
    // A narrow half sees as much from side to side as a square would.
    this.#camera.zoom = Math.min(1, this.#camera.aspect);
    this.#camera.updateProjectionMatrix();
    this.#renderer.setViewport(left, 0, width, height);
    this.#renderer.setScissor(left, 0, width, height);
    this.#renderer.render(scene, this.#camera);
  }

  #key(event: KeyboardEvent): void {
    const turns: Record<string, readonly [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const turn = turns[event.key];
    const nearer = { '+': 1 / ZOOM, '=': 1 / ZOOM, '-': ZOOM }[event.key];
    if (!turn && !nearer) return;
    event.preventDefault();
    const arm = this.#camera.position.clone().sub(this.#controls.target);
    if (turn) {
      const [sideways, upwards] = turn;
      arm.applyAxisAngle(UP, sideways * STEP_RAD);
      const pitch = Math.asin(arm.y / arm.length());
      const next = Math.min(1.5, Math.max(-1.5, pitch - upwards * STEP_RAD));
      const flat = Math.hypot(arm.x, arm.z);
      const reach = arm.length();
      arm.set((arm.x / flat) * Math.cos(next) * reach, Math.sin(next) * reach, (arm.z / flat) * Math.cos(next) * reach);
    }
    if (nearer) arm.multiplyScalar(nearer);
    this.#camera.position.copy(this.#controls.target).add(arm);
    this.#controls.update();
    this.#draw();
  }
}
