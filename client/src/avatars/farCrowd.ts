/** The far tier: one quad a visitor, coloured from the impostor atlas and placed on the GPU; and everyone's contact shadow. */
import {
  BufferAttribute, CustomBlending, DynamicDrawUsage, Group, InstancedBufferAttribute, InstancedBufferGeometry, Mesh, OneFactor,
  ShaderMaterial, UniformsLib, UniformsUtils, ZeroFactor, type IUniform,
} from 'three';
import { BODIES_GLSL, LIGHT_GLSL, LOOK_GLSL, MOTION_GLSL, NOISE_GLSL } from './glsl';
import {
  HAIR_ROW, HAT_ROW, IMPOSTOR_ANGLES, IMPOSTOR_BOTTOM_M, IMPOSTOR_COLUMNS, IMPOSTOR_FRAMES, IMPOSTOR_HEIGHT_M, IMPOSTOR_ROWS,
  IMPOSTOR_WIDTH_M, type ImpostorAtlas,
} from './impostorAtlas';
import type { AvatarKit } from './kit';
import type { LightUniforms } from './light';
import type { MotionTexture } from './motionTexture';

const FAR_VERTEX = /* glsl */ `
#include <fog_pars_vertex>
in float instance; // slot, plus half of the fade
flat out vec4 vRows; // of outfit, hair, accessory (or -1), in rows of the atlas
flat out float vFade;
flat out float vColumn;
flat out int vLook;
out vec2 vCell;
out vec3 vRight;
uniform sampler2D looks;
${BODIES_GLSL}${LOOK_GLSL}${NOISE_GLSL}${MOTION_GLSL}
float frameAt(int action, float speed, float seed) {
  if (action == 3) return 5.0;
  if (action == 1 || action == 2 || speed > 0.3) return mod(floor((time * max(speed, 0.6) / 1.2 + seed) * 4.0), 4.0);
  if (action == 4) return 6.0 + mod(floor(time * 3.0 + seed * 2.0), 2.0);
  if (action == 5) return 8.0 + mod(floor(time * 4.0 + seed * 2.0), 2.0);
  return 4.0;
}
void main() {
  int slot = int(instance);
  float fade = fract(instance) * 2.0;
  vFade = fade == 0.0 ? 1.0 : fade > 1.0 ? -(fade - 1.0) : fade;
  vec4 timing = motionTexel(slot, 2);
  vec4 place = placeOf(slot, timing);
  int look = int(texelFetch(looks, ivec2(slot % textureSize(looks, 0).x, slot / textureSize(looks, 0).x), 0).r);
  vLook = look;
  vec3 body = BODY[choice(look, 0, 2)];
  float seed = hash(float(slot) + 1.0);

  vec2 toEye = cameraPosition.xz - place.xz;
  float bearing = atan(toEye.x, toEye.y);
  /* the meshes face +Z, yaw 0 looks along -Z */
  float angle = (bearing - place.w - 3.14159265) / 6.28318531 * ${IMPOSTOR_ANGLES}.0;
  vColumn = mod(floor(angle + 0.5), ${IMPOSTOR_ANGLES}.0) * ${IMPOSTOR_FRAMES}.0 + frameAt(int(timing.w + 0.5), timing.z, seed);
  int accessory = choice(look, 21, 3);
  vRows = vec4(float(choice(look, 2, 3)), ${HAIR_ROW}.0 + float(choice(look, 5, 3)), accessory >= 2 ? ${HAT_ROW}.0 + float(accessory - 2) : -1.0, 0.0);
  vCell = position.xy;

  vec2 d = normalize(toEye);
  vRight = vec3(d.y, 0.0, -d.x);
  float breath = 0.004 * sin(time * 1.6 + seed * 6.28);
  vec3 world = place.xyz + vRight * ((position.x - 0.5) * ${IMPOSTOR_WIDTH_M.toFixed(3)} * body.y * body.x);
  world.y += (${IMPOSTOR_BOTTOM_M.toFixed(3)} + position.y * ${IMPOSTOR_HEIGHT_M.toFixed(3)}) * body.x + breath * position.y;
  vec4 mvPosition = viewMatrix * vec4(world, 1.0);
  gl_Position = projectionMatrix * mvPosition;
  #include <fog_vertex>
}`;

