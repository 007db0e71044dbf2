// EXT_meshopt_compression of a finished GLB: vertices, indices and animations become a fraction of their bytes.
//
// Positions and texture coordinates stay 32-bit floats, rounded to a grid (filter EXPONENTIAL, one exponent a component),
// instead of becoming integers under KHR_mesh_quantization: integers need a scale on the node, and a node's transform is
// what its children, its collider, its sound and its animation hang on. The bytes are about the same.
import { MeshoptEncoder } from 'meshoptimizer';
import { readGlb, writeGlb } from './glb.mjs';

const EXTENSION = 'EXT_meshopt_compression';
const QUANTISED = 'KHR_mesh_quantization';

/** Steps along the longest side of a mesh, and of a texture's width: 0.1 mm in 2 m, a quarter of a texel in 2048. */
const POSITION_STEPS = 1 << 14;
const TEXCOORD_STEP = 1 / (1 << 13);
const MANTISSA_BITS_MAX = 24;
const TANGENT_BITS = 8;
const ROTATION_BITS = 16;
const MOVE_STEPS = 1 << 16;

const WIDTHS = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4, MAT2: 4, MAT3: 9, MAT4: 16 };
const ARRAYS = { 5120: Int8Array, 5121: Uint8Array, 5122: Int16Array, 5123: Uint16Array, 5125: Uint32Array, 5126: Float32Array };
const [BYTE, UNSIGNED_BYTE, SHORT, UNSIGNED_SHORT, FLOAT] = [5120, 5121, 5122, 5123, 5126];
const TRIANGLES = 4;
const ARRAY_BUFFER = 34962;
const ELEMENT_ARRAY_BUFFER = 34963;

/** The same GLB, compressed. `normalBits` (8 or 10 to 16) is how exact normals stay. */
export function pack(glb, { normalBits }) {
  const { json, bin } = readGlb(glb);
  const groups = new Map();
  let isQuantised = false;
  for (const [accessor, use] of uses(json)) {
    if (use === 'mixed' || accessor.sparse || accessor.bufferView === undefined) continue;
    const prepared = prepare(accessor, elements(json, bin, accessor), use, normalBits);
    if (!prepared) continue;
    isQuantised ||= prepared.isQuantised ?? false;
    add(groups, accessor, kindOf(use), prepared);
  }
  if (groups.size === 0) return glb;
  const pieces = rebuild(json, bin, [...groups.values()]);
  json.extensionsUsed = [...new Set([...(json.extensionsUsed ?? []), EXTENSION, ...(isQuantised ? [QUANTISED] : [])])].sort();
  json.extensionsRequired = [...new Set([...(json.extensionsRequired ?? []), EXTENSION, ...(isQuantised ? [QUANTISED] : [])])].sort();
  return writeGlb(json, pieces);
}

/** What each accessor is for: a semantic, 'indices', 'triangles', 'input', an animated path, or 'mixed'. */
function uses(json) {
  const found = new Map();
  const use = (index, purpose) => {
    const accessor = json.accessors?.[index];
    if (accessor) found.set(accessor, found.has(accessor) && found.get(accessor) !== purpose ? 'mixed' : purpose);
  };
  for (const { primitives } of json.meshes ?? []) {
    for (const primitive of primitives) {
      use(primitive.indices, (primitive.mode ?? TRIANGLES) === TRIANGLES ? 'triangles' : 'indices');
      for (const [semantic, index] of Object.entries(primitive.attributes)) use(index, semantic);
      for (const target of primitive.targets ?? []) {
        for (const [semantic, index] of Object.entries(target)) use(index, `target ${semantic}`);
      }
    }
  }
  for (const { samplers, channels } of json.animations ?? []) {
    for (const sampler of samplers) use(sampler.input, 'input');
    for (const channel of channels) {
      const sampler = samplers[channel.sampler];
      use(sampler.output, sampler.interpolation === 'CUBICSPLINE' ? 'curve' : channel.target.path);
    }
  }
  for (const skin of json.skins ?? []) use(skin.inverseBindMatrices, 'matrices');
  return found;
}

