/**
 * The actors of one level: visitors drawn as meshes. Each has a row in a small float texture; each part (head, hairs, outfits,
 * accessories) is one instanced draw call whose instances are row numbers.
 */
import {
  DataTexture, DynamicDrawUsage, FloatType, Group, InstancedBufferAttribute, InstancedBufferGeometry, Mesh, NearestFilter,
  RGBAFormat, type IUniform, type Texture,
} from 'three';
import { ACTOR_TEXELS, actorMaterial } from './actorMaterial';
import { HAIR_COUNT, OUTFIT_COUNT, type AvatarKit, type Level } from './kit';
import type { LightUniforms } from './light';
import { Accessory, choiceOf } from './look';

const ROW = ACTOR_TEXELS * 4;

/** What a row of the actor texture says; see ACTOR_TEXELS. */
export interface ActorRow {
  x: number;
  y: number;
  z: number;
  yaw: number;
  row: number;
  nextRow: number;
  mix: number;
  blend: number;
  formerRow: number;
  formerNextRow: number;
  formerMix: number;
  faceCell: number;
  headYaw: number;
  headPitch: number;
  fade: number;
  look: number;
}

class InstancedPart {
  readonly mesh: Mesh<InstancedBufferGeometry>;
  readonly triangles: number;
  readonly #rows: InstancedBufferAttribute;
  count = 0;

  constructor(kit: AvatarKit, level: Level, name: string, capacity: number, material: ReturnType<typeof actorMaterial>) {
    const base = kit.geometry(level, name);
    const geometry = new InstancedBufferGeometry();
    geometry.index = base.index;
    for (const [key, attribute] of Object.entries(base.attributes)) geometry.setAttribute(key, attribute);
    this.#rows = new InstancedBufferAttribute(new Float32Array(capacity), 1);
    this.#rows.setUsage(DynamicDrawUsage);
    geometry.setAttribute('actor', this.#rows);
    geometry.instanceCount = 0;
    this.triangles = kit.triangles(level, name);
    this.mesh = new Mesh(geometry, material);
    this.mesh.name = `${level}.${name}`;
    this.mesh.frustumCulled = false; // the classifier has done it
    this.mesh.visible = false;
  }

  add(row: number): void {
    this.#rows.array[this.count] = row;
    this.count += 1;
  }

  finish(): void {
    this.mesh.visible = this.count > 0;
    this.mesh.geometry.instanceCount = this.count;
    if (this.count === 0) return;
    this.#rows.clearUpdateRanges();
    this.#rows.addUpdateRange(0, this.count);
    this.#rows.needsUpdate = true;
  }
}

export class Actors {
  readonly object = new Group();
  /** Rows in use, once `finish` has been called. */
  count = 0;
  readonly #data: Float32Array;
  readonly #texture: DataTexture;
  readonly #head: InstancedPart;
  readonly #hairs: InstancedPart[];
  readonly #outfits: InstancedPart[];
  readonly #accessories: InstancedPart;
  readonly #parts: InstancedPart[];
  readonly #material: ReturnType<typeof actorMaterial>;

  constructor(kit: AvatarKit, readonly level: Level, readonly capacity: number, light: LightUniforms) {
    this.#data = new Float32Array(capacity * ROW);
    this.#texture = new DataTexture(this.#data, ACTOR_TEXELS, capacity, RGBAFormat, FloatType);
    this.#texture.minFilter = this.#texture.magFilter = NearestFilter;
    const actors: IUniform<Texture | null> = { value: this.#texture };
    this.#material = actorMaterial(kit, level, light, actors);
    const part = (name: string): InstancedPart => new InstancedPart(kit, level, name, capacity, this.#material);
    this.#head = part('head');
    this.#hairs = Array.from({ length: HAIR_COUNT }, (_, i) => part(`hair${i}`));
    this.#outfits = Array.from({ length: OUTFIT_COUNT }, (_, i) => part(`outfit${i}`));
    this.#accessories = part('accessories');
    this.#parts = [this.#head, ...this.#hairs, ...this.#outfits, this.#accessories];
    for (const { mesh } of this.#parts) this.object.add(mesh);
  }

  begin(): void {
    this.count = 0;
    for (const part of this.#parts) part.count = 0;
  }

  add(actor: Readonly<ActorRow>): void {
    if (this.count >= this.capacity) return;
    const row = this.count;
    this.count += 1;
    const d = this.#data;
    let at = row * ROW;
    d[at++] = actor.x;
    d[at++] = actor.y;
    d[at++] = actor.z;
    d[at++] = actor.yaw;
    d[at++] = actor.row;
    d[at++] = actor.nextRow;
    d[at++] = actor.mix;
    d[at++] = actor.blend;
    d[at++] = actor.formerRow;
    d[at++] = actor.formerNextRow;
    d[at++] = actor.formerMix;
    d[at++] = actor.faceCell;
    d[at++] = actor.headYaw;
    d[at++] = actor.headPitch;
    d[at++] = actor.fade;
    d[at] = actor.look;
    this.#head.add(row);
    this.#hairs[choiceOf(actor.look, 'hair')]?.add(row);
    this.#outfits[choiceOf(actor.look, 'outfit')]?.add(row);
    if (choiceOf(actor.look, 'accessory') !== Accessory.NONE) this.#accessories.add(row);
  }

  finish(): void {
    for (const part of this.#parts) part.finish();
    if (this.count > 0) this.#texture.needsUpdate = true;
  }

  get triangles(): number {
    return this.#parts.reduce((sum, part) => sum + part.count * part.triangles, 0);
  }

  dispose(): void {
    for (const part of this.#parts) part.mesh.geometry.dispose();
    this.#texture.dispose();
    this.#material.dispose();
  }
}
