/**
 * Pictures of the avatars from eight sides, taken once from the meshes, for those far away.
 *
 * They hold no colours but how much of each palette zone a pixel shows, times its shade: any look can be coloured from them, and they
 * filter and minify linearly. Rows: the outfits (with the head), then the hairs, then hat and backpack, each seen behind the body, to be
 * laid over it. Columns: angle x frame.
 *
 * texture 0, body rows: skin, top, bottom, accent. Overlay rows: shade x coverage, (0.5 + 0.5 nx) x coverage, 0, coverage.
 * texture 1, body rows: dark (shoes, eyes), light, (0.5 + 0.5 nx) x coverage, coverage.
 */
import {
  BufferGeometry, Color, Float32BufferAttribute, GLSL3, InstancedBufferAttribute, InstancedBufferGeometry,
  LinearFilter, LinearMipmapLinearFilter, Mesh, NoBlending, NoToneMapping, OrthographicCamera, Scene, ShaderMaterial,
  WebGLRenderTarget, type Texture, type WebGLRenderer,
} from 'three';
import { skinDefines } from './actorMaterial';
import { BODIES_GLSL, SKIN_GLSL } from './glsl';
import { HAIR_COUNT, OUTFIT_COUNT, type AvatarKit, type Level } from './kit';
import { Accessory } from './look';

export const IMPOSTOR_ANGLES = 8;
/** Frames of a column group: clip and share of its length. The far shader counts on this order. */
const FRAMES: readonly (readonly [string, number])[] = [
  ['walk', 0], ['walk', 0.25], ['walk', 0.5], ['walk', 0.75], ['stand', 0], ['sit', 0],
  ['wave', 0.08], ['wave', 0.25], ['clap', 0], ['clap', 0.5],
];
export const IMPOSTOR_FRAMES = FRAMES.length;
export const IMPOSTOR_COLUMNS = IMPOSTOR_ANGLES * IMPOSTOR_FRAMES;
export const HAIR_ROW = OUTFIT_COUNT;
export const HAT_ROW = HAIR_ROW + HAIR_COUNT;
export const IMPOSTOR_ROWS = HAT_ROW + 2;
/** What a cell shows, metres: width, and from bottom to top. */
export const IMPOSTOR_WIDTH_M = 0.95;
export const IMPOSTOR_BOTTOM_M = -0.07;
export const IMPOSTOR_HEIGHT_M = 1.9;

const CAPTURE_VERTEX = /* glsl */ `
in float cell;
uniform int frameRows[${IMPOSTOR_FRAMES}];
uniform int wantedAccessory;
flat out int vZone;
out vec2 vCell;
out vec2 vFaceUv;
out vec3 vView;
out float vOpen;
${BODIES_GLSL}${SKIN_GLSL}
void main() {
  int column = int(cell);
  vec3 p = position * RANGE;
  vec3 n = normal;
  shape(p, n, 0, wantedAccessory);
  mat4 m = skinAt(frameRows[column % ${IMPOSTOR_FRAMES}]);
  p = (m * vec4(p, 1.0)).xyz;
  n = normalize(mat3(m) * n);
  /* angle 0 is seen from the front; at angle a the viewer has gone round to the wearer's left */
  float a = -float(column / ${IMPOSTOR_FRAMES}) * ${((2 * Math.PI) / IMPOSTOR_ANGLES).toFixed(6)};
  mat3 turn = mat3(cos(a), 0.0, -sin(a), 0.0, 1.0, 0.0, sin(a), 0.0, cos(a));
  p = turn * p;
  vView = turn * n;
  vZone = int(traits.x);
  vOpen = traits.y / 255.0;
  vFaceUv = (vec2(0.0) + faceUv) / FACE_GRID;
  vCell = vec2(p.x / ${(IMPOSTOR_WIDTH_M / 2).toFixed(4)}, (p.y - ${IMPOSTOR_BOTTOM_M.toFixed(3)}) / ${IMPOSTOR_HEIGHT_M.toFixed(3)} * 2.0 - 1.0);
  gl_Position = vec4(((float(column) + 0.5 + 0.5 * vCell.x) / ${IMPOSTOR_COLUMNS}.0) * 2.0 - 1.0, vCell.y, -p.z * 0.8, 1.0);
  int worn = int(traits.w);
  if (worn != 0 && worn != wantedAccessory) gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
}`;

