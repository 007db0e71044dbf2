// Fewer triangles, within an error in metres, so that nobody can tell at the distance that a level is for.
import { MathUtils } from '@gltf-transform/core';
import { compactPrimitive, convertPrimitiveToTriangles, getBounds } from '@gltf-transform/functions';
import { MeshoptSimplifier } from 'meshoptimizer';

const TRIANGLE_MODES = new Set([4, 5, 6]);
/** Below this a mesh loses its shape before it saves anything. */
const TRIANGLES_MIN = 48;
const NORMAL_WEIGHT = 0.5;
/** A second and a third pass take what the first left over, where other meshes stopped at their error. */
const PASSES = 3;
/** Of how many places of one mesh the outermost vertices are looked for. */
const PLACES_LOOKED_AT = 4;

/** Triangles as drawn: each placement and each instance counts. */
export function drawnTriangles(document) {
  let total = 0;
  for (const { mesh, count } of placements(document).values()) total += count * trianglesOf(mesh);
  return total;
}

/** The diagonal of the default scene's box in metres; 0 for an empty one. */
export function diagonal(document) {
  const scene = document.getRoot().getDefaultScene() ?? document.getRoot().listScenes()[0];
  if (!scene) return 0;
  const { min, max } = getBounds(scene);
  const length = Math.hypot(...max.map((high, axis) => high - min[axis]));
  return Number.isFinite(length) ? length : 0;
}

/**
 * Brings what is drawn down towards `triangles`, moving no surface by more than `error` of the scene's diagonal.
 *
 * `isOver()` ends it early. `lockBorders` keeps the seams between the materials of one mesh closed. Returns
 * `{ triangles, errorM, isWhole }`: what is drawn now, the largest error, and whether there was time for all.
 */
export function reduce(document, { triangles, error, lockBorders = false, permissive = false, isOver }) {
  const diagonalM = diagonal(document);
  let drawn = drawnTriangles(document);
  let errorM = 0;
  for (let pass = 0; pass < PASSES && drawn > triangles; pass++) {
    const ratio = (triangles / drawn) * (pass === 0 ? 1 : 0.9);
    for (const place of placements(document).values()) {
      for (const primitive of place.mesh.listPrimitives()) {
        if (isOver()) return { triangles: drawnTriangles(document), errorM, isWhole: false };
        errorM = Math.max(errorM, reducePrimitive(primitive, place, { ratio, error, diagonalM, lockBorders, permissive }));
      }
    }
    const now = drawnTriangles(document);
    if (now > drawn * 0.98) break;
    drawn = now;
  }
  return { triangles: drawnTriangles(document), errorM, isWhole: true };
}

/** Mesh to `{ mesh, count, scale, matrices }`: how often it is drawn, how much its nodes enlarge it, where some are. */
function placements(document) {
  const found = new Map();
  const root = document.getRoot();
  const scene = root.getDefaultScene() ?? root.listScenes()[0];
  scene?.traverse((node) => {
    const mesh = node.getMesh();
    if (!mesh) return;
    const place = found.get(mesh) ?? { mesh, count: 0, scale: 0, isSkinned: false, matrices: [] };
    found.set(mesh, place);
    const matrix = node.getWorldMatrix();
    const instances = node.getExtension('EXT_mesh_gpu_instancing');
    place.count += instances?.listAttributes()[0]?.getCount() ?? 1;
    place.scale = Math.max(place.scale, scaleOf(matrix) * instanceScale(instances));
    place.isSkinned ||= node.getSkin() !== null;
    if (place.matrices.length < PLACES_LOOKED_AT) place.matrices.push(matrix);
  });
  return found;
}

function trianglesOf(mesh) {
  return mesh.listPrimitives().reduce((sum, primitive) => sum + primitiveTriangles(primitive), 0);
}

function primitiveTriangles(primitive) {
  const count = (primitive.getIndices() ?? primitive.getAttribute('POSITION'))?.getCount() ?? 0;
  const mode = primitive.getMode();
  if (mode === 4) return Math.floor(count / 3);
  return TRIANGLE_MODES.has(mode) ? Math.max(count - 2, 0) : 0;
}

