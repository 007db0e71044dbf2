/**
 * Light computed at build time: sky, one bounce and lamps, without the sun. Large surfaces carry it in a lightmap on
 * TEXCOORD_1, all others in the vertex attribute _LIGHT (assets/kit/bake.py).
 *
 * On such surfaces the sky's image must not light the diffuse part again; its mirror image stays, dimmed where the baked
 * light says that little sky is seen.
 */
import { DoubleSide, type Material, MeshStandardMaterial, ShaderChunk, SRGBColorSpace, type Texture, type WebGLProgramParametersWithUniforms } from 'three';

/** glTF's _LIGHT as GLTFLoader names it. */
export const LIGHT_ATTRIBUTE = '_light';
/** Roughness and metalness at a vertex, where several materials are drawn as one (gathering.ts). */
export const SURFACE_ATTRIBUTE = '_surface';
/** Define of a material whose triangles are seen from both sides by the same normals: leaves. */
const SIDES_ALIKE = 'SIDES_ALIKE';

export interface BakedLight {
  /** Stored value * scale = irradiance / pi. */
  scale: number;
  /** Luminance of the open sky, radiance. */
  skyLuminance: number;
}

const FRAGMENT_LIGHT = /* glsl */ `
  #include <lights_fragment_maps>
  #ifdef RE_IndirectDiffuse
    #ifdef BAKED_VERTEX
      vec3 bakedIrradiance = vBaked * bakedScale * PI;
      irradiance += bakedIrradiance;
    #else
      vec3 bakedIrradiance = lightMapIrradiance;
    #endif
    iblIrradiance = vec3( 0.0 );
    float bakedOpen = clamp( dot( bakedIrradiance, vec3( 0.2126, 0.7152, 0.0722 ) ) / ( PI * bakedSky ), 0.0, 1.0 );
    #ifdef RE_IndirectSpecular
      radiance *= bakedOpen * bakedOpen;
    #endif
  #endif
`;

/** For materials of meshes that have the attribute _LIGHT, and those whose surface is told at each vertex. */
export function lightFromVertices(material: MeshStandardMaterial, baked: BakedLight, surfaces = false): void {
  material.defines = { ...material.defines, BAKED_VERTEX: '', ...(surfaces ? { SURFACE_VERTEX: '' } : {}) };
  patch(material, baked, (shader) => {
    shader.vertexShader = shader.vertexShader
      .replace('#include <common>', `#include <common>\nattribute vec4 ${LIGHT_ATTRIBUTE};\nvarying vec3 vBaked;`)
      .replace('#include <begin_vertex>', `#include <begin_vertex>\nvBaked = ${LIGHT_ATTRIBUTE}.rgb * ${LIGHT_ATTRIBUTE}.rgb;`);
    shader.fragmentShader = shader.fragmentShader.replace('#include <common>', '#include <common>\nvarying vec3 vBaked;');
    if (material.defines?.[SIDES_ALIKE] !== undefined) {
      shader.fragmentShader = shader.fragmentShader
        .replace('#include <normal_fragment_begin>', ShaderChunk.normal_fragment_begin.replace('gl_FrontFacing', 'true'));
    }
    if (surfaces) surfaceFromVertices(shader);
  });
}

function surfaceFromVertices(shader: WebGLProgramParametersWithUniforms): void {
  shader.vertexShader = shader.vertexShader
    .replace('#include <common>', `#include <common>\nattribute vec4 ${SURFACE_ATTRIBUTE};\nvarying vec2 vSurface;`)
    .replace('#include <begin_vertex>', `#include <begin_vertex>\nvSurface = ${SURFACE_ATTRIBUTE}.xy;`);
  shader.fragmentShader = shader.fragmentShader
    .replace('#include <common>', '#include <common>\nvarying vec2 vSurface;')
    .replace('#include <roughnessmap_fragment>', 'float roughnessFactor = vSurface.x;')
    .replace('#include <metalnessmap_fragment>', 'float metalnessFactor = vSurface.y;');
}

/** One triangle is seen from both sides as two were before; the returned function undoes it. */
export function seeBothSides(material: Material): () => void {
  const { side, defines } = material;
  material.side = DoubleSide;
  material.defines = { ...defines, [SIDES_ALIKE]: '' };
  material.needsUpdate = true;
  return () => {
    Object.assign(material, { side, defines });
    material.needsUpdate = true;
  };
}

/** For materials marked with extras.yuanzhan.lightmap. */
export function lightFromMap(material: MeshStandardMaterial, map: Texture, baked: BakedLight): void {
  material.lightMap = map;
  material.lightMapIntensity = Math.PI * baked.scale;
  material.aoMap = null;
  patch(material, baked, () => undefined);
}

export function prepareLightmap(map: Texture): Texture {
  map.channel = 1;
  map.flipY = false;
  map.colorSpace = SRGBColorSpace;
  map.needsUpdate = true;
  return map;
}

export function isLightmapped(material: Material): boolean {
  return material instanceof MeshStandardMaterial && material.userData['yuanzhan']?.lightmap === true;
}

function patch(
  material: MeshStandardMaterial,
  baked: BakedLight,
  more: (shader: WebGLProgramParametersWithUniforms) => void,
): void {
  material.onBeforeCompile = (shader) => {
    shader.uniforms['bakedScale'] = { value: baked.scale };
    shader.uniforms['bakedSky'] = { value: Math.max(1e-3, baked.skyLuminance) };
    more(shader);
    shader.fragmentShader = shader.fragmentShader
      .replace('#include <common>', '#include <common>\nuniform float bakedScale;\nuniform float bakedSky;')
      .replace('#include <lights_fragment_maps>', FRAGMENT_LIGHT);
  };
  // three shares programs by the text of onBeforeCompile: ours differ in what they close over
  material.customProgramCacheKey = () => (material.lightMap ? 'baked-map' : 'baked-vertex');
}
