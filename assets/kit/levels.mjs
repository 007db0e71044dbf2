// node assets/kit/levels.mjs levels.bin hall.glb booth.glb ...: lighter versions of what a hall and its booths are made of.
// A level is another list of triangles over the vertices that the GLB has: nothing but indices is written. Meshes are cut
// into parts, so that what is near may be fine while what is far off is coarse. The layout is in docs/authoring.md.
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { NodeIO } from '@gltf-transform/core';
import { ALL_EXTENSIONS } from '@gltf-transform/extensions';
import { MeshoptDecoder, MeshoptEncoder, MeshoptSimplifier } from 'meshoptimizer';

const MAGIC = 0x314c5a59; // "YZL1", little-endian
/** No surface of a level is further than this from where it is in the model. */
const ERRORS_M = [0.01, 0.03, 0.08, 0.2, 0.5];
/** A mesh of fewer triangles has no levels. */
const WORTH_IT = 400;
/** A level that leaves more than this of the one before is none. */
const SAVES = 0.85;
/** A rope is gone when its sides meet, and no surface was far from its place: up to this error so much of all surface stays. */
const VANISHES_M = 0.2;
const STAYS = 0.6;
/** Parts are what lies in one square of the floor; what is longer is a part of its own. */
const SQUARE_M = 8;
/** How far off a surface counts as for each unit by which normal, texture, colour or baked light differ. */
const ATTRIBUTES = { NORMAL: 0.02, TEXCOORD_0: 0.02, COLOR_0: 0.02, _LIGHT: 0.02 };

const [, , target, hall, ...booths] = process.argv;
await Promise.all([MeshoptDecoder.ready, MeshoptEncoder.ready, MeshoptSimplifier.ready]);
const io = new NodeIO().registerExtensions(ALL_EXTENSIONS).registerDependencies({ 'meshopt.decoder': MeshoptDecoder });
const meshes = {};
const chunks = [];
let offset = 0;
for (const file of [hall, ...booths]) {
  const document = await io.readBinary(await readFile(file));
  for (const node of document.getRoot().listNodes()) {
    const primitive = node.getMesh()?.listPrimitives()[0];
    if (!primitive || primitive.getIndices().getCount() / 3 < WORTH_IT || isKept(primitive.getMaterial())) continue;
    add(`${basename(file, '.glb')}/${node.getName()}`, primitive, node.getWorldMatrix(), file === hall);
  }
}
await writeFile(target, packed());

/** A lightmap would slide over what is simplified; water and screens are flat. */
function isKept(material) {
  const { lightmap, water, screen } = material.getExtras().yuanzhan ?? {};
  return Boolean(lightmap || water || screen);
}

function add(name, primitive, matrix, cut) {
  const vertices = verticesOf(primitive, matrix);
  const all = Uint32Array.from(primitive.getIndices().getArray());
  const index = withoutTwins(all);
  const twoSided = index.length < all.length * 0.6;
  const parts = (cut ? partsOf(index, vertices) : [index]).map((triangles) => ({ box: boxOf(triangles, vertices), levels: levelsOf(triangles, vertices, twoSided) }));
  const lists = parts.flatMap(({ levels }) => levels.map(([, triangles]) => triangles));
  const joined = new Uint32Array(lists.reduce((sum, list) => sum + list.length, 0));
  lists.reduce((at, list) => (joined.set(list, at), at + list.length), 0);
  const bytes = MeshoptEncoder.encodeGltfBuffer(new Uint8Array(joined.buffer), joined.length, 4, 'TRIANGLES');
  meshes[name] = {
    vertices: vertices.count,
    two_sided: twoSided,
    offset,
    bytes: bytes.length,
    parts: parts.map(({ box, levels }) => ({ box, levels: levels.map(([error_m, triangles]) => [error_m, triangles.length / 3]) })),
  };
  chunks.push(bytes);
  offset += bytes.length;
}

function verticesOf(primitive, m) {
  const count = primitive.getAttribute('POSITION').getCount();
  const positions = new Float32Array(count * 3);
  const read = [];
  for (let i = 0; i < count; i += 1) {
    const [x, y, z] = primitive.getAttribute('POSITION').getElement(i, read);
    for (let axis = 0; axis < 3; axis += 1) positions[i * 3 + axis] = m[axis] * x + m[4 + axis] * y + m[8 + axis] * z + m[12 + axis];
  }
  const weights = [];
  const columns = [];
  for (const [name, weight] of Object.entries(ATTRIBUTES)) {
    const attribute = primitive.getAttribute(name);
    if (!attribute) continue;
    for (let c = 0; c < Math.min(3, attribute.getElementSize()); c += 1) {
      weights.push(weight);
      columns.push((i) => attribute.getElement(i, read)[c]);
    }
  }
  const attributes = new Float32Array(count * weights.length);
  for (let i = 0; i < count; i += 1) columns.forEach((column, c) => (attributes[i * weights.length + c] = column(i)));
  return { count, positions, attributes, weights };
}

