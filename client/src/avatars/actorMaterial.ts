/** How NEAR and MID avatars are drawn: skinned by the pose texture, placed and dressed by one row of the actor texture each. */
import { ShaderMaterial, UniformsLib, UniformsUtils, type IUniform, type Texture } from 'three';
import { BODIES_GLSL, LIGHT_GLSL, LOOK_GLSL, NOISE_GLSL, SKIN_GLSL } from './glsl';
import type { AvatarKit, Level } from './kit';
import type { LightUniforms } from './light';

/** Texels of a row: place (x, y, z, yaw); clip (row, next row, mix, blend with the former); former clip (row, next row, mix, face cell); (head yaw, head pitch, fade, look). */
export const ACTOR_TEXELS = 4;

const VERTEX = /* glsl */ `
#include <fog_pars_vertex>
in float actor;
uniform highp sampler2D actors;
uniform highp sampler2D palette;
flat out vec3 vColour;
flat out float vZone;
flat out float vFade;
out float vOpen;
out vec2 vFaceUv;
out vec3 vNormalWorld;
out vec3 vToEye;
${BODIES_GLSL}${LOOK_GLSL}${SKIN_GLSL}
int paletteColumn(int look, int zone) {
  if (zone == 0 || zone == 7) return choice(look, 11, 3);
  if (zone == 1) return choice(look, 14, 3);
  return choice(look, 17, 4);
}
void main() {
  int row = int(actor);
  vec4 place = texelFetch(actors, ivec2(0, row), 0);
  vec4 clip = texelFetch(actors, ivec2(1, row), 0);
  vec4 former = texelFetch(actors, ivec2(2, row), 0);
  vec4 person = texelFetch(actors, ivec2(3, row), 0);
  int look = int(person.w);
  int body = choice(look, 0, 2);
  int accessory = choice(look, 21, 3);
  int zone = int(traits.x);

  vec3 p = position * RANGE;
  vec3 n = normal;
  shape(p, n, body, accessory);
  turnHead(p, n, person.xy);
  mat4 m = skinAt(int(clip.x));
  if (BONES_PER_VERTEX > 2) {
    m = m * (1.0 - clip.z) + skinAt(int(clip.y)) * clip.z;
    if (clip.w < 1.0) {
      mat4 f = skinAt(int(former.x)) * (1.0 - former.z) + skinAt(int(former.y)) * former.z;
      m = f * (1.0 - clip.w) + m * clip.w;
    }
  }
  p = (m * vec4(p, 1.0)).xyz * vec3(BODY[body].y, BODY[body].x, BODY[body].y);
  n = normalize(mat3(m) * n);
  /* the meshes face +Z, yaw 0 looks along -Z */
  float c = -cos(place.w), s = -sin(place.w);
  mat3 turn = mat3(c, 0.0, -s, 0.0, 1.0, 0.0, s, 0.0, c);
  vec3 world = turn * p + place.xyz;

  vColour = texelFetch(palette, ivec2(paletteColumn(look, zone), zone), 0).rgb;
  vZone = float(zone);
  vFade = person.z;
  vOpen = traits.y / 255.0;
  float cell = former.w;
  vFaceUv = (vec2(mod(cell, FACE_GRID.x), floor(cell / FACE_GRID.x)) + faceUv) / FACE_GRID;
  vNormalWorld = turn * n;
  vToEye = cameraPosition - world;
  vec4 mvPosition = viewMatrix * vec4(world, 1.0);
  gl_Position = projectionMatrix * mvPosition;
  int worn = int(traits.w);
  if (worn != 0 && worn != accessory) gl_Position = vec4(0.0, 0.0, 2.0, 1.0); /* not this one's: beyond the far plane */
  #include <fog_vertex>
}`;

const FRAGMENT = /* glsl */ `
#include <common>
#include <fog_pars_fragment>
flat in vec3 vColour;
flat in float vZone;
flat in float vFade;
in float vOpen;
in vec2 vFaceUv;
in vec3 vNormalWorld;
in vec3 vToEye;
uniform sampler2D faces;
${NOISE_GLSL}${LIGHT_GLSL}
vec3 withFace(vec3 skin) {
  vec4 f = texture(faces, vFaceUv);
  if (f.a < 0.004) return skin;
  vec3 drawn = pow(f.rgb / f.a, vec3(2.2));
  /* a blush is thin paint: on dark skin it shows less */
  float thin = smoothstep(0.8, 0.4, f.a);
  float a = f.a * mix(1.0, clamp(dot(skin, vec3(0.9)), 0.12, 1.0), thin);
  return mix(skin, drawn, a);
}
void main() {
  if (fadedOut(vFade, gl_FragCoord.xy)) discard;
  vec3 n = normalize(vNormalWorld);
  vec3 eye = normalize(vToEye);
  bool isSkin = vZone < 0.5 || vZone == 7.0;
  vec3 albedo = vZone == 7.0 ? withFace(vColour) : vColour;
  albedo = inCrease(albedo, vOpen);
  vec3 ambient = mix(groundColour, skyColour, 0.5) * RECIPROCAL_PI_LIGHT;
  vec3 light = lightAt(n);
  vec3 colour = albedo * light;
  /* a soft rim of sky, blood under the skin, a ring of light on hair */
  float rim = pow(1.0 - clamp(dot(n, eye), 0.0, 1.0), 2.5);
  colour += albedo * rim * (0.35 + 0.65 * vOpen) * skyColour * RECIPROCAL_PI_LIGHT * 0.75;
  if (isSkin) colour += albedo * vec3(0.26, 0.15, 0.11) * ambient;
  if (vZone == 1.0) {
    float band = (n.y - 0.66) / 0.13;
    colour += (albedo * 1.6 + vec3(0.035, 0.032, 0.034)) * exp(-band * band) * 0.9 * light;
  }
  gl_FragColor = vec4(colour, 1.0);
  #include <tonemapping_fragment>
  #include <colorspace_fragment>
  #include <fog_fragment>
}`;

export interface ActorUniforms {
  [name: string]: IUniform;
  actors: IUniform<Texture | null>;
}

const vec3 = (v: readonly number[]): string => `vec3(${v.map((x) => x.toFixed(5)).join(', ')})`;

/** Constants of the kit that the skinning of these meshes needs. */
export function skinDefines(kit: AvatarKit, level: Level): Record<string, string | number> {
  const { description: d } = kit;
  return {
    BONES_PER_VERTEX: level === 'near' ? 4 : 2,
    HEAD: `${d.bones.indexOf('head')}.0`,
    RANGE: d.positionRange.toFixed(1),
    PIVOT: vec3(d.headPivot),
    HAT: vec3([d.hat.apex, d.hat.rim, d.hat.radius]),
    FACE_GRID: `vec2(${d.expressions.length}.0, ${d.faces}.0)`,
  };
}

export function actorMaterial(kit: AvatarKit, level: Level, light: LightUniforms, actors: IUniform<Texture | null>): ShaderMaterial {
  return new ShaderMaterial({
    name: `avatar-${level}`,
    fog: true,
    defines: skinDefines(kit, level),
    uniforms: {
      ...UniformsUtils.clone(UniformsLib.fog),
      ...light,
      actors,
      poses: { value: kit.poses },
      palette: { value: kit.palette },
      faces: { value: kit.faces },
    },
    vertexShader: VERTEX,
    fragmentShader: FRAGMENT,
  });
}
