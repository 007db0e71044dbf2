/**
 * Development only: avatars on a plain stage with a crowd made up here, no server. `?view=lineup|faces|outfits|accessories|tiers|
 * group|walkers|crowd`, `&t=1.3` stops the clock, `&n=10000` visitors,
 * `&camera=` x, y, z of the eye and of what it looks at. `window.demo.bench(frames)` measures.
 */
import {
  ACESFilmicToneMapping, BoxGeometry, CanvasTexture, Color, Euler, FogExp2, Mesh, MeshLambertMaterial, HemisphereLight, DirectionalLight,
  PerspectiveCamera, PlaneGeometry, Quaternion, RepeatWrapping, Scene, SRGBColorSpace, WebGLRenderer,
} from 'three';
import { MOTION_STRIDE, type CrowdView } from './avatars/crowdView';
import { DAYLIGHT } from './avatars/light';
import { PRESET_LOOKS } from './avatars/look';
import type { QualitySettings } from './avatars/quality';
import { AvatarSystem } from './avatars/system';
import { NameTags } from './text/nametags';
import { Action } from './protocol/generated';
import type { TrackedPose, XrPose } from './protocol/poses';
import { packLook, randomLook } from './ui/look';

const query = new URLSearchParams(location.search);
const view = query.get('view') ?? 'group';
const visitorCount = Number(query.get('n') ?? 10000);

let seed = 12345;
function random(): number {
  seed = (seed * 16807) % 2147483647;
  return seed / 2147483647;
}

/** A crowd in which everyone walks in a straight line, round a circle, or stands. */
class MadeUpCrowd implements CrowdView {
  readonly ids: Uint32Array;
  readonly looks: Uint32Array;
  readonly actions: Uint8Array;
  readonly present: Uint8Array;
  readonly headYaw: Float32Array;
  readonly headPitch: Float32Array;
  readonly motion: Float32Array;
  readonly xr = new Map<number, XrPose>();
  readonly names = new Map<number, { name: string; badge: string }>();
  readonly #circles = new Map<number, { x: number; z: number; radius: number; speed: number; phase: number }>();
  version = 0;
  looksVersion = 0;
  extent = 0;

  constructor(readonly capacity: number) {
    this.ids = Uint32Array.from({ length: capacity }, (_, slot) => slot);
    this.looks = new Uint32Array(capacity);
    this.actions = new Uint8Array(capacity);
    this.present = new Uint8Array(capacity);
    this.headYaw = new Float32Array(capacity);
    this.headPitch = new Float32Array(capacity);
    this.motion = new Float32Array(capacity * MOTION_STRIDE);
  }

  /** Facing as on the wire: yaw 0 looks along -Z. */
  stand(x: number, z: number, yaw: number, action: number, look: number, name = ''): number {
    const slot = this.extent++;
    this.present[slot] = 1;
    this.looks[slot] = look;
    this.actions[slot] = action;
    this.motion.set([x, 0, z, yaw, x, 0, z, yaw, 0, 0, 0, action], slot * MOTION_STRIDE);
    if (name) this.names.set(slot, { name, badge: '' });
    this.version += 1;
    this.looksVersion += 1;
    return slot;
  }

  circle(x: number, z: number, radius: number, speed: number, look: number): number {
    const slot = this.stand(x, z, 0, speed > 2 ? Action.RUN : Action.WALK, look);
    this.#circles.set(slot, { x, z, radius, speed, phase: random() * 6.28 });
    return slot;
  }

  /** Lays the segments from t to t + length, as frames of the wire do. */
  advance(t: number, length: number): void {
    for (const [slot, c] of this.#circles) {
      const at = (time: number): number[] => {
        const a = c.phase + (time * c.speed) / c.radius;
        return [c.x + Math.cos(a) * c.radius, 0, c.z + Math.sin(a) * c.radius, Math.PI - a];
      };
      const from = at(t);
      this.motion.set([...from, ...at(t + length), t, t + length, c.speed, this.actions[slot] as number], slot * MOTION_STRIDE);
    }
    this.version += 1;
  }
}

