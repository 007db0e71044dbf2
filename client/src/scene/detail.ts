/**
 * How fine each part of a hall is drawn in a headset, where every triangle is drawn twice: as fine as can be seen, and as all of
 * it may cost. Levels of detail are made with the hall (assets/kit/levels.mjs, docs/authoring.md). No three, no DOM.
 */
import { MeshoptDecoder } from 'three/examples/jsm/libs/meshopt_decoder.module.js';
import type { Vec3 } from '../net/api';
import { UNSEEN_RAD } from './levels';

const MAGIC = 0x314c5a59; // "YZL1", little-endian
const HEADER_BYTES = 8;
const INDEX_BYTES = 4;
/** Beyond this from where one looks, both eyes and a turn of the head included, a part is behind: nobody sees how coarse it is. */
const BEHIND_RAD = 1.4;
/** What is nearer counts as this far off. */
const NEAREST_M = 0.5;
const COARSEST_RAD = 2;
const BISECTIONS = 16;

/** Lowest corner, highest corner. */
export type Box = readonly [number, number, number, number, number, number];

export interface DetailLevel {
  /** No surface is further than this from where it is in the model. */
  error_m: number;
  index: Uint32Array | Uint16Array;
}

/** What is drawn in one level or another: levels are finest first, and there is one. */
export interface DetailPart {
  box: Box;
  levels: readonly DetailLevel[];
}

export interface MeshDetail {
  /** The mesh that it belongs to has so many. */
  vertices: number;
  /** Its triangles are seen from both sides, by the same normals. */
  twoSided: boolean;
  parts: readonly DetailPart[];
}

interface Header {
  meshes: Record<string, { vertices: number; two_sided: boolean; offset: number; bytes: number; parts: { box: Box; levels: [number, number][] }[] }>;
}

/** levels.bin: by `hall/<node>` and `<booth>/<node>`. Throws where it is none. */
export async function readDetails(buffer: ArrayBuffer): Promise<Map<string, MeshDetail>> {
  const view = new DataView(buffer);
  if (buffer.byteLength < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) throw new Error('not a file of levels');
  const jsonBytes = view.getUint32(4, true);
  const { meshes } = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, HEADER_BYTES, jsonBytes))) as Header;
  await MeshoptDecoder.ready;
  return new Map(Object.entries(meshes).map(([name, { vertices, two_sided, offset, bytes, parts }]) => {
    const count = 3 * parts.reduce((sum, { levels }) => sum + levels.reduce((all, [, triangles]) => all + triangles, 0), 0);
    const indices = new Uint32Array(count);
    const packed = new Uint8Array(buffer, HEADER_BYTES + jsonBytes + offset, bytes);
    MeshoptDecoder.decodeGltfBuffer(new Uint8Array(indices.buffer), count, INDEX_BYTES, packed, 'TRIANGLES');
    let at = 0;
    const cut = ([error_m, triangles]: [number, number]): DetailLevel => ({ error_m, index: indices.subarray(at, (at += triangles * 3)) });
    return [name, { vertices, twoSided: two_sided, parts: parts.map(({ box, levels }) => ({ box, levels: levels.map(cut) })) }];
  }));
}

export interface View {
  eye: Vec3;
  /** Of length 1. */
  ahead: Vec3;
}

export interface Choice {
  /** Number of the level of each part. */
  levels: Uint8Array;
  triangles: number;
  /** No surface in view is further from its place than this, as the eye sees it. */
  error_rad: number;
}

/**
 * The finest of which all parts together have no more than so many triangles; what is behind is as coarse as it can be.
 * Where even the coarsest are more, those.
 */
export function chooseLevels(parts: readonly DetailPart[], { eye, ahead }: View, triangles: number): Choice {
  const distances = Float64Array.from(parts, ({ box }) => (isBehind(box, eye, ahead) ? Infinity : Math.max(NEAREST_M, distanceTo(box, eye))));
  const levels = new Uint8Array(parts.length);
  const choose = (error_rad: number): number => {
    let sum = 0;
    parts.forEach((part, i) => {
      const allowed_m = error_rad * (distances[i] as number);
      let level = part.levels.length - 1;
      while (level > 0 && (part.levels[level] as DetailLevel).error_m > allowed_m) level -= 1;
      levels[i] = level;
      sum += (part.levels[level] as DetailLevel).index.length / 3;
    });
    return sum;
  };
  let fine = UNSEEN_RAD;
  let coarse = COARSEST_RAD;
  const sum = choose(fine);
  if (sum <= triangles) return { levels, triangles: sum, error_rad: fine };
  for (let step = 0; step < BISECTIONS; step += 1) {
    const middle = Math.sqrt(fine * coarse);
    if (choose(middle) > triangles) fine = middle;
    else coarse = middle;
  }
  return { triangles: choose(coarse), levels, error_rad: coarse };
}

function distanceTo(box: Box, eye: Vec3): number {
  const out = (axis: number): number => Math.max(0, (box[axis] as number) - (eye[axis] as number), (eye[axis] as number) - (box[axis + 3] as number));
  return Math.hypot(out(0), out(1), out(2));
}

/** By the ball around the box. */
function isBehind(box: Box, eye: Vec3, ahead: Vec3): boolean {
  const away = [0, 1, 2].map((axis) => ((box[axis] as number) + (box[axis + 3] as number)) / 2 - (eye[axis] as number));
  const [x = 0, y = 0, z = 0] = away;
  const radius_m = Math.hypot(box[3] - box[0], box[4] - box[1], box[5] - box[2]) / 2;
  const distance_m = Math.hypot(x, y, z);
  if (distance_m <= radius_m) return false;
  const off_rad = Math.acos(Math.max(-1, Math.min(1, (x * ahead[0] + y * ahead[1] + z * ahead[2]) / distance_m)));
  return off_rad - Math.asin(radius_m / distance_m) > BEHIND_RAD;
}
