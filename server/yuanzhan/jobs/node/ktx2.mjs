// node ktx2.mjs IN OUT: the same GLB with textures that stay compressed on the graphics card (KTX 2.0, ETC1S).
//
// Everything but images and what names them stays, byte for byte. Normal maps stay WebP: ETC1S bends them visibly, and UASTC
// would be several times the download. The last line of standard output is JSON: { converted, left }, names (the encoder has a voice
// of its own).
import { readFile, writeFile } from 'node:fs/promises';
import { encodeToKTX2 } from 'ktx2-encoder';
import sharp from 'sharp';
import { readGlb, writeGlb } from './glb.mjs';

/** Of 255; 128 shows blocks on skin and paint. */
const QUALITY = 200;
const WEBP = 'EXT_texture_webp';
const KTX2 = 'KHR_texture_basisu';
/** Colours as one sees them; all else are numbers. */
const COLOURS = /^(baseColor|emissive|diffuse|specularGlossiness|specularColor|sheenColor|diffuseTransmissionColor)Texture$/;
const NORMALS = /normalTexture$/i;

sharp.cache(false);
sharp.concurrency(1);

const [, , input, output] = process.argv;
const { json, bin } = readGlb(await readFile(input));
const slots = slotsOfImages(json);
const made = new Map();
const left = [];
for (const [number, image] of (json.images ?? []).entries()) {
  const names = slots.get(number) ?? new Set();
  if (image.bufferView === undefined || names.size === 0 || [...names].some((name) => NORMALS.test(name))) {
    left.push(nameOf(image, number));
    continue;
  }
  made.set(number, await encoded(bytesOfView(image.bufferView), [...names].every((name) => COLOURS.test(name))));
}
if (made.size > 0) await writeFile(output, rewritten());
const converted = [...made.keys()].map((number) => nameOf(json.images[number], number));
process.stdout.write(`\n${JSON.stringify({ converted, left })}\n`);

function nameOf(image, number) {
  return image.name ?? String(number);
}

async function encoded(bytes, isColour) {
  return Buffer.from(
    await encodeToKTX2(bytes, {
      isUASTC: false,
      qualityLevel: QUALITY,
      generateMipmap: true,
      isPerceptual: isColour,
      isSetKTX2SRGBTransferFunc: isColour,
      imageDecoder: pixels,
    }),
  );
}

/** Blocks are four pixels wide and high. */
async function pixels(bytes) {
  const picture = sharp(bytes).ensureAlpha();
  const { width, height } = await picture.metadata();
  const side = (length) => Math.max(Math.round(length / 4) * 4, 4);
  if (width % 4 || height % 4) picture.resize({ width: side(width), height: side(height), fit: 'fill' });
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data), width: info.width, height: info.height };
}

/** Image number to the names of all places in materials that show it. */
function slotsOfImages({ materials = [], textures = [] }) {
  const found = new Map();
  const visit = (value) => {
    for (const [key, inner] of Object.entries(value)) {
      if (inner === null || typeof inner !== 'object' || key === 'extras') continue;
      if (/texture$/i.test(key) && Number.isInteger(inner.index) && textures[inner.index]) {
        const image = sourceOf(textures[inner.index]);
        if (!found.has(image)) found.set(image, new Set());
        found.get(image).add(key);
      }
      visit(inner);
    }
  };
  visit(materials);
  return found;
}

function sourceOf(texture) {
  return texture.extensions?.[KTX2]?.source ?? texture.extensions?.[WEBP]?.source ?? texture.source;
}

function bytesOfView(number) {
  const { byteOffset = 0, byteLength } = json.bufferViews[number];
  return bin.subarray(byteOffset, byteOffset + byteLength);
}

/** The GLB with the new images in the place of the old; views keep their numbers. */
function rewritten() {
  const replaced = new Map([...made].map(([number, bytes]) => [json.images[number].bufferView, bytes]));
  for (const number of made.keys()) json.images[number].mimeType = 'image/ktx2';
  for (const texture of json.textures) {
    const source = sourceOf(texture);
    if (!made.has(source)) continue;
    const { [WEBP]: _, ...others } = texture.extensions ?? {};
    texture.extensions = { ...others, [KTX2]: { source } };
    delete texture.source;
  }
  const hasWebp = json.images.some((image) => image.mimeType === 'image/webp');
  for (const key of ['extensionsUsed', 'extensionsRequired']) {
    const names = new Set([...(json[key] ?? []), KTX2]);
    if (!hasWebp) names.delete(WEBP);
    json[key] = [...names].sort();
  }
  return writeGlb(json, laidAnew(replaced));
}

/** All views one after the other; those that meshopt compressed lie where their extension says. */
function laidAnew(replaced) {
  const pieces = [];
  let at = 0;
  const put = (bytes) => {
    const start = at;
    const padding = new Uint8Array((8 - (bytes.byteLength % 8)) % 8);
    pieces.push(bytes, padding);
    at += bytes.byteLength + padding.byteLength;
    return start;
  };
  for (const [number, view] of json.bufferViews.entries()) {
    const meshopt = view.extensions?.EXT_meshopt_compression;
    if (meshopt) meshopt.byteOffset = put(bin.subarray(meshopt.byteOffset, meshopt.byteOffset + meshopt.byteLength));
    else {
      const bytes = replaced.get(number) ?? bytesOfView(number);
      view.byteOffset = put(bytes);
      view.byteLength = bytes.byteLength;
    }
  }
  json.buffers[0].byteLength = at;
  return pieces;
}
