/** One avatar by itself: the turntable of the look picker, and the busts of the landing page. */
import {
  ACESFilmicToneMapping, Color, PerspectiveCamera, Scene, Vector3, WebGLRenderer,
} from 'three';
import { Action } from '../protocol/generated';
import { Actors, type ActorRow } from './actors';
import { Animator } from './animator';
import { BODY_HEIGHTS } from './glsl';
import { AvatarKit } from './kit';
import { lightUniforms, type AvatarLight } from './light';
import { choiceOf } from './look';

export type Framing = 'whole' | 'bust';

const STUDIO_LIGHT: AvatarLight = {
  sunDirection: new Vector3(-0.45, 0.62, 0.64).normalize(),
  sunColour: new Color(0xfff0dc).multiplyScalar(2.3),
  ambient: { sky: new Color(0xe2ecf5).multiplyScalar(1.9), ground: new Color(0xd6c2ab).multiplyScalar(1.7) },
};
/** What the camera looks at and how much of the height it sees, metres. */
const FRAMINGS: Readonly<Record<Framing, { centre_m: number; height_m: number }>> = {
  whole: { centre_m: 0.88, height_m: 2.0 },
  bust: { centre_m: 1.485, height_m: 0.6 },
};
const FIELD_OF_VIEW_DEG = 22;
const FACING_CAMERA = Math.PI;

/** The stage: a transparent picture of one avatar at a time. */
export class AvatarStudio {
  readonly #renderer: WebGLRenderer;
  readonly #scene = new Scene();
  readonly #camera = new PerspectiveCamera(FIELD_OF_VIEW_DEG, 1, 0.5, 20);
  readonly #actors: Actors;
  readonly #animator: Animator;
  readonly #row: ActorRow = {
    x: 0, y: 0, z: 0, yaw: 0, row: 0, nextRow: 0, mix: 0, blend: 1, formerRow: 0, formerNextRow: 0, formerMix: 0, faceCell: 0,
    headYaw: 0, headPitch: 0, fade: 1, look: 0,
  };

  constructor(private readonly kit: AvatarKit, canvas: HTMLCanvasElement, private readonly framing: Framing) {
    this.#renderer = new WebGLRenderer({ canvas, alpha: true, antialias: true, preserveDrawingBuffer: true });
    this.#renderer.toneMapping = ACESFilmicToneMapping;
    this.#renderer.toneMappingExposure = 1.1;
    this.#renderer.setClearColor(0, 0);
    this.#actors = new Actors(kit, 'near', 1, lightUniforms(STUDIO_LIGHT));
    this.#animator = new Animator(kit.description, 1);
    this.#scene.add(this.#actors.object);
    const { height_m } = FRAMINGS[framing];
    this.#camera.position.z = height_m / 2 / Math.tan((FIELD_OF_VIEW_DEG * Math.PI) / 360);
  }

  resize(width: number, height: number, pixelRatio: number): void {
    this.#renderer.setPixelRatio(pixelRatio);
    this.#renderer.setSize(width, height, false);
    this.#camera.aspect = width / height;
    this.#camera.updateProjectionMatrix();
  }

  /** `turn`: radians from facing the camera. */
  draw(look: number, turn: number, t_s: number, action: number = Action.STAND): void {
    const row = this.#row;
    row.yaw = FACING_CAMERA + turn;
    row.look = look;
    this.#animator.advance(0, 0, 0, action, look, t_s, row);
    this.#actors.begin();
    this.#actors.add(row);
    this.#actors.finish();
    this.#aim(look);
    this.#renderer.render(this.#scene, this.#camera);
  }

  /** A bust is framed at the height of the wearer's own head. */
  #aim(look: number): void {
    const own = this.framing === 'bust' ? (BODY_HEIGHTS[choiceOf(look, 'body')] ?? 1) : 1;
    const centre = FRAMINGS[this.framing].centre_m * own;
    this.#camera.position.y = centre + this.#camera.position.z * 0.03;
    this.#camera.lookAt(0, centre, 0);
  }

  dispose(): void {
    this.#actors.dispose();
    this.kit.dispose();
    this.#renderer.dispose();
  }
}

export interface AvatarPreview {
  setLook(look: number): void;
  dispose(): void;
}

const TURN_RAD_PER_S = 0.55;
const DRAG_RAD_PER_PX = 0.012;
/** After a drag the turntable rests for a while. */
const REST_S = 2.5;

/**
 * A turntable of one avatar on `canvas`, which it fills at the canvas's own CSS size; it can be turned by dragging. It greets a new
 * look by waving. `baseUrl`: where the kit's files are. With reduced motion asked for, it turns only when dragged.
 */
export async function previewAvatar(canvas: HTMLCanvasElement, look: number, baseUrl = '/avatars/'): Promise<AvatarPreview> {
  const studio = new AvatarStudio(await AvatarKit.load(baseUrl), canvas, 'whole');
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  let current = look;
  let turn = 0.35;
  let dragged = false;
  let restUntil = 0;
  let greetUntil = 1.8;
  let last = 0;
  let frame = 0;
  const started = performance.now();
  const events = new AbortController();

  const draw = (now: number): void => {
    frame = requestAnimationFrame(draw);
    const t = Math.max(0, (now - started) / 1000);
    if (!dragged && t > restUntil && !still) turn += TURN_RAD_PER_S * (t - last);
    last = t;
    const { clientWidth, clientHeight } = canvas;
    if (clientWidth === 0 || clientHeight === 0) return;
    studio.resize(clientWidth, clientHeight, Math.min(devicePixelRatio, 2));
    studio.draw(current, turn, t, t < greetUntil ? Action.WAVE : Action.STAND);
  };
  const on = <K extends keyof HTMLElementEventMap>(type: K, act: (event: HTMLElementEventMap[K]) => void): void => {
    canvas.addEventListener(type, act, { signal: events.signal });
  };
  on('pointerdown', (event) => {
    dragged = true;
    canvas.setPointerCapture(event.pointerId);
  });
  on('pointermove', (event) => {
    if (dragged) turn += event.movementX * DRAG_RAD_PER_PX;
  });
  for (const type of ['pointerup', 'pointercancel'] as const) {
    on(type, () => {
      dragged = false;
      restUntil = last + REST_S;
    });
  }
  frame = requestAnimationFrame(draw);
  return {
    setLook(next: number): void {
      if (next !== current) greetUntil = last + 1.8;
      current = next;
    },
    dispose(): void {
      cancelAnimationFrame(frame);
      events.abort();
      studio.dispose();
    },
  };
}
