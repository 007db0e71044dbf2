/**
 * The actors of one level: visitors drawn as meshes. Each has a row in a small float texture; each part (head, hairs, outfits,
 * accessories) is one instanced draw call whose instances are row numbers.
 */
import {
  DataTexture, DynamicDrawUsage, FloatType, Group, InstancedBufferGeometry, InstancedInterleavedBuffer, InterleavedBufferAttribute,
  Mesh, NearestFilter, RGBAFormat, type IUniform, type Texture,
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
  readonly #rows: Float32Array;
  count = 0;

  /** `rows` is the buffer of all parts of a level, in which this one's begin at `first`. */
  constructor(
    kit: AvatarKit, level: Level, name: string, rows: InstancedInterleavedBuffer, first: number, material: ReturnType<typeof actorMaterial>,
  ) {
    const base = kit.geometry(level, name);
    const geometry = new InstancedBufferGeometry();
    geometry.index = base.index;
    for (const [key, attribute] of Object.entries(base.attributes)) geometry.setAttribute(key, attribute);
    this.#rows = (rows.array as Float32Array).subarray(first);
    geometry.setAttribute('actor', new InterleavedBufferAttribute(rows, 1, first));
    geometry.instanceCount = 0;
    this.triangles = kit.triangles(level, name);
    this.mesh = new Mesh(geometry, material);
    this.mesh.name = `${level}.${name}`;
    this.mesh.frustumCulled = false; // the classifier has done it
    this.mesh.visible = false;
  }

  add(row: number): void {
    this.#rows[this.count] = row;
    this.count += 1;
  }

  finish(): void {
    this.mesh.visible = this.count > 0;
    this.mesh.geometry.instanceCount = this.count;
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
  readonly #rows: InstancedInterleavedBuffer;
  readonly #material: ReturnType<typeof actorMaterial>;

  constructor(kit: AvatarKit, readonly level: Level, readonly capacity: number, light: LightUniforms) {
    this.#data = new Float32Array(capacity * ROW);
    this.#texture = new DataTexture(this.#data, ACTOR_TEXELS, capacity, RGBAFormat, FloatType);
    this.#texture.minFilter = this.#texture.magFilter = NearestFilter;
    const actors: IUniform<Texture | null> = { value: this.#texture };
    this.#material = actorMaterial(kit, level, light, actors);
    const names = ['head', ...numbered('hair', HAIR_COUNT), ...numbered('outfit', OUTFIT_COUNT), 'accessories'];
    // One buffer for all parts: to fill it is one call a frame instead of nine.
    this.#rows = new InstancedInterleavedBuffer(new Float32Array(capacity * names.length), 1);
    this.#rows.setUsage(DynamicDrawUsage);
    this.#parts = names.map((name, i) => new InstancedPart(kit, level, name, this.#rows, i * capacity, this.#material));
    this.#head = this.#parts[0] as InstancedPart;
    this.#hairs = this.#parts.slice(1, 1 + HAIR_COUNT);
    this.#outfits = this.#parts.slice(1 + HAIR_COUNT, -1);
    this.#accessories = this.#parts.at(-1) as InstancedPart;
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
    if (this.count === 0) return;
    this.#rows.needsUpdate = true;
    this.#texture.needsUpdate = true;
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

function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${name}${i}`);
}
