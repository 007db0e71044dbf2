/** The sun with its shadow, drawn once; tone mapping and fog; and what avatars need to stand in the same light. */
import {
  ACESFilmicToneMapping,
  AgXToneMapping,
  Color,
  DirectionalLight,
  FogExp2,
  NeutralToneMapping,
  PCFShadowMap,
  type Scene,
  type ToneMapping,
  Vector3,
  type WebGLRenderer,
} from 'three';
import type { HallDescriptor, Look, Sun } from '../net/api';
import { DEFAULT_SUN, meanRadiance, type SkyParameters, sunDirection } from './sky';

export type Quality = 'high' | 'low';

/** In three's units: a surface that faces it reflects albedo * light / pi. */
export interface HallLight {
  /** Towards the sun. */
  sunDirection: Vector3;
  sunColour: Color;
  ambient: { sky: Color; ground: Color };
}

const DEFAULT_LOOK: Look = { exposure: 1, tone: 'aces', environment: 1, fog: [0.72, 0.8, 0.88, 0.003] };
const TONES: Record<Look['tone'], ToneMapping> = {
  aces: ACESFilmicToneMapping,
  agx: AgXToneMapping,
  neutral: NeutralToneMapping,
};
const SHADOW_PX: Record<Quality, number> = { high: 2048, low: 1024 };
const SUN_DISTANCE_M = 120;

export function lookOf(hall: HallDescriptor): Look {
  return { ...DEFAULT_LOOK, ...hall.look };
}

export class SunLight {
  readonly light: DirectionalLight;
  readonly direction: Vector3;

  constructor(hall: HallDescriptor, quality: Quality) {
    const sun: Sun = hall.sun ?? DEFAULT_SUN;
    this.direction = sunDirection(sun);
    this.light = new DirectionalLight(new Color(...sun.colour), sun.intensity);
    const { min, max } = hall.bounds;
    const centre = new Vector3((min[0] + max[0]) / 2, 0, (min[2] + max[2]) / 2);
    this.light.target.position.copy(centre);
    this.light.position.copy(this.direction).multiplyScalar(SUN_DISTANCE_M).add(centre);
    const shadow = this.light.shadow;
    shadow.mapSize.setScalar(SHADOW_PX[quality]);
    const [width, depth] = sun.shadow_m;
    Object.assign(shadow.camera, { left: -width / 2, right: width / 2, top: depth / 2, bottom: -depth / 2 });
    shadow.camera.near = 1;
    shadow.camera.far = SUN_DISTANCE_M * 2;
    shadow.bias = -0.0012;
    shadow.normalBias = 0.12;
    this.light.castShadow = true;
    shadow.autoUpdate = false;
    shadow.needsUpdate = true;
  }

  /** Draws the shadow map anew with the next frame: a booth came or went. */
  refresh(): void {
    this.light.shadow.needsUpdate = true;
  }

  dispose(): void {
    this.light.dispose();
  }
}

/** Takes the renderer's and the scene's settings for a hall; the returned function gives the old ones back. */
export function setMood(renderer: WebGLRenderer, scene: Scene, look: Look): () => void {
  const before = {
    toneMapping: renderer.toneMapping,
    exposure: renderer.toneMappingExposure,
    shadows: renderer.shadowMap.enabled,
    fog: scene.fog,
    environment: scene.environment,
    intensity: scene.environmentIntensity,
  };
  renderer.toneMapping = TONES[look.tone];
  renderer.toneMappingExposure = look.exposure;
  renderer.shadowMap.enabled = true;
  renderer.shadowMap.type = PCFShadowMap;
  if (look.fog) scene.fog = new FogExp2(new Color(look.fog[0], look.fog[1], look.fog[2]), look.fog[3]);
  scene.environmentIntensity = look.environment;
  return () => {
    renderer.toneMapping = before.toneMapping;
    renderer.toneMappingExposure = before.exposure;
    renderer.shadowMap.enabled = before.shadows;
    scene.fog = before.fog;
    scene.environment = before.environment;
    scene.environmentIntensity = before.intensity;
  };
}

export function hallLight(hall: HallDescriptor, sky: SkyParameters): HallLight {
  const sun = hall.sun ?? DEFAULT_SUN;
  const direction = sunDirection(sun);
  const strength = Math.PI * lookOf(hall).environment;
  return {
    sunDirection: direction,
    sunColour: new Color(...sun.colour).multiplyScalar(sun.intensity),
    ambient: {
      sky: meanRadiance(sky, direction, 1).multiplyScalar(strength),
      ground: meanRadiance(sky, direction, -1).multiplyScalar(strength),
    },
  };
}
