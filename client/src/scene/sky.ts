/**
 * The sky as a formula of direction: a dome for the eye and image-based light for surfaces. The baker in
 * assets/kit/sky.py has the same formula, so that baked and live light agree.
 */
import {
  BackSide,
  Color,
  Mesh,
  PMREMGenerator,
  Scene,
  ShaderMaterial,
  SphereGeometry,
  Vector3,
  type Texture,
  type WebGLRenderer,
} from 'three';
import type { Sky as SkyTable, Sun, Vec3 } from '../net/api';

export interface SkyParameters {
  zenith: Vec3;
  middle: Vec3;
  horizon: Vec3;
  horizon_away: Vec3;
  ground: Vec3;
  glow: Vec3;
  glow_strength: number;
  falloff: number;
  cloud: number;
  cloud_colour: Vec3;
}

/** A mild late morning; the same values as in sky.py. */
const DEFAULT_SKY: SkyParameters = {
  zenith: [0.16, 0.34, 0.62],
  horizon: [0.72, 0.82, 0.9],
  ground: [0.28, 0.27, 0.25],
  glow: [0.9, 0.85, 0.7],
  middle: [0.36, 0.56, 0.76],
  horizon_away: [0.62, 0.74, 0.85],
  glow_strength: 0.5,
  falloff: 7,
  cloud: 0.6,
  cloud_colour: [1, 1, 1],
};

export const DEFAULT_SUN: Sun = {
  colour: [1, 0.95, 0.86],
  intensity: 3.2,
  elevation_deg: 46,
  azimuth_deg: 30,
  shadow_m: [60, 60],
};

export function skyParameters(table: SkyTable | null): SkyParameters {
  return { ...DEFAULT_SKY, ...(table as Partial<SkyParameters> | null) };
}

/** Unit vector towards the sun; azimuth 0 is +Z, 90 is +X. */
export function sunDirection(sun: Sun): Vector3 {
  const elevation = (sun.elevation_deg * Math.PI) / 180;
  const azimuth = (sun.azimuth_deg * Math.PI) / 180;
  const level = Math.cos(elevation);
  return new Vector3(Math.sin(azimuth) * level, Math.sin(elevation), Math.cos(azimuth) * level);
}

/** Mean radiance of the half of the sky about `up` (+1 above, -1 below), clouds left out: what lights things from there. */
export function meanRadiance(sky: SkyParameters, sun: Vector3, up: 1 | -1): Color {
  const total = new Color(0, 0, 0);
  const direction = new Vector3();
  const rows = 6;
  const columns = 12;
  let weight = 0;
  for (let row = 0; row < rows; row += 1) {
    const sine = (row + 0.5) / rows;
    const level = Math.sqrt(1 - sine * sine);
    for (let column = 0; column < columns; column += 1) {
      const azimuth = ((column + 0.5) / columns) * 2 * Math.PI;
      direction.set(Math.cos(azimuth) * level, sine * up, Math.sin(azimuth) * level);
      total.add(radiance(sky, sun, direction).multiplyScalar(sine));
      weight += sine;
    }
  }
  return total.multiplyScalar(1 / weight);
}

/** Radiance towards a unit direction, clouds and the sun's disc left out. */
export function radiance(sky: SkyParameters, sun: Vector3, direction: Vector3): Color {
  const t = Math.min(1, Math.max(0, direction.y));
  const c = direction.dot(sun);
  const away = 0.25 - 0.25 * c;
  const low = Math.exp(-t * sky.falloff);
  const high = Math.exp(-2.2 * t);
  const towards = Math.max(0, c);
  const glow = sky.glow_strength * (towards ** 8 + 2 * towards ** 90);
  const below = Math.min(1, Math.max(0, -direction.y * 14));
  const channel = (i: 0 | 1 | 2): number => {
    const horizon = sky.horizon[i] * (1 - away) + sky.horizon_away[i] * away;
    const dome = sky.middle[i] * high + sky.zenith[i] * (1 - high);
    const open = horizon * low + dome * (1 - low) + sky.glow[i] * glow;
    return open * (1 - below) + sky.ground[i] * below;
  };
  return new Color(channel(0), channel(1), channel(2));
}

const VERTEX = /* glsl */ `
  varying vec3 vDirection;
  void main() {
    vDirection = position;
    // only the camera's rotation: the dome is always about the eye, and behind everything
    gl_Position = projectionMatrix * vec4(mat3(modelViewMatrix) * position, 1.0);
    gl_Position.z = gl_Position.w * 0.99999;
  }
`;

