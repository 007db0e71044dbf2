/**
 * Water: a dark, smooth plane with two layers of ripples. It mirrors one picture taken from its middle when the hall has
 * arrived; with the sky alone a pond would be a white sheet.
 */
import {
  Box3,
  CubeCamera,
  HalfFloatType,
  type Mesh,
  MeshStandardMaterial,
  type Object3D,
  PMREMGenerator,
  type Scene,
  type Texture,
  Vector3,
  WebGLCubeRenderTarget,
  type WebGLRenderer,
} from 'three';
import type { Quality } from './light';

const PROBE_PX: Record<Quality, number> = { high: 256, low: 128 };
/** The probe's eye above the water. */
const PROBE_HEIGHT_M = 0.7;
const FAR_M = 500;

const RIPPLES = /* glsl */ `
  #ifdef USE_NORMALMAP_TANGENTSPACE
    vec2 drift = vec2( 0.011, 0.007 ) * waterTime;
    vec3 ripple = texture2D( normalMap, vNormalMapUv + drift ).xyz
      + texture2D( normalMap, vNormalMapUv.yx * 1.73 - drift * 1.4 ).xyz - 1.0;
    ripple.xy *= normalScale;
    normal = normalize( tbn * vec3( ripple.xy, 1.0 ) );
  #endif
`;

export function isWater(object: Object3D): object is Mesh<Mesh['geometry'], MeshStandardMaterial> {
  const material = (object as Mesh).material;
  return material instanceof MeshStandardMaterial && material.userData['yuanzhan']?.water === true;
}

export class Water {
  readonly #time = { value: 0 };
  readonly #meshes: Mesh<Mesh['geometry'], MeshStandardMaterial>[] = [];
  #reflections: Texture[] = [];

  add(mesh: Mesh<Mesh['geometry'], MeshStandardMaterial>): void {
    const material = mesh.material;
    material.onBeforeCompile = (shader) => {
      shader.uniforms['waterTime'] = this.#time;
      shader.fragmentShader = shader.fragmentShader
        .replace('#include <common>', '#include <common>\nuniform float waterTime;')
        .replace('#include <normal_fragment_maps>', RIPPLES);
    };
    material.customProgramCacheKey = () => 'water';
    this.#meshes.push(mesh);
  }

  /** Takes the picture that each water mirrors. `hidden` is left out of it. */
  probe(renderer: WebGLRenderer, scene: Scene, quality: Quality, hidden: readonly Object3D[]): void {
    const away = [...this.#meshes, ...hidden].filter((object) => object.visible);
    for (const object of away) object.visible = false;
    const xr = renderer.xr.enabled;
    renderer.xr.enabled = false;
    for (const mesh of this.#meshes) {
      const target = new WebGLCubeRenderTarget(PROBE_PX[quality], { type: HalfFloatType });
      const camera = new CubeCamera(0.1, FAR_M, target);
      new Box3().setFromObject(mesh).getCenter(camera.position);
      camera.position.add(new Vector3(0, PROBE_HEIGHT_M, 0));
      camera.update(renderer, scene);
      const generator = new PMREMGenerator(renderer);
      const reflection = generator.fromCubemap(target.texture).texture;
      generator.dispose();
      target.dispose();
      mesh.material.envMap = reflection;
      mesh.material.envMapIntensity = 1;
      mesh.material.needsUpdate = true;
      this.#reflections.push(reflection);
    }
    renderer.xr.enabled = xr;
    for (const object of away) object.visible = true;
  }

  update(t_s: number): void {
    this.#time.value = t_s % 3600;
  }

  dispose(): void {
    for (const texture of this.#reflections) texture.dispose();
    this.#reflections = [];
  }
}