const CAPTURE_FRAGMENT = /* glsl */ `
precision highp float;
uniform int layer; // 0: body, 1: overlay, 2: what hides an overlay
uniform sampler2D faces;
flat in int vZone;
in vec2 vCell;
in vec2 vFaceUv;
in vec3 vView;
in float vOpen;
layout(location = 0) out vec4 zones;
layout(location = 1) out vec4 rest;
void main() {
  if (abs(vCell.x) > 0.98 || abs(vCell.y) > 0.99) discard;
  vec3 n = normalize(vView);
  float shade = mix(0.42, 1.0, vOpen) * (0.82 + 0.18 * n.y);
  float side = 0.5 + 0.5 * n.x;
  if (layer == 2) { zones = vec4(0.0); rest = vec4(0.0); return; }
  if (layer == 1) { zones = vec4(shade, side, 0.0, 1.0); rest = vec4(0.0); return; }
  vec4 z = vec4(0.0);
  float dark = 0.0, light = 0.0;
  if (vZone == 7) {
    vec4 f = texture(faces, vFaceUv);
    dark = clamp(f.a - dot(f.rgb, vec3(0.5)), 0.0, 1.0);
    z.x = 1.0 - dark;
  }
  else if (vZone == 0) z.x = 1.0;
  else if (vZone == 2) z.y = 1.0;
  else if (vZone == 3) z.z = 1.0;
  else if (vZone == 4) z.w = 1.0;
  else if (vZone == 6) light = 1.0;
  else dark = 1.0;
  zones = z * shade;
  rest = vec4(dark * shade, light * shade, side, 1.0);
}`;

const COPY_VERTEX = 'out vec2 vUv; void main() { vUv = position.xy * 0.5 + 0.5; gl_Position = vec4(position.xy, 0.0, 1.0); }';
const COPY_FRAGMENT = /* glsl */ `
precision highp float;
uniform sampler2D zoneSource;
uniform sampler2D restSource;
in vec2 vUv;
layout(location = 0) out vec4 zones;
layout(location = 1) out vec4 rest;
void main() { zones = texture(zoneSource, vUv); rest = texture(restSource, vUv); }`;

interface Shot {
  parts: readonly string[];
  /** Drawn only to hide. */
  behind: readonly string[];
  accessory: number;
}

const BODY_BEHIND = ['head', 'outfit0'];
const SHOTS: readonly Shot[] = [
  ...Array.from({ length: OUTFIT_COUNT }, (_, i) => ({ parts: ['head', `outfit${i}`], behind: [], accessory: 0 })),
  ...Array.from({ length: HAIR_COUNT }, (_, i) => ({ parts: [`hair${i}`], behind: BODY_BEHIND, accessory: 0 })),
  { parts: ['accessories'], behind: BODY_BEHIND, accessory: Accessory.HAT },
  { parts: ['accessories'], behind: BODY_BEHIND, accessory: Accessory.BACKPACK },
];

export class ImpostorAtlas {
  private constructor(private readonly target: WebGLRenderTarget) {}

  get zones(): Texture {
    return this.target.textures[0] as Texture;
  }

  get rest(): Texture {
    return this.target.textures[1] as Texture;
  }

  /** Takes the pictures of the meshes of this level, `cellHeight` pixels high each; leaves the renderer's state as it was. */
  static capture(kit: AvatarKit, level: Level, renderer: WebGLRenderer, cellHeight: number): ImpostorAtlas {
    const width = (cellHeight / 2) * IMPOSTOR_COLUMNS;
    const target = new WebGLRenderTarget(width, cellHeight * IMPOSTOR_ROWS, {
      count: 2, depthBuffer: false, minFilter: LinearMipmapLinearFilter, magFilter: LinearFilter, anisotropy: 4,
    });
    const row = new WebGLRenderTarget(width, cellHeight, { count: 2, samples: 4, minFilter: LinearFilter });
    const studio = new Studio(kit, level);
    const copier = new Copier(row);
    const restore = keepState(renderer);
    renderer.toneMapping = NoToneMapping;
    renderer.xr.enabled = false;
    renderer.setClearColor(0x000000, 0);
    SHOTS.forEach((shot, index) => {
      studio.photograph(shot, renderer, row);
      for (const texture of target.textures) texture.generateMipmaps = index === SHOTS.length - 1;
      target.viewport.set(0, index * cellHeight, width, cellHeight);
      copier.copy(renderer, target);
    });
    restore();
    row.dispose();
    studio.dispose();
    copier.dispose();
    return new ImpostorAtlas(target);
  }

  dispose(): void {
    this.target.dispose();
  }
}

