/**
 * A hall as a headset draws it, where each thing is drawn once for each eye: like things as one (gathering.ts), and every part
 * as fine as all of them may cost (detail.ts). Turning and walking change indices only, a few milliseconds at most.
 *
 *   const thrift = new Thrift(root, pieces, details, baked);
 *   thrift.look(camera, triangles);          // each frame
 *   thrift.end();                            // as it was
 */
import { Box3, BufferAttribute, type BufferGeometry, type Camera, DynamicDrawUsage, InstancedBufferGeometry, type Material, Matrix4, Mesh, type Object3D, Vector3 } from 'three';
import { type BakedLight, seeBothSides } from './bakedLight';
import { type Box, chooseLevels, type DetailPart, type MeshDetail } from './detail';
import { disposeMaterial } from './dispose';
import { gather, lookOf } from './gathering';

/** Levels are chosen anew when one has gone so far, or turned so much. */
const MOVED_M = 0.75;
const TURNED_RAD = 0.25;

/** The hall's own model, or one of its own booths. */
export interface Piece {
  /** As levels.bin names it. */
  name: string;
  model: Object3D;
  booth: boolean;
}

interface Source {
  mesh: Mesh;
  parts: readonly DetailPart[];
  twoSided: boolean;
}

/** A geometry whose index is written by the levels of its parts. */
class Drawn {
  readonly #index: BufferAttribute;

  /** `at`: number of the first of its parts among all; `first`: of the first vertex that each part's indices count from. */
  constructor(private readonly geometry: BufferGeometry, private readonly parts: readonly DetailPart[], private readonly at: number, private readonly first: readonly number[]) {
    const most = parts.reduce((sum, part) => sum + (part.levels[0]?.index.length ?? 0), 0);
    const small = geometry.getAttribute('position').count < 65_536;
    this.#index = new BufferAttribute(small ? new Uint16Array(most) : new Uint32Array(most), 1).setUsage(DynamicDrawUsage);
    geometry.setIndex(this.#index);
  }

  show(levels: Uint8Array, before: Uint8Array | null): void {
    if (before && this.parts.every((_, i) => levels[this.at + i] === before[this.at + i])) return;
    const to = this.#index.array as Uint16Array | Uint32Array;
    let length = 0;
    this.parts.forEach((part, i) => {
      const index = part.levels[levels[this.at + i] as number]?.index ?? [];
      const first = this.first[i] as number;
      to.set(index, length);
      if (first > 0) for (let k = length; k < length + index.length; k += 1) to[k]! += first;
      length += index.length;
    });
    this.#index.clearUpdateRanges();
    this.#index.addUpdateRange(0, length);
    this.#index.needsUpdate = true;
    this.geometry.setDrawRange(0, length);
  }
}

export class Thrift {
  readonly #parts: DetailPart[] = [];
  readonly #drawn: Drawn[] = [];
  readonly #geometries = new Set<BufferGeometry>();
  readonly #undo: (() => void)[] = [];
  /** Triangles that are drawn whatever is chosen. */
  readonly #fixed: number;
  #levels: Uint8Array | null = null;
  readonly #eye = new Vector3();
  readonly #ahead = new Vector3();
  readonly #lastEye = new Vector3();
  readonly #lastAhead = new Vector3();
  #lastTriangles = 0;
  /** How coarse it is as the eye sees it, and what is drawn of the hall for one eye. */
  state = { error_rad: 0, triangles: 0 };

  constructor(root: Object3D, pieces: readonly Piece[], details: ReadonlyMap<string, MeshDetail>, baked: BakedLight) {
    const looks = new Map<string, Source[]>();
    const alone: Source[] = [];
    for (const { name, model, booth } of pieces) {
      for (const mesh of meshesOf(model)) {
        const source = sourceOf(mesh, details.get(`${name}/${mesh.name}`), booth, model);
        const look = source.twoSided ? null : lookOf(mesh, booth);
        if (look === null) alone.push(source);
        else looks.set(look, [...(looks.get(look) ?? []), source]);
      }
    }
    for (const [look, sources] of looks) {
      if (sources.length > 1) this.#gather(root, look, sources, baked);
      else alone.push(...sources);
    }
    for (const source of alone) this.#lighten(source);
    this.#fixed = meshesOf(root).reduce((sum, { geometry }) => sum + (this.#geometries.has(geometry) ? 0 : trianglesOf(geometry)), 0);
  }

