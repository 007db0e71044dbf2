// node optimise.mjs IN PLAN: from a canonical GLB to what is served, written into the current folder.
//
// PLAN is JSON: { texture_side, simplify, textures, pack, seconds, triangles, bytes }. Made are model.glb, lod1.glb and lod2.glb
// where they save something, and collision.glb. Standard output is one JSON: { files, issues }. The file `step` tells what
// was being done, for whoever finds this process killed.
import { readFile, writeFile } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { PropertyType } from '@gltf-transform/core';
import { dedup, prune, reorder, weld } from '@gltf-transform/functions';
import { MeshoptEncoder, MeshoptSimplifier } from 'meshoptimizer';
import { shapesAlone } from './collision.mjs';
import { ioFor } from './io.mjs';
import { hasKept } from './kept.mjs';
import { pack } from './pack.mjs';
import { shrinkTextures } from './textures.mjs';
import { drawnTriangles, reduce } from './triangles.mjs';
import { unusedAttributes } from './vertices.mjs';

const QUALITY = 82;
/** Where a file is over its budget of bytes, its textures get this side. */
const SMALL_SIDE = 1024;
/** How far a surface may move, as a part of the scene's diagonal: unseen from a step away, from ten, from across the hall. */
const ERRORS = { model: 0.001, lod1: 0.01, lod2: 0.03, collision: 0.01 };
const LODS = [
  { file: 'lod1.glb', part: 0.25, trianglesMax: 25_000, textureSide: 512, error: ERRORS.lod1, permissive: false },
  { file: 'lod2.glb', part: 0.2, trianglesMax: 5_000, textureSide: 128, error: ERRORS.lod2, permissive: true },
];
/** A level that does not save this much of the one before is not worth a download. */
const LOD_SAVES = 0.6;
const LOD_BYTES_MIN = 64 << 10;
const COLLISION_TRIANGLES = 5_000;
/** Parts of the time: no simplifying or texture begins, no level begins, after them. */
const REDUCE_UNTIL = 0.55;
const LODS_UNTIL = 0.7;

const [, , input, planText] = process.argv;
const plan = JSON.parse(planText);
const started = performance.now();
const issues = [];
const files = {};
/** How far a surface may be by now from where it was, in metres: one step's error upon another's. */
let errorM = 0;

await MeshoptSimplifier.ready;
step('read');
const source = await readFile(input);
const io = await ioFor(source);
const document = await io.readBinary(source);

step('clean');
await document.transform(...cleaning());
if (plan.simplify) await lighten();
if (plan.textures) await fitTextures(plan.texture_side);
let model = await write('model.glb', 10);
if (plan.textures && model > plan.bytes && plan.texture_side > SMALL_SIDE) {
  const { changed } = await fitTextures(SMALL_SIDE);
  if (changed.length > 0) issues.push({ code: 'TEXTURES_HALVED', side: SMALL_SIDE, count: changed.length });
  model = await write('model.glb', 10);
}
if (plan.simplify) {
  await levels();
  step('collision');
  await shapesAlone(document);
  errorM += reduce(document, { triangles: COLLISION_TRIANGLES, error: ERRORS.collision, permissive: true, isOver: later(1) }).errorM;
  await write('collision.glb', 8);
}
process.stdout.write(JSON.stringify({ files, issues }));

function step(name) {
  writeFileSync('step', name);
}

/** A function that tells whether this part of the time is over: on a busy machine a process is not charged for its waits. */
function later(part) {
  return () => Math.min(performance.now() - started, processorMs()) > plan.seconds * part * 1000;
}

function processorMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * What takes nothing from anybody. Nodes stay, named or not; materials, meshes and skins are only merged where their names say
 * that they are the same, and where no unknown extension may count them.
 */
function cleaning() {
  const { ACCESSOR, BUFFER, MATERIAL, MESH, PRIMITIVE, PRIMITIVE_TARGET, SKIN, TEXTURE } = PropertyType;
  const counted = hasKept(document) ? [] : [MATERIAL, MESH, SKIN];
  const keep = { keepExtras: true, keepLeaves: true, keepAttributes: true, keepSolidTextures: true };
  return [
    dedup({ propertyTypes: [ACCESSOR, TEXTURE] }),
    ...(counted.length > 0 ? [dedup({ propertyTypes: counted, keepUniqueNames: true })] : []),
    unusedAttributes(),
    prune({ propertyTypes: [...counted, PRIMITIVE, PRIMITIVE_TARGET, TEXTURE, ACCESSOR, BUFFER], ...keep }),
    weld(),
  ];
}

async function lighten() {
  step('simplify');
  const before = drawnTriangles(document);
  if (before <= plan.triangles) return;
  const made = reduce(document, {
    triangles: plan.triangles, error: ERRORS.model, lockBorders: true, isOver: later(REDUCE_UNTIL),
  });
  errorM += made.errorM;
  if (!made.isWhole) issues.push({ code: 'SIMPLIFY_OUT_OF_TIME', from: before, to: made.triangles });
  if (made.triangles < before) {
    issues.push({ code: 'TRIANGLES_REDUCED', from: before, to: made.triangles, error_m: made.errorM });
  }
}

async function fitTextures(sideMax) {
  step('textures');
  const made = await shrinkTextures(document, { sideMax, quality: QUALITY, isOver: later(LODS_UNTIL) });
  if (made.failed.length > 0) issues.push({ code: 'TEXTURES_LEFT', names: made.failed.slice(0, 10), count: made.failed.length });
  return made;
}

/** lod1.glb and lod2.glb, each made from what the level before left of the document. */
async function levels() {
  let bytes = files['model.glb'].bytes;
  for (const { file, part, trianglesMax, textureSide, error, permissive } of LODS) {
    if (bytes < LOD_BYTES_MIN) return;
    if (later(LODS_UNTIL)()) return void issues.push({ code: 'LOD_OUT_OF_TIME', file });
    step(file);
    const triangles = Math.min(drawnTriangles(document) * part, trianglesMax);
    const made = reduce(document, { triangles, error, permissive, isOver: later(LODS_UNTIL) });
    errorM += made.errorM;
    if (plan.textures) await shrinkTextures(document, { sideMax: textureSide, quality: QUALITY, isOver: later(LODS_UNTIL) });
    const written = await encoded(8);
    if (written.byteLength > bytes * LOD_SAVES) continue;
    bytes = await save(file, written);
  }
}

async function write(file, normalBits) {
  step(file);
  return await save(file, await encoded(normalBits));
}

/** The document as a GLB, compressed where the plan says so and it helps. */
async function encoded(normalBits) {
  if (plan.pack) await document.transform(reorder({ encoder: MeshoptEncoder, target: 'size', cleanup: false }));
  await document.transform(prune({ propertyTypes: [PropertyType.ACCESSOR, PropertyType.BUFFER], keepAttributes: true }));
  const plain = Buffer.from(await io.writeBinary(document));
  const packed = plan.pack ? pack(plain, { normalBits }) : plain;
  return packed.byteLength < plain.byteLength ? packed : plain;
}

async function save(file, bytes) {
  await writeFile(file, bytes);
  files[file] = { bytes: bytes.byteLength, triangles: drawnTriangles(document), error_m: errorM };
  return bytes.byteLength;
}
