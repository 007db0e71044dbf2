/**
 * The canvas and what draws on it: renderer, scene, camera in its rig. Follows the window's size and the device's speed.
 *
 * One loop drives page and headset alike (`setAnimationLoop`); the browser stops it while the tab is hidden.
 */
import { Group, PerspectiveCamera, Scene, WebGLRenderer } from 'three';
import { Quality, rangeFor } from './quality';
import '../styles/hall.css';

const FIELD_OF_VIEW = 62;
/** On an upright phone the vertical field is widened, so that one does not look through a slot. */
const UPRIGHT_FIELD_OF_VIEW = 76;
const NEAR_M = 0.08;
const FAR_M = 600;
const UNSEEN_MS = 500;
const SELDOM_MS = 400;

/** How often the hall is drawn: each frame, a few times a second, or not at all, with everything else of a frame done all the same. */
export type Drawing = 'always' | 'seldom' | 'never';

export class WebGlMissing extends Error {
  override readonly name = 'WebGlMissing';
}

export class Stage {
  readonly renderer: WebGLRenderer;
  readonly scene = new Scene();
  readonly rig = new Group();
  readonly camera = new PerspectiveCamera(FIELD_OF_VIEW, 1, NEAR_M, FAR_M);
  /** A phone or tablet: less is drawn. */
  readonly small: boolean;
  readonly #quality: Quality;
  readonly #observer: ResizeObserver;
  readonly #rest_ms: number;
  #awaiting: (() => void)[] = [];
  #drawn_ms = -Infinity;

  /** Throws WebGlMissing where the browser gives no WebGL 2. */
  constructor(
    host: HTMLElement,
    { frugal, drawing }: { frugal: boolean; drawing: Drawing },
    private readonly onContextLost: () => void,
  ) {
    this.#rest_ms = drawing === 'seldom' ? SELDOM_MS : 0;
    this.small = frugal || matchMedia('(pointer: coarse)').matches;
    this.renderer = createRenderer(!this.small);
    if (drawing === 'never') this.renderer.render = () => undefined;
    this.#quality = new Quality(rangeFor(window.devicePixelRatio, this.small));
    const canvas = this.renderer.domElement;
    canvas.className = 'hall-canvas';
    canvas.addEventListener('webglcontextlost', onContextLost);
    host.prepend(canvas);
    this.rig.name = 'rig';
    this.rig.add(this.camera);
    this.scene.add(this.rig);
    this.#observer = new ResizeObserver(() => this.resize());
    this.#observer.observe(canvas);
    this.resize();
  }

  get canvas(): HTMLCanvasElement {
    return this.renderer.domElement;
  }

  get pixelRatio(): number {
    return this.#quality.ratio;
  }

  resize(): void {
    // In a session the headset decides; three restores our size at its end, and `resize` is called again then.
    if (this.renderer.xr.isPresenting) return;
    const width = Math.max(1, this.canvas.clientWidth);
    const height = Math.max(1, this.canvas.clientHeight);
    this.renderer.setPixelRatio(this.#quality.ratio);
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    this.camera.fov = width < height ? UPRIGHT_FIELD_OF_VIEW : FIELD_OF_VIEW;
    this.camera.updateProjectionMatrix();
  }

  /** Tell how long the frame took; the pixel ratio follows. */
  pace(dt_s: number): void {
    if (!this.renderer.xr.isPresenting && this.#quality.frame(dt_s)) this.resize();
  }

  draw(): void {
    const now_ms = performance.now();
    if (now_ms - this.#drawn_ms >= this.#rest_ms) {
      this.renderer.render(this.scene, this.camera);
      this.#drawn_ms = performance.now();
    }
    for (const drawn of this.#awaiting.splice(0)) drawn();
  }

  /** Resolves when a frame was drawn, or none is for a while: under a sheet, or in a hidden tab, nobody sees how long one takes. */
  nextFrame(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, UNSEEN_MS);
      this.#awaiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  dispose(): void {
    this.#observer.disconnect();
    this.renderer.setAnimationLoop(null);
    this.renderer.dispose();
    // A browser gives a page few contexts: this one is given back now, and that is no trouble to tell.
    this.canvas.removeEventListener('webglcontextlost', this.onContextLost);
    this.renderer.forceContextLoss();
    this.canvas.remove();
  }
}

function createRenderer(antialias: boolean): WebGLRenderer {
  // three throws only after it has written to the console: ask first.
  const probe = document.createElement('canvas').getContext('webgl2');
  if (!probe) throw new WebGlMissing('no WebGL 2');
  probe.getExtension('WEBGL_lose_context')?.loseContext();
  const renderer = new WebGLRenderer({ antialias, powerPreference: 'high-performance' });
  renderer.xr.enabled = true;
  renderer.xr.setReferenceSpaceType('local-floor');
  return renderer;
}