/** Buffer views are for vertices (with a stride and a target), for indices (with a target) or for neither. */
function kindOf(use) {
  if (use === 'triangles' || use === 'indices') return 'indices';
  return /^(target )?[A-Z_]/.test(use) ? 'vertices' : 'data';
}

/** `{ mode, filter, stride, bytes }` as the codec wants them, changing `accessor`; null for what is better left alone. */
function prepare(accessor, array, use, normalBits) {
  const width = WIDTHS[accessor.type];
  const isFloat = accessor.componentType === FLOAT;
  if (use === 'triangles' || use === 'indices') return indices(accessor, array, use);
  if (isFloat && !array.every(Number.isFinite)) return null;
  if (isFloat && use === 'POSITION') {
    const rounded = grid(array, width, extent(array, width) / POSITION_STEPS);
    Object.assign(accessor, bounds(decodeExponential(rounded.bytes), width));
    return rounded;
  }
  if (isFloat && use === 'target POSITION') return grid(array, width, extent(array, width) / POSITION_STEPS);
  if (isFloat && use === 'target NORMAL') return grid(array, width, 1 / (1 << 10));
  if (isFloat && /^TEXCOORD_/.test(use)) return grid(array, width, TEXCOORD_STEP);
  if (isFloat && use === 'NORMAL' && width === 3) return octahedral(accessor, array, width, normalBits);
  if (isFloat && use === 'TANGENT' && width === 4) return octahedral(accessor, array, width, TANGENT_BITS);
  if (isFloat && /^COLOR_/.test(use) && array.every((value) => value >= 0 && value <= 1)) return bytes255(accessor, array, width);
  if (isFloat && /^WEIGHTS_0$/.test(use)) return weights(accessor, array, width) ?? plain(array, width);
  if (isFloat && use === 'rotation' && width === 4) return rotations(accessor, array);
  if (isFloat && (use === 'translation' || use === 'scale')) return grid(array, width, extent(array, width) / MOVE_STEPS);
  const kept = plain(array, width);
  // without a stride, elements must lie side by side
  return kindOf(use) === 'data' && kept?.stride !== width * array.BYTES_PER_ELEMENT ? null : kept;
}

function indices(accessor, array, use) {
  let list = array;
  if (accessor.componentType === UNSIGNED_BYTE) {
    list = Uint16Array.from(array);
    accessor.componentType = UNSIGNED_SHORT;
  }
  const mode = use === 'triangles' && list.length % 3 === 0 ? 'TRIANGLES' : 'INDICES';
  return { mode, stride: list.BYTES_PER_ELEMENT, bytes: bytesOf(list) };
}

/** Floats rounded to multiples of a power of two that is at most `step`. */
function grid(array, width, step) {
  const largest = array.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const needed = step > 0 && largest > 0 ? Math.ceil(Math.log2(largest / step)) + 1 : 1;
  const bits = Math.min(Math.max(needed, 2), MANTISSA_BITS_MAX);
  const bytes = MeshoptEncoder.encodeFilterExp(array, array.length / width, width * 4, bits, 'SharedComponent');
  return { mode: 'ATTRIBUTES', filter: 'EXPONENTIAL', stride: width * 4, bytes };
}

/** What a decoder makes of it: a signed exponent in the high byte, a signed mantissa in the other three. */
function decodeExponential(bytes) {
  const packed = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  return Float32Array.from(packed, (value) => ((value << 8) >> 8) * 2 ** (value >> 24));
}

function octahedral(accessor, array, width, bits) {
  const count = array.length / width;
  const four = width === 4 ? array : new Float32Array(count * 4);
  if (width === 3) for (let i = 0; i < count; i++) four.set(array.subarray(i * 3, i * 3 + 3), i * 4);
  const stride = bits > 8 ? 8 : 4;
  accessor.componentType = bits > 8 ? SHORT : BYTE;
  accessor.normalized = true;
  const bytes = MeshoptEncoder.encodeFilterOct(four, count, stride, bits);
  return { mode: 'ATTRIBUTES', filter: 'OCTAHEDRAL', stride, bytes, isQuantised: true };
}

