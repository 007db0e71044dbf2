/**
 * A hall on the screen: its glTF, baked light, sun, sky, water, halos, screens and booths.
 *
 *   const hall = await loadHall(descriptor, renderer, onProgress);
 *   hall.attach(scene);                      // adds it, sets fog, environment and tone mapping
 *   hall.update(t_s, dt_s, camera);          // each frame
 *   await hall.setBooths(booths, warmth);    // the booths are these now, while people walk
 *   await hall.setInHeadset(true);           // drawn twice, so lighter (thrift.ts)
 *   hall.dispose();                          // takes all of it away again
 */
import { type Camera, Group, type Material, Mesh, MeshDepthMaterial, MeshStandardMaterial, type Object3D, type Scene, type Texture, Vector3, type WebGLRenderer } from 'three';
import type { Booth, HallDescriptor } from '../net/api';
import { type BakedLight, isLightmapped, LIGHT_ATTRIBUTE, lightFromMap, lightFromVertices, prepareLightmap } from './bakedLight';
import { loadBoards } from './boards';
import { loadBooth, loadBoothModel, loadBooths, type PlacedBooth } from './booths';
import { changesOf } from './changes';
import { type MeshDetail, readDetails } from './detail';
import { disposeObject } from './dispose';
import { EYE_TRIANGLES } from './eye';
import { fetchFile, FileFailed, loadModel, loadPicture } from './files';
import { createGlow } from './glow';
import { distanceTo, isFiner, levelAt } from './levels';
import { type HallLight, hallLight, lookOf, type Quality, setMood, SunLight } from './light';
import { Screens } from './screens';
import { SkyDome, skyParameters } from './sky';
import { Thrift } from './thrift';
import { warm, type Warmth } from './warm';
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
    loadBooths(hall, options.lang ?? 'zh', renderer, onBytes),
  ]);
  onProgress(total, total);
  return new HallScene(hall, renderer, model, booths, lightmap, options);
}

export class HallScene {
  readonly root = new Group();
  readonly light: HallLight;
  readonly screens: Screens;
  readonly #sun: SunLight;
  readonly #sky: SkyDome;
  readonly #water = new Water();
  /** The hall's model and the booths. */
  readonly #content = new Group();
  #glow: Object3D | null = null;
  readonly #booths = new Map<string, PlacedBooth>();
  readonly #lang: 'zh' | 'en';
  readonly #quality: Quality;
  readonly #lightmap: Texture | null;
  /**
   * Casts the shadows of what is opaque. The renderer's own is shared by all halls and remembers the picture of the last mesh
   * that it drew: the next hall would upload that of a hall which is gone.
   */
  readonly #depth = new MeshDepthMaterial();
  /** In a headset. */
  #inHeadset = false;
  #details: Promise<Map<string, MeshDetail>> | null = null;
  #thrift: Thrift | null = null;
  /** The next frame draws the shadows anew. */
  #shadowsDue = false;
  /** What the hall may be in a headset, for one eye. */
  triangles = EYE_TRIANGLES;
  #environment: Texture | null = null;
  #restore: (() => void) | null = null;