const FACING_CAMERA = Math.PI;
const NAMES = ['小满', '桐庐老周', 'Marco R.', '阿宁', '沈清', '苏木', 'Lin Wei', '钱塘江边的风', 'Ada', '青川'];
const ACTIONS = [Action.STAND, Action.WALK, Action.WAVE, Action.CLAP, Action.SIT, Action.TALK, Action.RUN];
const look = (
  body: number, outfit: number, hair: number, face: number, skin: number, hairColour: number, colours: number, accessory = 0,
): number => packLook({ body, outfit, hair, face, skin, hairColour, colours, accessory });

function lineup(crowd: MadeUpCrowd): void {
  ACTIONS.forEach((action, i) => {
    const turned = action === Action.WALK || action === Action.RUN ? -0.9 : 0;
    const own = look(0, i % 3, i % 4, i % 4, i % 6, i % 6, i);
    crowd.stand((i - 3) * 0.82, 0, FACING_CAMERA + turned, action, own, NAMES[i]);
  });
}

function outfits(crowd: MadeUpCrowd, turn: number): void {
  for (let i = 0; i < 9; i += 1) {
    const own = look(Math.floor(i / 3), i % 3, (i + Math.floor(i / 3)) % 4, i % 4, i % 6, i % 6, i);
    crowd.stand((i - 4) * 0.72, 0, FACING_CAMERA + turn, Number(query.get('action') ?? Action.STAND), own);
  }
}

function faces(crowd: MadeUpCrowd): void {
  for (let i = 0; i < 4; i += 1) {
    crowd.stand((i - 1.5) * 0.5, 0, FACING_CAMERA - (i - 1.5) * 0.18, Number(query.get('action') ?? 0), look(0, [0, 1, 2, 0][i]!, i, i, [0, 1, 2, 3][i]!, [1, 2, 0, 1][i]!, [0, 2, 10, 3][i]!), NAMES[i]);
  }
}

function accessories(crowd: MadeUpCrowd, turn: number): void {
  for (let i = 0; i < 8; i += 1) {
    crowd.stand((i - 3.5) * 0.62, 0, FACING_CAMERA + turn, 0, look(0, i % 3, i % 4, 0, i % 6, i % 6, i, 1 + Math.floor(i / 2) % 3));
  }
}

/** Visitors in a headset: hands raised, pointing, by the side; looking up and to the left. */
function headset(crowd: MadeUpCrowd): void {
  const head = (yaw: number, pitch: number): TrackedPose => {
    const q = new Quaternion().setFromEuler(new Euler(pitch, yaw, 0, 'YXZ'));
    return { x: 0, y: 1.6, z: 0, qx: q.x, qy: q.y, qz: q.z, qw: q.w };
  };
  const hand = (x: number, y: number, z: number): TrackedPose => ({ x, y, z, qx: 0, qy: 0, qz: 0, qw: 1 });
  const poses: XrPose[] = [
    { head: head(0, 0), left: hand(-0.2, 1.9, -0.2), right: hand(0.2, 1.9, -0.2) },
    { head: head(0.5, 0.2), left: null, right: hand(0.25, 1.4, -0.6) },
    { head: head(-0.5, -0.3), left: hand(-0.3, 1.2, -0.35), right: hand(0.3, 1.2, -0.35) },
    { head: head(0, 0), left: hand(-0.75, 1.4, 0), right: hand(0.75, 1.4, 0) },
    { head: head(0, 0), left: hand(-0.25, 0.85, -0.05), right: hand(0.25, 0.85, -0.05) },
  ];
  poses.forEach((pose, i) => crowd.xr.set(crowd.stand((i - 2) * 1.1, 0, FACING_CAMERA, 0, look(0, i % 3, i % 4, 0, i, i, i)), pose));
}

function group(crowd: MadeUpCrowd): void {
  const circles: [number, number, number][] = [[0, 0, 5], [-2.6, -1.6, 4], [2.7, -1.9, 3]];
  for (const [gx, gz, n] of circles) {
    for (let i = 0; i < n; i += 1) {
      const a = 1 - gx * 0.12 + (i / (n - 1)) * 4.28;
      const radius = n > 4 ? 1 : 0.82;
      const action = i === 1 ? Action.TALK : i === 3 ? Action.WAVE : i === 2 && n === 4 ? Action.CLAP : Action.STAND;
      const k = crowd.extent;
      const own = look(k % 3, k % 3, (k * 3 + (k >> 2)) % 4, k % 4, k % 6, (k * 5) % 6, k % 12, k % 5 === 4 ? 1 + k % 3 : 0);
      const slot = crowd.stand(gx + Math.sin(a) * radius, gz + Math.cos(a) * radius, a, action, own, NAMES[k % NAMES.length]);
      crowd.headYaw[slot] = (random() - 0.5) * 0.5;
    }
  }
}

