// Textures become WebP, no larger than they need to be.
import { TextureChannel } from '@gltf-transform/core';
import { EXTTextureAVIF, EXTTextureWebP } from '@gltf-transform/extensions';
import { listTextureChannels, listTextureSlots } from '@gltf-transform/functions';
import sharp from 'sharp';

/** What is read at all; a check before this refuses larger ones. */
const PIXELS_MAX = 8192 * 8192;
/** Formats that stay as they are: a card reads them without decoding, or nothing here decodes them. */
const LEFT_ALONE = new Set(['image/ktx2']);

sharp.cache(false);
sharp.concurrency(1);

/**
 * Every texture to WebP with sides of at most `sideMax`; those that are one already and small enough only where `quality` asks.
 *
 * Returns `{ changed, failed }`: `changed` a list of `{ name, from, to }` with `[width, height, bytes]`, `failed` names. `isOver()`
 * ends it early and leaves the rest as it is.
 */
export async function shrinkTextures(document, { sideMax, quality, isOver }) {
  const changed = [];
  const failed = [];
  for (const texture of document.getRoot().listTextures()) {
    const image = texture.getImage();
    if (!image || LEFT_ALONE.has(texture.getMimeType())) continue;
    if (isOver()) {
      failed.push(nameOf(texture));
      continue;
    }
    try {
      const made = await shrink(texture, image, sideMax, quality);
      if (made) changed.push(made);
    } catch {
      failed.push(nameOf(texture));
    }
  }
  declare(document);
  return { changed, failed };
}

/** The bytes of all textures. */
export function textureBytes(document) {
  return document.getRoot().listTextures().reduce((sum, texture) => sum + (texture.getImage()?.byteLength ?? 0), 0);
}

export function nameOf(texture) {
  return texture.getName() || texture.getURI() || listTextureSlots(texture)[0] || '';
}

async function shrink(texture, image, sideMax, quality) {
  const slots = listTextureSlots(texture);
  // a profile would be applied to the values, which a browser that is told "none" does not do
  const picture = sharp(image, { limitInputPixels: PIXELS_MAX, failOn: 'error' }).keepIccProfile();
  const { width, height, hasAlpha } = await picture.metadata();
  const fits = Math.max(width, height) <= sideMax;
  if (fits && texture.getMimeType() === 'image/webp') return null;
  const size = fits ? { width, height } : fitted(width, height, sideMax);
  if (!fits) picture.resize({ ...size, fit: 'fill', kernel: 'lanczos3' });
  // with an opaque material nobody looks at alpha; elsewhere the colour under it must stay, or edges fringe
  if (hasAlpha && slots.length > 0 && !listTextureChannels(texture).includes(TextureChannel.A)) picture.removeAlpha();
  const made = await picture.webp(encoding(slots, quality)).toBuffer();
  if (fits && made.byteLength >= image.byteLength) return null;
  texture.setImage(new Uint8Array(made)).setMimeType('image/webp');
  if (texture.getURI()) texture.setURI(texture.getURI().replace(/\.\w+$/, '.webp'));
  return { name: nameOf(texture), from: [width, height, image.byteLength], to: [size.width, size.height, made.byteLength] };
}

/** The extensions of the formats that are there now, required: no loader has the pictures in another format. */
function declare(document) {
  const types = new Set(document.getRoot().listTextures().map((texture) => texture.getMimeType()));
  for (const [type, Format] of [['image/webp', EXTTextureWebP], ['image/avif', EXTTextureAVIF]]) {
    const extension = document.createExtension(Format).setRequired(true);
    if (!types.has(type)) extension.dispose();
  }
}

/** Normals are directions: they get more bits, and chroma as sharp as WebP knows it. */
function encoding(slots, quality) {
  const isNormal = slots.some((slot) => /normal/i.test(slot));
  return { quality: isNormal ? Math.min(quality + 8, 100) : quality, smartSubsample: isNormal, exact: true, effort: 4 };
}

/** Within `sideMax`, the proportions kept; multiples of four, which block-compressed formats want later. */
function fitted(width, height, sideMax) {
  const scale = sideMax / Math.max(width, height);
  const side = (length) => Math.max(Math.round((length * scale) / 4) * 4, 4);
  return { width: side(width), height: side(height) };
}