function keepState(renderer: WebGLRenderer): () => void {
  const { toneMapping, autoClear } = renderer;
  const xr = renderer.xr.enabled;
  const target = renderer.getRenderTarget();
  const alpha = renderer.getClearAlpha();
  const colour = renderer.getClearColor(new Color());
  return () => {
    renderer.toneMapping = toneMapping;
    renderer.autoClear = autoClear;
    renderer.xr.enabled = xr;
    renderer.setClearColor(colour, alpha);
    renderer.setRenderTarget(target);
  };
}

/** All cells of a row in one draw call a part: an instance a cell. */
class Studio {
  readonly #scene = new Scene();
  readonly #camera = new OrthographicCamera();
  readonly #meshes = new Map<string, Mesh>();
  readonly #shown: ShaderMaterial;
  readonly #hiding: ShaderMaterial;

  constructor(kit: AvatarKit, level: Level) {
    this.#shown = captureMaterial(kit, level, 0);
    this.#hiding = captureMaterial(kit, level, 2);
    const cells = new InstancedBufferAttribute(Float32Array.from({ length: IMPOSTOR_COLUMNS }, (_, i) => i), 1);
    for (const part of new Set(SHOTS.flatMap((shot) => [...shot.parts, ...shot.behind]))) {
      const base = kit.geometry(level, part);
      const geometry = new InstancedBufferGeometry();
      geometry.index = base.index;
      for (const [key, attribute] of Object.entries(base.attributes)) geometry.setAttribute(key, attribute);
      geometry.setAttribute('cell', cells);
      geometry.instanceCount = IMPOSTOR_COLUMNS;
      const mesh = new Mesh(geometry, this.#shown);
      mesh.frustumCulled = false;
      this.#meshes.set(part, mesh);
      this.#scene.add(mesh);
    }
  }

  photograph(shot: Shot, renderer: WebGLRenderer, row: WebGLRenderTarget): void {
    for (const [part, mesh] of this.#meshes) {
      mesh.visible = shot.parts.includes(part) || shot.behind.includes(part);
      mesh.material = shot.parts.includes(part) ? this.#shown : this.#hiding;
    }
    this.#shown.uniforms['layer']!.value = shot.behind.length > 0 ? 1 : 0;
    this.#shown.uniforms['wantedAccessory']!.value = shot.accessory;
    this.#shown.uniformsNeedUpdate = true;
    renderer.setRenderTarget(row);
    renderer.clear();
    renderer.render(this.#scene, this.#camera);
  }

  dispose(): void {
    for (const mesh of this.#meshes.values()) mesh.geometry.dispose();
    this.#shown.dispose();
    this.#hiding.dispose();
  }
}

function captureMaterial(kit: AvatarKit, level: Level, layer: number): ShaderMaterial {
  const rows = FRAMES.map(([name, share]) => {
    const clip = kit.clip(name);
    return clip.start + Math.floor(share * clip.frames);
  });
  return new ShaderMaterial({
    name: 'avatar-capture',
    glslVersion: GLSL3,
    blending: NoBlending,
    defines: skinDefines(kit, level),
    uniforms: {
      frameRows: { value: rows },
      wantedAccessory: { value: 0 },
      layer: { value: layer },
      poses: { value: kit.poses },
      faces: { value: kit.faces },
    },
    vertexShader: CAPTURE_VERTEX,
    fragmentShader: CAPTURE_FRAGMENT,
  });
}

/** Copies a row to where the viewport of the atlas is. One program for all rows: one that is let go is compiled anew. */
class Copier {
  readonly #scene = new Scene();
  readonly #camera = new OrthographicCamera();
  readonly #mesh: Mesh<BufferGeometry, ShaderMaterial>;

  constructor(from: WebGLRenderTarget) {
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new Float32BufferAttribute([-1, -1, 0, 3, -1, 0, -1, 3, 0], 3));
    const material = new ShaderMaterial({
      glslVersion: GLSL3,
      blending: NoBlending,
      depthTest: false,
      depthWrite: false,
      uniforms: { zoneSource: { value: from.textures[0] }, restSource: { value: from.textures[1] } },
      vertexShader: COPY_VERTEX,
      fragmentShader: COPY_FRAGMENT,
    });
    this.#mesh = new Mesh(geometry, material);
    this.#mesh.frustumCulled = false;
    this.#scene.add(this.#mesh);
  }

  copy(renderer: WebGLRenderer, to: WebGLRenderTarget): void {
    renderer.autoClear = false;
    renderer.setRenderTarget(to);
    renderer.render(this.#scene, this.#camera);
    renderer.autoClear = true;
  }

  dispose(): void {
    this.#mesh.geometry.dispose();
    this.#mesh.material.dispose();
  }
}
