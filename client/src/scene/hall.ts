/**
 * A hall on the screen: its glTF, baked light, sun, sky, water, halos, screens and booths.
 *
 *   const hall = await loadHall(descriptor, renderer, onProgress);
 *   hall.attach(scene);                      // adds it, sets fog, environment and tone mapping
 *   hall.update(t_s, dt_s, camera);          // each frame
 *   hall.dispose();                          // takes all of it away again
 */
import { type Camera, Group, type Material, Mesh, MeshDepthMaterial, MeshStandardMaterial, type Object3D, type Scene, Texture, type WebGLRenderer } from 'three';
import type { HallDescriptor } from '../net/api';
import { isLightmapped, LIGHT_ATTRIBUTE, lightFromMap, lightFromVertices, prepareLightmap } from './bakedLight';
import { loadBooths } from './booths';
import { loadModel, loadPicture } from './files';
import { createGlow } from './glow';
import { type HallLight, hallLight, lookOf, type Quality, setMood, SunLight } from './light';
import { Screens } from './screens';
import { SkyDome, skyParameters } from './sky';
import { isWater, Water } from './water';

export type { HallLight, Quality } from './light';

export interface HallOptions {
  /** low: phones and headsets. A smaller shadow map and probe, no normal maps, coarser texture filtering. */
  quality?: Quality;
  lang?: 'zh' | 'en';
}

export type OnProgress = (loaded_bytes: number, total_bytes: number) => void;

/** Scale of a hall whose parts carry light at their vertices but which has no lightmap: the baker's own. */
const VERTEX_LIGHT_SCALE = 3;

/** Loads everything; resolves when the hall can be drawn. Throws FileFailed when the hall's own files do not come. */
export async function loadHall(
  hall: HallDescriptor,
  renderer: WebGLRenderer,
  onProgress: OnProgress = () => undefined,
  options: HallOptions = {},
): Promise<HallScene> {
  let loaded = 0;
  const total = Math.max(1, hall.bytes);
  const onBytes = (bytes: number): void => {
    loaded += bytes;
    onProgress(Math.min(loaded, total), total);
  };
  const [model, lightmap, booths] = await Promise.all([
    loadModel(hall.glb, onBytes),
    hall.lightmap ? loadPicture(hall.lightmap.url, onBytes) : null,
    loadBooths(hall, onBytes),
  ]);
  for (const { object } of booths) model.add(object);
  onProgress(total, total);
  return new HallScene(hall, renderer, model, lightmap, options);
}

export class HallScene {
  readonly root = new Group();
  readonly light: HallLight;
  readonly screens: Screens;
  readonly #sun: SunLight;
  readonly #sky: SkyDome;
  readonly #water = new Water();
  readonly #glow: Object3D | null;
  readonly #quality: Quality;
  readonly #lightmap: Texture | null;
  /**
   * Casts the shadows of what is opaque. The renderer's own is shared by all halls and remembers the picture of the last mesh
   * that it drew: the next hall would upload that of a hall which is gone.
   */
  readonly #depth = new MeshDepthMaterial();
  #environment: Texture | null = null;
  #restore: (() => void) | null = null;

  constructor(
    readonly hall: HallDescriptor,
    private readonly renderer: WebGLRenderer,
    private readonly model: Group,
    lightmap: Texture | null,
    options: HallOptions,
  ) {
    this.#quality = options.quality ?? 'high';
    this.root.name = `hall-${hall.id}`;
    const sky = skyParameters(hall.sky);
    this.light = hallLight(hall, sky);
    this.#sun = new SunLight(hall, this.#quality);
    this.#sky = new SkyDome(sky, this.#sun.direction);
    this.#lightmap = lightmap ? prepareLightmap(lightmap) : null;
    this.screens = new Screens(hall, options.lang ?? 'zh');
    this.#dress();
    this.#glow = createGlow(model);
    this.root.add(model, this.#sun.light, this.#sun.light.target, this.#sky.mesh);
    if (this.#glow) this.root.add(this.#glow);
  }

  /** Adds the hall to a scene, sets fog, environment and tone mapping, and takes the water's picture. */
  attach(scene: Scene): void {
    this.#restore = setMood(this.renderer, scene, lookOf(this.hall));
    this.#environment ??= this.#sky.environment(this.renderer);
    scene.environment = this.#environment;
    this.root.add(this.#sky.mesh);
    scene.add(this.root);
    scene.updateMatrixWorld();
    this.#water.probe(this.renderer, scene, this.#quality, this.#glow ? [this.#glow] : []);
    this.#sun.refresh();
  }

  /** t_s: seconds on any clock that does not jump. */
  update(t_s: number, dt_s: number, camera: Camera): void {
    this.#water.update(t_s);
    this.screens.update(t_s, dt_s, camera);
  }

  dispose(): void {
    this.#restore?.();
    this.#restore = null;
    this.root.removeFromParent();
    this.root.traverse(disposeObject);
    this.#sun.dispose();
    this.#sky.dispose();
    this.#water.dispose();
    this.screens.dispose();
    this.#environment?.dispose();
    this.#lightmap?.dispose();
    this.#depth.dispose();
  }

  #dress(): void {
    const luminance = this.light.ambient.sky;
    const baked = {
      scale: this.hall.lightmap?.scale ?? VERTEX_LIGHT_SCALE,
      skyLuminance: (0.2126 * luminance.r + 0.7152 * luminance.g + 0.0722 * luminance.b) / Math.PI,
    };
    const dressed = new Set<Material>();
    this.model.traverse((object) => {
      if (!(object instanceof Mesh)) return;
      this.screens.claim(object);
      const material = object.material as Material;
      const extras = (material.userData['yuanzhan'] ?? {}) as { shadow?: string; screen?: string };
      const shadow = extras.shadow ?? (material instanceof MeshStandardMaterial ? 'both' : 'none');
      object.castShadow = shadow === 'both' || shadow === 'cast';
      if (object.castShadow && material.alphaTest === 0) object.customDepthMaterial = this.#depth;
      object.receiveShadow = shadow === 'both' || shadow === 'receive';
      if (!(material instanceof MeshStandardMaterial) || dressed.has(material)) return;
      dressed.add(material);
      this.#filter(material);
      if (isWater(object)) this.#water.add(object);
      else if (this.#lightmap && isLightmapped(material)) lightFromMap(material, this.#lightmap, baked);
      else if (object.geometry.hasAttribute(LIGHT_ATTRIBUTE)) lightFromVertices(material, baked);
    });
  }

  #filter(material: MeshStandardMaterial): void {
    const low = this.#quality === 'low';
    if (low && material.userData['yuanzhan']?.water !== true) material.normalMap = null;
    const anisotropy = low ? 2 : Math.min(8, this.renderer.capabilities.getMaxAnisotropy());
    for (const map of [material.map, material.normalMap, material.emissiveMap]) if (map) map.anisotropy = anisotropy;
  }
}

function disposeObject(object: Object3D): void {
  if (!(object instanceof Mesh)) return;
  object.geometry.dispose();
  for (const material of [object.material].flat() as Material[]) {
    for (const value of Object.values(material)) {
      if (!(value instanceof Texture)) continue;
      value.dispose();
      if (value.image instanceof ImageBitmap) value.image.close();
    }
    material.dispose();
  }
}