function rotations(accessor, array) {
  accessor.componentType = SHORT;
  accessor.normalized = true;
  const bytes = MeshoptEncoder.encodeFilterQuat(array, array.length / 4, 8, ROTATION_BITS);
  return { mode: 'ATTRIBUTES', filter: 'QUATERNION', stride: 8, bytes };
}

/** Colours in 0..1 as bytes, which is core glTF. */
function bytes255(accessor, array, width) {
  accessor.componentType = UNSIGNED_BYTE;
  accessor.normalized = true;
  return plain(Uint8Array.from(array, (value) => Math.round(value * 255)), width);
}

/** Weights as bytes whose sum stays one (255): the rounding goes to the largest. Null where they are none. */
function weights(accessor, array, width) {
  const list = new Uint8Array(array.length);
  for (let i = 0; i < array.length; i += width) {
    const own = array.subarray(i, i + width);
    const sum = own.reduce((total, value) => total + value, 0);
    if (!(Math.abs(sum - 1) < 0.02) || own.some((value) => value < 0)) return null;
    for (let j = 0; j < width; j++) list[i + j] = Math.round((own[j] / sum) * 255);
    const rounded = list.subarray(i, i + width);
    rounded[rounded.indexOf(Math.max(...rounded))] += 255 - rounded.reduce((total, value) => total + value, 0);
  }
  accessor.componentType = UNSIGNED_BYTE;
  accessor.normalized = true;
  return plain(list, width);
}

/** As it is, each element padded to four bytes. */
function plain(array, width) {
  const elementBytes = width * array.BYTES_PER_ELEMENT;
  const stride = Math.ceil(elementBytes / 4) * 4;
  if (stride > 256) return null;
  const source = bytesOf(array);
  if (stride === elementBytes) return { mode: 'ATTRIBUTES', stride, bytes: source };
  const bytes = new Uint8Array((source.byteLength / elementBytes) * stride);
  for (let from = 0, to = 0; from < source.byteLength; from += elementBytes, to += stride) {
    bytes.set(source.subarray(from, from + elementBytes), to);
  }
  return { mode: 'ATTRIBUTES', stride, bytes };
}

function add(groups, accessor, kind, { mode, filter, stride, bytes }) {
  const key = [kind, mode, filter, stride].join(':');
  if (!groups.has(key)) groups.set(key, { kind, mode, filter, stride, accessors: [], parts: [], bytes: 0 });
  const group = groups.get(key);
  group.accessors.push({ accessor, byteOffset: group.bytes });
  group.parts.push(bytes);
  group.bytes += bytes.byteLength;
}