/** The error in metres that came of it; 0 where nothing was done. */
function reducePrimitive(primitive, { scale, isSkinned, matrices }, { ratio, error, diagonalM, lockBorders, permissive }) {
  const count = primitiveTriangles(primitive);
  const target = Math.max(Math.floor(count * ratio), TRIANGLES_MIN);
  // rounding up to the least would otherwise make work of every small part
  if (count === 0 || target >= count * 0.99 || !primitive.getIndices()) return 0;
  if (primitive.getMode() !== 4) convertPrimitiveToTriangles(primitive);
  if (primitive.getIndices().getCount() < primitive.getAttribute('POSITION').getCount() / 2) compactPrimitive(primitive);
  const positions = floats(primitive.getAttribute('POSITION'));
  // joints, not nodes, place what has a skin: its own size is the only measure there is
  const own = isSkinned ? error * sizeOf(positions) : (error * diagonalM) / Math.max(scale, 1e-9);
  const source = primitive.getIndices();
  const indices = Uint32Array.from(source.getArray());
  const normals = primitive.getAttribute('NORMAL');
  const flags = ['ErrorAbsolute'];
  if (lockBorders) flags.push('LockBorder');
  if (permissive) flags.push('Permissive');
  const [kept, moved] = MeshoptSimplifier.simplifyWithAttributes(
    indices, positions, 3,
    normals ? floats(normals) : new Float32Array(0), normals ? 3 : 0, normals ? [NORMAL_WEIGHT, NORMAL_WEIGHT, NORMAL_WEIGHT] : [],
    outermost(positions, isSkinned ? [] : matrices),
    target * 3, own, flags,
  );
  if (kept.length === 0 || kept.length >= indices.length) return 0;
  primitive.setIndices(source.clone().setArray(kept));
  compactPrimitive(primitive);
  const vertices = primitive.getAttribute('POSITION').getCount();
  const list = primitive.getIndices();
  if (vertices <= 65_534) list.setArray(Uint16Array.from(list.getArray()));
  return isSkinned ? 0 : moved * scale;
}

/** Locks the vertices that the box around the mesh hangs on, in its own axes and in the world's, so that sizes stay. */
function outermost(positions, matrices) {
  const count = positions.length / 3;
  const locks = new Uint8Array(count);
  const axes = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
  for (const m of matrices) for (const row of [0, 1, 2]) axes.push([m[row], m[4 + row], m[8 + row]]);
  for (const [x, y, z] of axes) {
    let low = 0;
    let high = 0;
    let lowest = Infinity;
    let highest = -Infinity;
    for (let i = 0; i < count; i++) {
      const along = x * positions[i * 3] + y * positions[i * 3 + 1] + z * positions[i * 3 + 2];
      if (along < lowest) [low, lowest] = [i, along];
      if (along > highest) [high, highest] = [i, along];
    }
    locks[low] = 1;
    locks[high] = 1;
  }
  return locks;
}

function floats(accessor) {
  const array = accessor.getArray();
  if (array instanceof Float32Array && !accessor.getNormalized()) return array;
  const type = accessor.getComponentType();
  return Float32Array.from(array, accessor.getNormalized() ? (value) => MathUtils.decodeNormalizedInt(value, type) : undefined);
}

function sizeOf(positions) {
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < positions.length; i++) {
    min[i % 3] = Math.min(min[i % 3], positions[i]);
    max[i % 3] = Math.max(max[i % 3], positions[i]);
  }
  return Math.hypot(max[0] - min[0], max[1] - min[1], max[2] - min[2]);
}

function scaleOf(m) {
  return Math.max(Math.hypot(m[0], m[1], m[2]), Math.hypot(m[4], m[5], m[6]), Math.hypot(m[8], m[9], m[10]));
}

function instanceScale(instances) {
  const scales = instances?.getAttribute('SCALE')?.getArray() ?? [1];
  return scales.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
}