function scatter(crowd: MadeUpCrowd, count: number, nearest: number, spread: number): void {
  while (crowd.extent < count) {
    const a = (random() - 0.5) * 6.28;
    const r = nearest + Math.sqrt(random()) * spread;
    const x = Math.sin(a) * r;
    const z = Math.cos(a) * r;
    const w = random();
    const own = randomLook(random);
    if (w < 0.5) crowd.circle(x, z, 1 + random() * 3, 0.7 + random() * 0.9, own);
    else crowd.stand(x, z, random() * 6.28, w < 0.86 ? Action.STAND : w < 0.92 ? Action.TALK : w < 0.96 ? Action.CLAP : Action.WAVE, own, NAMES[crowd.extent % NAMES.length]);
  }
}

function populate(crowd: MadeUpCrowd): void {
  const turn = Number(query.get('turn') ?? 0);
  if (view === 'lineup') lineup(crowd);
  else if (view === 'faces') faces(crowd);
  else if (view === 'outfits') outfits(crowd, turn);
  else if (view === 'accessories') accessories(crowd, turn);
  else if (view === 'presets') PRESET_LOOKS.forEach((own, i) => crowd.stand((i - 3.5) * 0.7, 0, FACING_CAMERA + turn, 0, own));
  else if (view === 'headset') headset(crowd);
  else if (view === 'walkers') for (let i = 0; i < 6; i += 1) crowd.circle((i - 2.5) * 1.6, -1, 0.9, 0.6 + i * 0.5, look(i % 3, i % 3, i % 4, 0, i % 6, i % 6, i));
  else if (view === 'tiers') for (let i = 0; i < 12; i += 1) crowd.stand((i - 5.5) * 0.75, 0, FACING_CAMERA + 0.35 + turn, [0, 1, 3, 4][i % 4]!, look(i % 4 % 3, [0, 1, 2, 1][i % 4]!, i % 4, 0, i % 4, i % 4, [0, 1, 2, 6][i % 4]!, [0, 2, 3, 0][i % 4]!));
  else {
    group(crowd);
    scatter(crowd, visitorCount, 5, view === 'crowd' ? 60 : 40);
  }
}

const CAMERAS: Record<string, [number, number, number, number, number, number]> = {
  group: [0.15, 1.55, 3.7, 0, 1.05, -0.8],
  lineup: [0, 1.2, 4.3, 0, 0.88, 0],
  headset: [0, 1.2, 4.3, 0, 0.88, 0],
  outfits: [0, 1.25, 5.0, 0, 0.88, 0],
  presets: [0, 1.25, 4.6, 0, 0.88, 0],
  accessories: [0, 1.4, 3.2, 0, 1.2, 0],
  faces: [0, 1.5, 1.75, 0, 1.42, 0],
  tiers: [0, 1.7, 9, 0, 0.9, 0],
  walkers: [0, 1.6, 5.5, 0, 0.8, -1],
  crowd: [0, 9.5, 10, 0, 0.5, -16],
};

function stone(): CanvasTexture {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 256;
  const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
  pen.fillStyle = '#b9b2a2';
  pen.fillRect(0, 0, 256, 256);
  for (let i = 0; i < 16; i += 1) {
    const v = 170 + Math.floor(random() * 22);
    pen.fillStyle = `rgb(${v + 6},${v},${v - 14})`;
    pen.fillRect((i % 4) * 64 + 1, Math.floor(i / 4) * 64 + 1, 62, 62);
  }
  const texture = new CanvasTexture(canvas);
  texture.wrapS = texture.wrapT = RepeatWrapping;
  texture.repeat.set(110, 110);
  texture.colorSpace = SRGBColorSpace;
  texture.anisotropy = 8;
  return texture;
}

