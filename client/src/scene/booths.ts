/** Booths: small models of their own, each put into its slot. One that fails leaves its slot empty, not the hall. */
import { Box3, Group, Mesh, type Object3D, Vector3, type WebGLRenderer } from 'three';
import type { GLTF } from 'three/examples/jsm/loaders/GLTFLoader.js';
import type { Booth, Bounds, HallDescriptor, Level, Slot, Transform } from '../net/api';
import { type Lang, loadBoards } from './boards';
import { disposeMaterial, disposeObject } from './dispose';
import { loadCompressedGltf, loadGltf, type OnBytes } from './files';
import { distanceTo, levelsOf } from './levels';
import { boardYaw, footOf, IDENTITY, radians } from './placement';
import { keepsCompressed } from './textures';
import { Variants } from './variants';

const AT_ONCE = 4;

/** All booths of a hall, a few downloads at a time. */
export async function loadBooths(hall: HallDescriptor, lang: Lang, renderer: WebGLRenderer, onBytes: OnBytes): Promise<PlacedBooth[]> {
  const slots = new Map(hall.slots.map((slot) => [slot.id, slot]));
  const waiting = hall.booths.filter((booth) => slots.has(booth.slot));
  const placed: PlacedBooth[] = [];
  const worker = async (): Promise<void> => {
    for (let booth = waiting.shift(); booth; booth = waiting.shift()) {
      try {
        // Who comes in sees all of them soon; those near become finer at once (HallScene.refine).
        placed.push(await loadBooth(booth, slots.get(booth.slot) as Slot, lang, renderer, onBytes, levelsOf(booth).at(-1) ?? null));
      } catch (error) {
        console.warn(`booth ${booth.id} is left out:`, error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return placed;
}

/** With one of its lighter versions, or (null) the model itself. Throws FileFailed. */
export async function loadBooth(booth: Booth, slot: Slot, lang: Lang, renderer: WebGLRenderer, onBytes: OnBytes, level: Level | null): Promise<PlacedBooth> {
  const [gltf, boards] = await Promise.all([
    loadBoothModel(booth, level, renderer, onBytes),
    loadBoards(booth.dress?.panels ?? [], lang, onBytes),
  ]);
  return new PlacedBooth(booth, slot, gltf.scene, level, Variants.of(gltf), boards);
}

/** The model itself comes with compressed textures where there are such and the device keeps them so. Throws FileFailed. */
export async function loadBoothModel(booth: Booth, level: Level | null, renderer: WebGLRenderer, onBytes: OnBytes): Promise<GLTF> {
  if (level || !booth.ktx2 || !keepsCompressed(renderer)) return loadGltf(level?.url ?? booth.url, onBytes);
  try {
    return await loadCompressedGltf(booth.ktx2, renderer, onBytes);
  } catch (error) {
    console.info(`booth ${booth.id} comes with its other textures:`, error);
    return loadGltf(booth.url, onBytes);
  }
}

/** A booth as it stands in the hall: its object is the slot, in it the stand, in that the model and the boards. */
export class PlacedBooth {
  readonly object = new Group();
  readonly #stand = new Group();
  #boards: Group;
  #model: Group;
  #level: Level | null;

  constructor(public booth: Booth, readonly slot: Slot, model: Group, level: Level | null, readonly variants: Variants | null, boards: Group) {
    this.#boards = boards;
    this.#model = model;
    this.#level = level;
    this.object.name = `booth-${booth.id}`;
    this.object.userData['booth'] = booth.id;
    // Slot and booth both have their front at -Z.
    this.object.position.set(...slot.position);
    this.object.rotation.y = slot.yaw;
    this.#stand.add(model, boards);
    this.object.add(this.#stand);
    this.place(booth.transform ?? IDENTITY);
  }

  get model(): Group {
    return this.#model;
  }

  /** What is shown of it; null: the model itself. */
  get level(): Level | null {
    return this.#level;
  }

  /** How far an eye in the hall is from it. */
  distanceTo(eye: Vector3): number {
    const { min, max } = this.bounds;
    const scale = this.booth.transform?.scale ?? 1;
    const half = [0, 1, 2].map((axis) => ((max[axis] as number) - (min[axis] as number)) / 2 * scale) as [number, number, number];
    const middle = this.#stand.getWorldPosition(new Vector3());
    return distanceTo(eye.toArray(), [middle.x, middle.y + half[1], middle.z], Math.hypot(...half));
  }

  /** A finer version in place of what is shown, which is given back. It is ready to be drawn, and child of `stand`. */
  refine(model: Group, level: Level | null): void {
    const former = this.#model;
    this.#model = model;
    this.#level = level;
    this.place(this.booth.transform ?? IDENTITY);
    model.visible = true;
    former.removeFromParent();
    former.traverse(disposeObject);
  }

  get stand(): Group {
    return this.#stand;
  }

  /** Bounds of the model in its own frame. */
  get bounds(): Bounds {
    return this.booth.bounds ?? measured(this.model);
  }

  get boards(): readonly Object3D[] {
    return this.#boards.children;
  }

  /** Stand so in the slot. A booth of the hall's own stands as it was drawn. */
  place(transform: Transform): void {
    const [x, z] = transform.offset_m;
    this.#stand.position.set(x, 0, z);
    this.#stand.rotation.y = radians(transform.yaw_deg);
    for (const board of this.boards) board.rotation.y = boardYaw(transform.yaw_deg);
    if (!this.booth.transform && transform === IDENTITY) return;
    const foot = footOf(this.bounds);
    this.model.scale.setScalar(transform.scale);
    this.model.position.set(-foot[0] * transform.scale, -foot[1] * transform.scale, -foot[2] * transform.scale);
  }

  /** The same model is placed and dressed so now; the boards that it had are gone. */
  alter(booth: Booth, boards: Group): void {
    this.booth = booth;
    this.#boards.traverse(disposeObject);
    this.#boards.removeFromParent();
    this.#boards = boards;
    this.#stand.add(boards);
    this.place(booth.transform ?? IDENTITY);
  }

  dispose(): void {
    this.object.removeFromParent();
    this.object.traverse(disposeObject);
    for (const material of this.variants?.materials() ?? []) disposeMaterial(material);
  }
}

/** Before the model is scaled or moved. */
function measured(model: Group): Bounds {
  const { position, scale } = model;
  const kept = [position.clone(), scale.clone()] as const;
  position.set(0, 0, 0);
  scale.setScalar(1);
  const box = new Box3();
  model.updateMatrixWorld(true);
  const inverse = model.matrixWorld.clone().invert();
  model.traverse((object) => {
    if (!(object instanceof Mesh)) return;
    object.geometry.computeBoundingBox();
    const own = (object.geometry.boundingBox as Box3).clone();
    box.union(own.applyMatrix4(inverse.clone().multiply(object.matrixWorld)));
  });
  position.copy(kept[0]);
  scale.copy(kept[1]);
  if (box.isEmpty()) return { min: [0, 0, 0], max: [0, 0, 0] };
  return { min: box.min.toArray(), max: box.max.toArray() };
}