  /** `triangles`: what the hall may be for one eye. */
  look(camera: Camera, triangles: number): void {
    camera.getWorldPosition(this.#eye);
    camera.getWorldDirection(this.#ahead);
    const still = this.#eye.distanceTo(this.#lastEye) < MOVED_M && this.#ahead.angleTo(this.#lastAhead) < TURNED_RAD;
    if (this.#levels && still && triangles === this.#lastTriangles) return;
    this.#lastEye.copy(this.#eye);
    this.#lastAhead.copy(this.#ahead);
    this.#lastTriangles = triangles;
    const view = { eye: this.#eye.toArray(), ahead: this.#ahead.toArray() };
    const chosen = chooseLevels(this.#parts, view, triangles - this.#fixed);
    this.#show(chosen.levels);
    this.state = { error_rad: chosen.error_rad, triangles: chosen.triangles + this.#fixed };
  }

  /** For a frame in which shadows are drawn, which stay: with everything as fine as it is. */
  fine(): void {
    this.#show(new Uint8Array(this.#parts.length));
    this.#lastTriangles = NaN;
  }

  /** The hall is as it was. */
  end(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
  }

  #show(levels: Uint8Array): void {
    for (const drawn of this.#drawn) drawn.show(levels, this.#levels);
    this.#levels = levels;
  }

  #gather(root: Object3D, look: string, sources: readonly Source[], baked: BakedLight): void {
    const { mesh, first } = gather(look, sources.map((source) => source.mesh), baked);
    this.#draw(mesh.geometry, sources.flatMap(({ parts }) => parts), sources.flatMap(({ parts }, i) => parts.map(() => first[i] as number)));
    for (const source of sources) source.mesh.visible = false;
    root.add(mesh);
    this.#undo.push(() => {
      for (const source of sources) source.mesh.visible = true;
      mesh.removeFromParent();
      mesh.geometry.dispose();
      disposeMaterial(mesh.material as Material);
    });
  }

  #lighten({ mesh: { geometry, material }, parts, twoSided }: Source): void {
    if (parts.every(({ levels }) => levels.length === 1)) return;
    const { index } = geometry;
    if (twoSided) this.#undo.push(seeBothSides(material as Material));
    this.#draw(geometry, parts, parts.map(() => 0));
    this.#undo.push(() => {
      geometry.setIndex(index);
      geometry.setDrawRange(0, Infinity);
    });
  }

  #draw(geometry: BufferGeometry, parts: readonly DetailPart[], first: readonly number[]): void {
    this.#geometries.add(geometry);
    this.#drawn.push(new Drawn(geometry, parts, this.#parts.length, first));
    this.#parts.push(...parts);
  }
}

function meshesOf(root: Object3D): Mesh[] {
  const meshes: Mesh[] = [];
  root.traverseVisible((object) => {
    if (object instanceof Mesh) meshes.push(object);
  });
  return meshes;
}

export function trianglesOf(geometry: BufferGeometry): number {
  const corners = geometry.index?.count ?? geometry.getAttribute('position').count;
  return (corners / 3) * (geometry instanceof InstancedBufferGeometry ? geometry.instanceCount : 1);
}

/** Parts with their boxes in the hall. A mesh that levels.bin does not know, or knows otherwise, is one part as it is. */
function sourceOf(mesh: Mesh, detail: MeshDetail | undefined, booth: boolean, model: Object3D): Source {
  const { geometry } = mesh;
  if (detail?.vertices === geometry.getAttribute('position').count) {
    model.updateWorldMatrix(true, false);
    const parts = booth ? detail.parts.map(({ box, levels }) => ({ box: placed(box, model.matrixWorld), levels })) : detail.parts;
    return { mesh, parts, twoSided: detail.twoSided };
  }
  const index = (geometry.index?.array as Uint16Array | Uint32Array | undefined) ?? Uint32Array.from({ length: geometry.getAttribute('position').count }, (_, i) => i);
  const box = new Box3().setFromObject(mesh);
  return { mesh, parts: [{ box: [...box.min.toArray(), ...box.max.toArray()], levels: [{ error_m: 0, index }] }], twoSided: false };
}

function placed([x0, y0, z0, x1, y1, z1]: Box, matrix: Matrix4): Box {
  const box = new Box3(new Vector3(x0, y0, z0), new Vector3(x1, y1, z1)).applyMatrix4(matrix);
  return [...box.min.toArray(), ...box.max.toArray()];
}