const FAR_FRAGMENT = /* glsl */ `
#include <common>
#include <fog_pars_fragment>
flat in vec4 vRows;
flat in float vFade;
flat in float vColumn;
flat in int vLook;
in vec2 vCell;
in vec3 vRight;
uniform sampler2D zones;
uniform sampler2D rest;
uniform highp sampler2D palette;
uniform float cutoff;
${LOOK_GLSL}${NOISE_GLSL}${LIGHT_GLSL}
vec2 atlasUv(float row) {
  vec2 inset = clamp(vCell, 0.012, 0.988);
  return (vec2(vColumn, row) + inset) / vec2(${IMPOSTOR_COLUMNS}.0, ${IMPOSTOR_ROWS}.0);
}
vec3 colourOf(int shift, int bits, int zone) { return texelFetch(palette, ivec2(choice(vLook, shift, bits), zone), 0).rgb; }
vec4 over(inout float side, inout float alpha, vec4 overlay) {
  side = side * (1.0 - overlay.a) + overlay.y;
  alpha = alpha * (1.0 - overlay.a) + overlay.a;
  return overlay;
}
void main() {
  if (fadedOut(vFade, gl_FragCoord.xy)) discard;
  vec2 uv = atlasUv(vRows.x);
  vec4 z = texture(zones, uv);
  vec4 r = texture(rest, uv);
  vec3 skin = colourOf(11, 3, 0);
  vec3 accent = colourOf(17, 4, 4);
  float side = r.z, alpha = r.a;
  vec3 c = skin * z.x + colourOf(17, 4, 2) * z.y + colourOf(17, 4, 3) * z.z + accent * z.w
    + colourOf(17, 4, 5) * r.x + vec3(0.88) * r.y;
  float skinShare = z.x;
  if (vRows.z == ${HAT_ROW + 1}.0) {
    vec4 pack = over(side, alpha, texture(zones, atlasUv(vRows.z)));
    c = c * (1.0 - pack.a) + accent * pack.x;
    skinShare *= 1.0 - pack.a;
  }
  vec4 hair = over(side, alpha, texture(zones, atlasUv(vRows.y)));
  c = c * (1.0 - hair.a) + colourOf(14, 3, 1) * hair.x;
  skinShare *= 1.0 - hair.a;
  if (vRows.z == ${HAT_ROW}.0) {
    vec4 hat = over(side, alpha, texture(zones, atlasUv(vRows.z)));
    c = c * (1.0 - hat.a) + texelFetch(palette, ivec2(0, 8), 0).rgb * hat.x;
    skinShare *= 1.0 - hat.a;
  }
  if (alpha < cutoff) discard;
  c /= alpha;
  float nx = clamp(side / alpha * 2.0 - 1.0, -1.0, 1.0);
  vec3 forward = vec3(-vRight.z, 0.0, vRight.x);
  vec3 n = normalize(vRight * nx + forward * sqrt(max(0.0, 1.0 - nx * nx)) + vec3(0.0, 0.35, 0.0));
  vec3 light = lightAt(n);
  vec3 colour = c * light;
  colour += c * pow(abs(nx), 4.0) * 0.25 * skyColour * RECIPROCAL_PI_LIGHT;
  colour += skin * (skinShare / alpha) * vec3(0.26, 0.15, 0.11) * mix(groundColour, skyColour, 0.5) * RECIPROCAL_PI_LIGHT;
  gl_FragColor = vec4(colour, smoothstep(0.18, 0.62, alpha));
  #include <tonemapping_fragment>
  #include <colorspace_fragment>
  #include <fog_fragment>
}`;

const BLOB_VERTEX = /* glsl */ `
#include <fog_pars_vertex>
in float instance;
out vec2 vAt;
uniform vec3 sunDirection;
${MOTION_GLSL}
void main() {
  int slot = int(instance);
  vec4 place = placeOf(slot, motionTexel(slot, 2));
  vAt = position.xy * 2.0 - 1.0;
  vec3 world = place.xyz + vec3(vAt.x * 0.43 - sunDirection.x * 0.10, 0.0, vAt.y * 0.37 - sunDirection.z * 0.10);
  world.y += 0.008 + 0.0012 * distance(cameraPosition, world);
  vec4 mvPosition = viewMatrix * vec4(world, 1.0);
  gl_Position = projectionMatrix * mvPosition;
  #include <fog_vertex>
}`;