  constructor(
    readonly hall: HallDescriptor,
    private readonly renderer: WebGLRenderer,
    private readonly model: Group,
    booths: readonly PlacedBooth[],
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
    this.#lang = options.lang ?? 'zh';
    this.screens = new Screens(hall, this.#lang);
    this.#content.add(model);
    this.root.add(this.#content, this.#sun.light, this.#sun.light.target, this.#sky.mesh);
    for (const booth of booths) this.#stand(booth);
    this.#dress(this.#content);
    this.#renewGlow();
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
    this.refreshShadows();
  }

  /**
   * Each thing is drawn twice then: like things as one, and what is far off coarser. Resolves when it is so; where the levels of detail
   * do not come, the hall stays as it is.
   */
  async setInHeadset(inHeadset: boolean): Promise<void> {
    this.#inHeadset = inHeadset;
    if (!inHeadset) return this.#endThrift();
    this.#details ??= this.#loadDetails();
    const details = await this.#details;
    if (this.#inHeadset && this.root.parent && !this.#thrift) this.#beginThrift(details);
  }

  /** How the hall is drawn in a headset; null: as on a page. */
  get thrift(): Thrift | null {
    return this.#thrift;
  }

  /** The booth as it stands here. */
  boothOf(id: string): PlacedBooth | null {
    return this.#booths.get(id) ?? null;
  }

  get placedBooths(): readonly PlacedBooth[] {
    return [...this.#booths.values()];
  }

  /**
   * The booths of the hall are these now: adds, alters and takes away what differs, one after the other, and goes on drawing
   * meanwhile. Returns ids of those that did not come.
   */
  async setBooths(booths: readonly Booth[], warmth: Warmth): Promise<string[]> {
    const { gone, come, altered } = changesOf([...this.#booths.values()].map(({ booth }) => booth), booths);
    for (const { id } of gone) this.#takeAway(id);
    if (gone.length > 0) this.#contentChanged();
    const failed: string[] = [];
    for (const booth of [...altered, ...come]) {
      if (!warmth.wanted()) break;
      try {
        await (come.includes(booth) ? this.#replace(booth, warmth) : this.#alter(booth, warmth));
      } catch (error) {
        console.info(`booth ${booth.id} did not come:`, error);
        failed.push(booth.id);
      }
    }
    return failed;
  }

  /** The nearest booth that should be seen finer from where the camera is becomes so. False: there is none. */
  async refine(warmth: Warmth): Promise<boolean> {
    const eye = warmth.camera.getWorldPosition(new Vector3());
    const [next] = [...this.#booths.values()]
      .filter(({ level }) => level !== null)
      .map((placed) => ({ placed, distance_m: placed.distanceTo(eye) }))
      .map((each) => ({ ...each, level: levelAt(each.placed.booth, each.distance_m, this.#inHeadset) }))
      .filter(({ placed, level }) => isFiner(level, placed.level))
      .sort((a, b) => a.distance_m - b.distance_m);
    if (!next) return false;
    const { placed, level } = next;
    const { scene: model } = await loadBoothModel(placed.booth, level, this.renderer, () => undefined);
    this.#dress(model);
    const wanted = (): boolean => warmth.wanted() && this.#booths.get(placed.booth.id) === placed;
    try {
      if (wanted()) await warm(model, placed.stand, { ...warmth, wanted });
      if (!wanted()) throw new FileFailed(placed.booth.url, 'is not wanted any more');
    } catch (error) {
      model.removeFromParent();
      model.traverse(disposeObject);
      throw error;
    }
    placed.refine(model, level);
    this.#contentChanged();
    return true;
  }

  /** Shadows are drawn anew with the next frame: a booth was moved. */
  refreshShadows(): void {
    this.#shadowsDue = true;
    this.#sun.refresh();
  }

  /** t_s: seconds on any clock that does not jump. */
  update(t_s: number, dt_s: number, camera: Camera): void {
    this.#water.update(t_s);
    this.screens.update(t_s, dt_s, camera);
    if (this.#shadowsDue) this.#thrift?.fine();
    else this.#thrift?.look(camera, this.triangles);
    this.#shadowsDue = false;
  }

  dispose(): void {
    this.#inHeadset = false;
    this.#endThrift();
    this.#restore?.();
    this.#restore = null;
    for (const id of [...this.#booths.keys()]) this.#takeAway(id);
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

  /** A booth that is ready to be seen. */
  #stand(booth: PlacedBooth): void {
    this.#booths.set(booth.booth.id, booth);
    this.#content.add(booth.object);
    booth.object.visible = true;
  }

  #takeAway(id: string): void {
    this.#booths.get(id)?.dispose();
    this.#booths.delete(id);
  }

  #contentChanged(): void {
    this.#renewGlow();
    this.refreshShadows();
    if (!this.#thrift) return;
    this.#endThrift();
    void this.setInHeadset(true);
  }

  async #loadDetails(): Promise<Map<string, MeshDetail>> {
    if (!this.hall.levels) return new Map();
    try {
      return await readDetails(await fetchFile(this.hall.levels, () => undefined));
    } catch (error) {
      console.info('levels of detail did not come:', error);
      this.#details = null;
      return new Map();
    }
  }

  #beginThrift(details: ReadonlyMap<string, MeshDetail>): void {
    const booths = [...this.#booths.values()].filter(({ booth }) => booth.version === undefined);
    const pieces = booths.map(({ booth, model }) => ({ name: booth.id, model, booth: true }));
    this.#thrift = new Thrift(this.root, [{ name: 'hall', model: this.model, booth: false }, ...pieces], details, this.#baked());
  }

  #endThrift(): void {
    this.#thrift?.end();
    this.#thrift = null;
  }

  /** A booth that comes, or comes with another model: the former one stays until the new one can be seen. */
  async #replace(booth: Booth, warmth: Warmth): Promise<void> {
    const slot = this.hall.slots.find(({ id }) => id === booth.slot);
    if (!slot) return;
    const eye = warmth.camera.getWorldPosition(new Vector3()).toArray();
    const distance_m = distanceTo(eye, slot.position, Math.hypot(...slot.size_m) / 2);
    const placed = await loadBooth(booth, slot, this.#lang, this.renderer, () => undefined, levelAt(booth, distance_m, this.#inHeadset));
    this.#dress(placed.object);
    try {
      if (warmth.wanted()) await warm(placed.object, this.#content, warmth);
    } catch (error) {
      placed.dispose();
      throw error;
    }
    if (!warmth.wanted()) return placed.dispose();
    this.#takeAway(booth.id);
    this.#stand(placed);
    this.#contentChanged();
  }

  async #alter(booth: Booth, warmth: Warmth): Promise<void> {
    const boards = await loadBoards(booth.dress?.panels ?? [], this.#lang, () => undefined);
    const placed = this.#booths.get(booth.id);
    if (!placed || !warmth.wanted()) return void boards.traverse(disposeObject);
    placed.alter(booth, boards);
    this.#dress(boards);
    this.#contentChanged();
  }

  /** All halos of the hall are one object, made anew when a booth comes or goes. */
  #renewGlow(): void {
    this.#glow?.removeFromParent();
    this.#glow?.traverse(disposeObject);
    this.#glow = createGlow(this.#content);
    if (this.#glow) this.root.add(this.#glow);
  }

  #baked(): BakedLight {
    const luminance = this.light.ambient.sky;
    return {
      scale: this.hall.lightmap?.scale ?? VERTEX_LIGHT_SCALE,
      skyLuminance: (0.2126 * luminance.r + 0.7152 * luminance.g + 0.0722 * luminance.b) / Math.PI,
    };
  }

  #dress(root: Object3D): void {
    const baked = this.#baked();
    const dressed = new Set<Material>();
    root.traverse((object) => {
      if (!(object instanceof Mesh) || object.userData['dressed'] === true) return;
      object.userData['dressed'] = true;
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