/** Puts the compressed groups in the place of the buffer views that they came from; the pieces of the new binary chunk. */
function rebuild(json, bin, groups) {
  const packed = new Set(groups.flatMap((group) => group.accessors.map(({ accessor }) => accessor)));
  const numbers = new Map();
  const views = [];
  const pieces = [];
  let at = 0;
  const put = (bytes) => {
    const offset = at;
    // eight, not four: images after odd lengths are read in place by some loaders
    const padding = new Uint8Array((8 - (bytes.byteLength % 8)) % 8);
    pieces.push(bytes, padding);
    at += bytes.byteLength + padding.byteLength;
    return offset;
  };
  for (const number of [...viewsInUse(json, packed)].sort((a, b) => a - b)) {
    const { byteOffset = 0, ...view } = json.bufferViews[number];
    numbers.set(number, views.length);
    views.push({ ...view, byteOffset: put(bin.subarray(byteOffset, byteOffset + view.byteLength)) });
  }
  renumber(json, numbers);
  let fallbackBytes = 0;
  for (const { kind, mode, filter, stride, accessors, parts, bytes } of groups) {
    const count = bytes / stride;
    const compressed = MeshoptEncoder.encodeGltfBuffer(Buffer.concat(parts), count, stride, mode, 0);
    const meshopt = { buffer: 0, byteOffset: put(compressed), byteLength: compressed.byteLength, byteStride: stride, count, mode };
    if (filter) meshopt.filter = filter;
    for (const { accessor, byteOffset } of accessors) Object.assign(accessor, { bufferView: views.length, byteOffset });
    views.push({
      buffer: 1,
      byteOffset: fallbackBytes,
      byteLength: bytes,
      ...(kind === 'vertices' ? { byteStride: stride } : {}),
      ...(kind === 'data' ? {} : { target: kind === 'vertices' ? ARRAY_BUFFER : ELEMENT_ARRAY_BUFFER }),
      extensions: { [EXTENSION]: meshopt },
    });
    fallbackBytes += Math.ceil(bytes / 8) * 8;
  }
  json.bufferViews = views;
  json.buffers = [{ byteLength: at }, { byteLength: fallbackBytes, extensions: { [EXTENSION]: { fallback: true } } }];
  return pieces;
}

/** Numbers of the views that something other than packed accessors needs: images, sounds, tables. */
function viewsInUse(json, packed) {
  const found = new Set();
  eachView(json, (holder, key) => {
    if (!packed.has(holder)) found.add(holder[key]);
  });
  return found;
}

function renumber(json, numbers) {
  eachView(json, (holder, key) => {
    if (numbers.has(holder[key])) holder[key] = numbers.get(holder[key]);
  });
}

/** Every place in a glTF that names a buffer view; EXT_structural_metadata has names of its own for them. */
function eachView(json, visit) {
  const stack = Object.entries(json).filter(([key]) => key !== 'bufferViews').map(([, value]) => value);
  const tables = json.extensions?.EXT_structural_metadata?.propertyTables ?? [];
  for (const property of tables.flatMap((table) => Object.values(table.properties ?? {}))) {
    for (const key of ['values', 'arrayOffsets', 'stringOffsets']) if (Number.isInteger(property[key])) visit(property, key);
  }
  while (stack.length > 0) {
    const value = stack.pop();
    if (value === null || typeof value !== 'object') continue;
    for (const [key, inner] of Object.entries(value)) {
      if (/^bufferView$/i.test(key) && Number.isInteger(inner)) visit(value, key);
      // what an author wrote is nobody's reference
      else if (key !== 'extras') stack.push(inner);
    }
  }
}

/** The values of an accessor as one dense array. */
function elements(json, bin, accessor) {
  const { byteOffset: viewOffset = 0, byteStride } = json.bufferViews[accessor.bufferView];
  const TypedArray = ARRAYS[accessor.componentType];
  const width = WIDTHS[accessor.type];
  const elementBytes = width * TypedArray.BYTES_PER_ELEMENT;
  const start = viewOffset + (accessor.byteOffset ?? 0);
  const stride = byteStride ?? elementBytes;
  const dense = new Uint8Array(accessor.count * elementBytes);
  if (stride === elementBytes) dense.set(bin.subarray(start, start + dense.byteLength));
  else for (let i = 0; i < accessor.count; i++) dense.set(bin.subarray(start + i * stride, start + i * stride + elementBytes), i * elementBytes);
  return new TypedArray(dense.buffer);
}

/** The longest side of the box around all elements. */
function extent(array, width) {
  const { min, max } = bounds(array, width);
  return Math.max(...max.map((high, axis) => high - min[axis]));
}

function bounds(array, width) {
  const min = new Array(width).fill(Infinity);
  const max = new Array(width).fill(-Infinity);
  for (let i = 0; i < array.length; i++) {
    const axis = i % width;
    if (array[i] < min[axis]) min[axis] = array[i];
    if (array[i] > max[axis]) max[axis] = array[i];
  }
  return { min, max };
}

function bytesOf(array) {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