const FRAGMENT = /* glsl */ `
  precision highp int;
  uniform vec3 zenith, middle, horizon, horizonAway, ground, glow, cloudColour, sun;
  uniform float glowStrength, falloff, cloud, disc;
  varying vec3 vDirection;

  float hash(ivec2 p) {
    uint h = uint(p.x) * 374761393u + uint(p.y) * 668265263u;
    h = (h ^ (h >> 13)) * 1274126177u;
    h = h ^ (h >> 16);
    return float(h & 0xffffffu) / 16777215.0;
  }
  float valueNoise(vec2 p) {
    ivec2 cell = ivec2(floor(p));
    vec2 f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    float low = mix(hash(cell), hash(cell + ivec2(1, 0)), f.x);
    float high = mix(hash(cell + ivec2(0, 1)), hash(cell + ivec2(1, 1)), f.x);
    return mix(low, high, f.y);
  }
  float cloudCover(vec3 d) {
    vec2 p = d.xz / (max(d.y, 0.0) + 0.16) * vec2(0.9, 1.5);
    float value = 0.0;
    float weight = 0.5;
    for (int i = 0; i < 4; i++) {
      value += weight * valueNoise(p);
      p = vec2(1.6 * p.x - 1.2 * p.y, 1.2 * p.x + 1.6 * p.y) + 7.3;
      weight *= 0.5;
    }
    float t = clamp(d.y, 0.0, 1.0);
    return clamp((value - 0.5) * 3.2, 0.0, 1.0) * clamp(t * 5.0 - 0.25, 0.0, 1.0) * exp(-t * 1.2);
  }
  void main() {
    vec3 d = normalize(vDirection);
    float t = clamp(d.y, 0.0, 1.0);
    float c = clamp(dot(d, sun), -1.0, 1.0);
    float low = exp(-t * falloff);
    float high = exp(-2.2 * t);
    vec3 rim = mix(horizon, horizonAway, 0.25 - 0.25 * c);
    vec3 colour = rim * low + mix(zenith, middle, high) * (1.0 - low);
    float towards = max(c, 0.0);
    colour += glow * glowStrength * (pow(towards, 8.0) + 2.0 * pow(towards, 90.0));
    vec3 lit = cloudColour + glow * 0.9 * pow(towards, 3.0);
    colour = mix(colour, lit, cloudCover(d) * cloud);
    colour += glow * disc * smoothstep(0.99985, 0.99995, c);
    colour = mix(colour, ground, clamp(-d.y * 14.0, 0.0, 1.0));
    gl_FragColor = vec4(colour, 1.0);
    #include <tonemapping_fragment>
    #include <colorspace_fragment>
  }
`;

/** Brightness of the sun's disc over its glow; it is for the eye alone, the sun's light comes from a lamp. */
const DISC = 14;

export class SkyDome {
  readonly mesh: Mesh<SphereGeometry, ShaderMaterial>;

  constructor(sky: SkyParameters, sun: Vector3) {
    const value = (rgb: Vec3): { value: Color } => ({ value: new Color(...rgb) });
    const material = new ShaderMaterial({
      name: 'sky',
      side: BackSide,
      depthWrite: false,
      fog: false,
      uniforms: {
        zenith: value(sky.zenith),
        middle: value(sky.middle),
        horizon: value(sky.horizon),
        horizonAway: value(sky.horizon_away),
        ground: value(sky.ground),
        glow: value(sky.glow),
        cloudColour: value(sky.cloud_colour),
        sun: { value: sun.clone() },
        glowStrength: { value: sky.glow_strength },
        falloff: { value: sky.falloff },
        cloud: { value: sky.cloud },
        disc: { value: DISC },
      },
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
    });
    this.mesh = new Mesh(new SphereGeometry(1, 32, 16), material);
    this.mesh.name = 'sky';
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = -1;
  }

  /** The dome as image-based light. The caller disposes of the texture. */
  environment(renderer: WebGLRenderer): Texture {
    const disc = this.mesh.material.uniforms['disc'] as { value: number };
    disc.value = 0;
    const generator = new PMREMGenerator(renderer);
    const scene = new Scene();
    const parent = this.mesh.parent;
    scene.add(this.mesh);
    const texture = generator.fromScene(scene).texture;
    generator.dispose();
    disc.value = DISC;
    this.mesh.removeFromParent();
    parent?.add(this.mesh);
    return texture;
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }
}