/** A leaf is drawn from both sides by triangles that differ in nothing but their winding: one of the two. */
function withoutTwins(index) {
  const seen = new Set();
  const kept = [];
  for (let t = 0; t < index.length; t += 3) {
    const [a, b, c] = index.subarray(t, t + 3).toSorted();
    const key = (a * 2 ** 18 + b) * 2 ** 18 + (c % 2 ** 18);
    if (seen.has(key)) continue;
    seen.add(key);
    kept.push(index[t], index[t + 1], index[t + 2]);
  }
  return Uint32Array.from(kept);
}

/** What hangs together stays together, so that no part ends in a gap; small pieces by where they stand. */
function partsOf(index, { positions }) {
  const same = MeshoptSimplifier.generatePositionRemap(positions, 3);
  const parent = Uint32Array.from(same);
  const root = (i) => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]];
    return i;
  };
  for (let t = 0; t < index.length; t += 3) {
    parent[root(same[index[t + 1]])] = root(same[index[t]]);
    parent[root(same[index[t + 2]])] = root(same[index[t]]);
  }
  const boxes = new Map();
  for (const i of index) {
    const r = root(same[i]);
    if (!boxes.has(r)) boxes.set(r, [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity]);
    stretch(boxes.get(r), positions, i);
  }
  const squareOf = (r) => {
    const [x0, , z0, x1, , z1] = boxes.get(r);
    if (Math.max(x1 - x0, z1 - z0) > SQUARE_M * 1.5) return `long ${r}`;
    return `${Math.floor((x0 + x1) / 2 / SQUARE_M)} ${Math.floor((z0 + z1) / 2 / SQUARE_M)}`;
  };
  const parts = new Map();
  for (let t = 0; t < index.length; t += 3) {
    const square = squareOf(root(same[index[t]]));
    if (!parts.has(square)) parts.set(square, []);
    parts.get(square).push(index[t], index[t + 1], index[t + 2]);
  }
  return [...parts.values()].map((part) => Uint32Array.from(part));
}

function stretch(box, positions, i) {
  for (let axis = 0; axis < 3; axis += 1) {
    box[axis] = Math.min(box[axis], positions[i * 3 + axis]);
    box[3 + axis] = Math.max(box[3 + axis], positions[i * 3 + axis]);
  }
}

function boxOf(index, { positions }) {
  const box = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity];
  for (const i of index) stretch(box, positions, i);
  return box.map((metres) => Number(metres.toFixed(2)));
}

/** [error, triangles], finest first. */
function levelsOf(index, { positions, attributes, weights }, loose) {
  // The simplifier looks at all vertices that it is given: those of this part.
  const own = [...new Set(index)];
  const number = new Map(own.map((vertex, i) => [vertex, i]));
  const local = index.map((vertex) => number.get(vertex));
  const at = Float32Array.from(own.flatMap((v) => [...positions.subarray(v * 3, v * 3 + 3)]));
  const wear = Float32Array.from(own.flatMap((v) => [...attributes.subarray(v * weights.length, (v + 1) * weights.length)]));
  const levels = [[0, local]];
  const least = STAYS * surfaceOf(local, at);
  for (const error_m of ERRORS_M) {
    const former = levels.at(-1)[1];
    const [found] = loose
      ? MeshoptSimplifier.simplifySloppy(local, at, 3, null, shareOf(local, error_m), 1)
      : MeshoptSimplifier.simplifyWithAttributes(former, at, 3, wear, weights.length, weights, null, 0, error_m, ['Prune', 'ErrorAbsolute']);
    const isThere = loose || error_m >= VANISHES_M || surfaceOf(found, at) >= least;
    if (isThere && found.length < former.length * SAVES) levels.push([error_m, found]);
  }
  return levels.map(([error_m, triangles]) => [error_m, triangles.map((i) => own[i])]);
}

function surfaceOf(index, positions) {
  let sum = 0;
  for (let t = 0; t < index.length; t += 3) {
    const [a, b, c] = [0, 1, 2].map((corner) => positions.subarray(index[t + corner] * 3, index[t + corner] * 3 + 3));
    const [u, v] = [b, c].map((to) => [to[0] - a[0], to[1] - a[1], to[2] - a[2]]);
    sum += Math.hypot(u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]) / 2;
  }
  return sum;
}

/** Leaves do not hang together, so that none can be smoothed into the next: fewer and larger ones stand for them. */
function shareOf(index, error_m) {
  return Math.floor(index.length / 3 / (1 + 15 * error_m)) * 3;
}

function packed() {
  const json = Buffer.from(JSON.stringify({ meshes }));
  const head = Buffer.alloc(8);
  head.writeUInt32LE(MAGIC, 0);
  head.writeUInt32LE(json.length, 4);
  return Buffer.concat([head, json, ...chunks]);
}