function buildStage(scene: Scene): void {
  scene.background = new Color(0xa9c0cb);
  scene.fog = new FogExp2(0xe6ddca, 0.0075);
  const sun = new DirectionalLight(DAYLIGHT.sunColour, 1);
  sun.position.copy(DAYLIGHT.sunDirection);
  scene.add(sun, new HemisphereLight(DAYLIGHT.ambient.sky, DAYLIGHT.ambient.ground, 1));
  const floor = new Mesh(new PlaneGeometry(260, 260), new MeshLambertMaterial({ map: stone() }));
  floor.rotation.x = -Math.PI / 2;
  const wall = new Mesh(new BoxGeometry(60, 3.4, 0.3), new MeshLambertMaterial({ color: 0xe6dfd0 }));
  wall.position.set(0, 1.7, view === 'crowd' || view === 'group' ? -70 : -7.6);
  scene.add(floor, wall);
}

/** `&budget=4,4`: that many near and mid, so that the tiers stand side by side. */
function budget(): QualitySettings {
  const [near = 0, mid = 0] = (query.get('budget') ?? '').split(',').map(Number);
  return { tiers: { near, mid, nearReach_m: 60, midReach_m: 60 }, impostorHeight_px: Number(query.get('cell') ?? 96), impostorLevel: query.get('pictures') === 'mid' ? 'mid' : 'near' };
}

async function main(): Promise<void> {
  const canvas = document.querySelector('#stage') as HTMLCanvasElement;
  const renderer = new WebGLRenderer({ canvas, antialias: true, preserveDrawingBuffer: true });
  renderer.setPixelRatio(1);
  renderer.setSize(innerWidth, innerHeight, false);
  renderer.toneMapping = ACESFilmicToneMapping;
  renderer.toneMappingExposure = 1.12;
  const scene = new Scene();
  buildStage(scene);
  const camera = new PerspectiveCamera(view === 'crowd' ? 55 : 45, innerWidth / innerHeight, 0.05, 400);
  const asked = query.get('camera')?.split(',').map(Number);
  const place = asked ?? CAMERAS[view] ?? CAMERAS['group']!;
  camera.position.fromArray(place);
  camera.lookAt(place[3] as number, place[4] as number, place[5] as number);

  const started = performance.now();
  const avatars = await AvatarSystem.load('/avatars/', renderer, query.has('budget') ? budget() : 'desktop');
  const loaded = performance.now() - started;
  const tags = new NameTags(renderer);
  scene.add(avatars.object, tags.object);
  const crowd = new MadeUpCrowd(Math.max(visitorCount, 64));
  populate(crowd);

  const draw = (t: number): void => {
    avatars.update(crowd, camera, t);
    tags.update(crowd, crowd.names, camera, t);
    renderer.render(scene, camera);
  };
  const stopped = query.get('t');
  const until = Number(stopped ?? 0);
  const from = stopped === null ? 0 : Math.max(0, until - 1.5);
  for (let t = from; t <= until + 1e-6; t += 1 / 30) {
    crowd.advance(t, 0.1);
    avatars.update(crowd, camera, t);
  }
  draw(until);
  if (stopped === null) {
    let laid = -1;
    renderer.setAnimationLoop((now) => {
      const t = now / 1000;
      if (t - laid > 0.1) {
        crowd.advance(t, 0.1);
        laid = t;
      }
      draw(t);
    });
  }
  const bench = (frames: number): Record<string, number> => {
    const update: number[] = [];
    const submit: number[] = [];
    renderer.setSize(64, 36, false);
    for (let i = 0; i < frames; i += 1) {
      const t = 10 + i / 60;
      if (i % 6 === 0) crowd.advance(t, 0.1);
      const a = performance.now();
      avatars.update(crowd, camera, t);
      const b = performance.now();
      renderer.render(scene, camera);
      update.push(b - a);
      submit.push(performance.now() - b);
      renderer.getContext().finish();
    }
    const median = (values: number[]): number => values.sort((x, y) => x - y)[values.length >> 1] ?? 0;
    return { update_ms: median(update), update_least_ms: update[0] ?? 0, submit_ms: median(submit) };
  };
  Object.assign(globalThis, {
    demo: { bench, avatars, crowd, renderer, camera, info: () => ({ loaded_ms: loaded, ...avatars.counts, calls: renderer.info.render.calls, all: renderer.info.render.triangles, ...renderer.info.memory }) },
    ready: true,
  });
}

void main();