const BLOB_FRAGMENT = /* glsl */ `
#include <common>
#include <fog_pars_fragment>
in vec2 vAt;
void main() {
  float d = 1.0 - clamp(length(vAt), 0.0, 1.0);
  gl_FragColor = vec4(vec3(0.018, 0.013, 0.011), d * d * 0.62);
  #include <colorspace_fragment>
  #include <fog_fragment>
}`;

/** A picture and a contact shadow. */
export const FAR_TRIANGLES = 4;

export class FarCrowd {
  readonly object = new Group();
  readonly #instances: InstancedBufferAttribute;
  readonly #people: Mesh<InstancedBufferGeometry, ShaderMaterial>;
  readonly #shadows: Mesh<InstancedBufferGeometry, ShaderMaterial>;
  #count = 0;
  #far = 0;

  constructor(
    kit: AvatarKit, capacity: number, atlas: ImpostorAtlas, motion: MotionTexture, light: LightUniforms, time: IUniform<number>,
    antialiased: boolean,
  ) {
    // far visitors first, then those drawn as meshes, for their shadows
    this.#instances = new InstancedBufferAttribute(new Float32Array(capacity * 3), 1);
    this.#instances.setUsage(DynamicDrawUsage);
    const shared = { ...light, motion: motion.motion, looks: motion.looks, time };
    this.#people = quads(this.#instances, new ShaderMaterial({
      name: 'avatar-far',
      fog: true,
      alphaToCoverage: antialiased,
      // coverage comes from alpha, but the canvas must stay opaque
      blending: CustomBlending,
      blendSrc: OneFactor,
      blendDst: ZeroFactor,
      blendSrcAlpha: ZeroFactor,
      blendDstAlpha: OneFactor,
      uniforms: {
        ...UniformsUtils.clone(UniformsLib.fog),
        ...shared,
        zones: { value: atlas.zones },
        rest: { value: atlas.rest },
        palette: { value: kit.palette },
        cutoff: { value: antialiased ? 0.06 : 0.45 },
      },
      vertexShader: FAR_VERTEX,
      fragmentShader: FAR_FRAGMENT,
    }));
    this.#shadows = quads(this.#instances, new ShaderMaterial({
      name: 'avatar-contact-shadow',
      fog: true,
      transparent: true,
      depthWrite: false,
      uniforms: { ...UniformsUtils.clone(UniformsLib.fog), ...shared },
      vertexShader: BLOB_VERTEX,
      fragmentShader: BLOB_FRAGMENT,
    }));
    this.#shadows.renderOrder = -1;
    this.object.add(this.#people, this.#shadows);
  }

  begin(): void {
    this.#count = this.#far = 0;
  }

  /** Everyone far first. `fade` as the classifier gives it. */
  addFar(slot: number, fade: number): void {
    this.#instances.array[this.#count] = slot + (fade >= 1 ? 0 : fade > 0 ? fade * 0.49 : 0.5 - fade * 0.49);
    this.#count += 1;
    this.#far = this.#count;
  }

  /** Then the contact shadows of those drawn as meshes. */
  addShadow(slot: number): void {
    this.#instances.array[this.#count] = slot;
    this.#count += 1;
  }

  finish(): void {
    this.#people.geometry.instanceCount = this.#far;
    this.#people.visible = this.#far > 0;
    this.#shadows.geometry.instanceCount = this.#count;
    this.#shadows.visible = this.#count > 0;
    if (this.#count === 0) return;
    this.#instances.clearUpdateRanges();
    this.#instances.addUpdateRange(0, this.#count);
    this.#instances.needsUpdate = true;
  }

  get triangles(): number {
    return (this.#far + this.#count) * 2;
  }

  dispose(): void {
    for (const mesh of [this.#people, this.#shadows]) {
      mesh.geometry.dispose();
      mesh.material.dispose();
    }
  }
}

function quads(instances: InstancedBufferAttribute, material: ShaderMaterial): Mesh<InstancedBufferGeometry, ShaderMaterial> {
  const geometry = new InstancedBufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(new Float32Array([0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0]), 3));
  geometry.setIndex(material.transparent ? [0, 2, 1, 0, 3, 2] : [0, 1, 2, 0, 2, 3]);
  geometry.setAttribute('instance', instances);
  geometry.instanceCount = 0;
  const mesh = new Mesh(geometry, material);
  mesh.frustumCulled = false;
  mesh.visible = false;
  return mesh;
}
