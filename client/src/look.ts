/**
 * A hall without a server or visitors, for whoever makes one: /look.html?hall=culture. Drag to turn, keys 1-9 go to the named
 * viewpoints. assets/kit/look.py drives it to take pictures. Not part of the product's bundle.
 */
import { PerspectiveCamera, Scene, Vector3, WebGLRenderer } from 'three';
import { OrbitControls } from 'three/examples/jsm/controls/OrbitControls.js';
import type { HallDescriptor, Vec3 } from './net/api';
import { loadHall } from './scene/hall';

interface Shot {
  eye: Vec3;
  look_at: Vec3;
  fov: number;
  t_s: number;
}

interface Taken {
  calls: number;
  triangles: number;
  textures: number;
  milliseconds: number;
}

declare global {
  interface Window {
    look?: { hall: HallDescriptor; load_ms: number; take(shot: Shot): Taken };
    lookFailed?: string;
  }
}

async function start(): Promise<void> {
  const query = new URLSearchParams(location.search);
  const canvas = document.querySelector('#view') as HTMLCanvasElement;
  const renderer = new WebGLRenderer({ canvas, antialias: true, preserveDrawingBuffer: true });
  renderer.setSize(innerWidth, innerHeight, false);
  const hall = (await (await fetch(`/api/halls/${query.get('hall')}`)).json()) as HallDescriptor;
  const begun = performance.now();
  const quality = query.get('quality') === 'low' ? 'low' : 'high';
  const shown = await loadHall(hall, renderer, () => undefined, { quality, lang: query.get('lang') === 'en' ? 'en' : 'zh' });
  const scene = new Scene();
  shown.attach(scene);
  const load_ms = performance.now() - begun;
  if (query.has('headset')) await shown.setInHeadset(true);
  // The hall's part of what a headset may draw, of a crowd of some hundreds.
  shown.triangles = Number(query.get('triangles') ?? 90_000);
  const camera = new PerspectiveCamera(60, innerWidth / innerHeight, 0.08, 600);
  const draw = (t_s: number): void => {
    shown.update(t_s, 1 / 60, camera);
    renderer.render(scene, camera);
  };
  const take = (shot: Shot): Taken => {
    renderer.setAnimationLoop(null);
    camera.fov = shot.fov;
    camera.aspect = innerWidth / innerHeight;
    camera.position.set(...shot.eye);
    camera.lookAt(new Vector3(...shot.look_at));
    camera.updateProjectionMatrix();
    renderer.setSize(innerWidth, innerHeight, false);
    draw(shot.t_s); // the sun's shadow and first uploads
    const before = performance.now();
    draw(shot.t_s);
    renderer.getContext().finish();
    const { calls, triangles } = renderer.info.render;
    return { calls, triangles, textures: renderer.info.memory.textures, milliseconds: performance.now() - before };
  };
  window.look = { hall, load_ms, take };
  if (!query.has('still')) explore(camera, canvas, renderer, hall, draw);
}

function explore(
  camera: PerspectiveCamera,
  canvas: HTMLCanvasElement,
  renderer: WebGLRenderer,
  hall: HallDescriptor,
  draw: (t_s: number) => void,
): void {
  const controls = new OrbitControls(camera, canvas);
  const go = (index: number): void => {
    const view = hall.viewpoints[index];
    if (!view) return;
    camera.position.set(...view.eye);
    const ahead = new Vector3(...view.look_at).sub(camera.position).normalize().multiplyScalar(2);
    controls.target.copy(camera.position).add(ahead);
  };
  go(0);
  addEventListener('keydown', (event) => go(Number(event.key) - 1));
  addEventListener('resize', () => {
    camera.aspect = innerWidth / innerHeight;
    camera.updateProjectionMatrix();
    renderer.setSize(innerWidth, innerHeight, false);
  });
  renderer.setAnimationLoop((t_ms) => {
    controls.update();
    draw(t_ms / 1000);
  });
}

start().catch((error: unknown) => {
  window.lookFailed = String(error);
  throw error;
});
