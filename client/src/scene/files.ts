/** Files of a hall: fetched with progress and a time-out, decoded to glTF scenes and textures. */
import { type Group, Texture, type WebGLRenderer } from 'three';
import { MeshoptDecoder } from 'three/examples/jsm/libs/meshopt_decoder.module.js';
import { type GLTF, GLTFLoader } from 'three/examples/jsm/loaders/GLTFLoader.js';
import { giveUpCompressed, unpacker } from './textures';

/** No byte for this long, or decoding for this long, means that it will not come. */
const SILENCE_MS = 20_000;
const DECODE_MS = 30_000;

export class FileFailed extends Error {
  override readonly name = 'FileFailed';
  constructor(readonly url: string, detail: string) {
    super(`${url}: ${detail}`);
  }
}

export type OnBytes = (bytes: number) => void;

/** The whole body; `onBytes` hears of each piece as it arrives. Throws FileFailed. */
export async function fetchFile(url: string, onBytes: OnBytes): Promise<ArrayBuffer> {
  const abort = new AbortController();
  let timer = 0;
  const hear = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(), SILENCE_MS) as unknown as number;
  };
  hear();
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok || !response.body) throw new FileFailed(url, `HTTP ${response.status}`);
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    const reader = response.body.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      hear();
      pieces.push(next.value);
      onBytes(next.value.byteLength);
    }
    return await new Blob(pieces).arrayBuffer();
  } catch (error) {
    throw error instanceof FileFailed ? error : new FileFailed(url, abort.signal.aborted ? 'timed out' : String(error));
  } finally {
    clearTimeout(timer);
  }
}

function gltfLoader(): GLTFLoader {
  // The extension is ours (variants.ts); the loader would call it unknown.
  return new GLTFLoader().setMeshoptDecoder(MeshoptDecoder).register(() => ({ name: 'KHR_materials_variants' }));
}

const loader = gltfLoader();

/** The scene of a GLB. Throws FileFailed. */
export async function loadModel(url: string, onBytes: OnBytes): Promise<Group> {
  return (await loadGltf(url, onBytes)).scene;
}

/** A GLB with what the loader knows of it. Throws FileFailed. */
export async function loadGltf(url: string, onBytes: OnBytes): Promise<GLTF> {
  return parse(loader, await fetchFile(url, onBytes), url);
}

/** The same with textures that stay compressed. Throws FileFailed; where they cannot be unpacked, none is any more. */
export async function loadCompressedGltf(url: string, renderer: WebGLRenderer, onBytes: OnBytes): Promise<GLTF> {
  const unpacking = withTimeout(unpacker(renderer), url);
  unpacking.catch(() => undefined);
  const bytes = await fetchFile(url, onBytes);
  try {
    const { loader: textures, broken } = await unpacking;
    // A texture that cannot be unpacked is none, and the loader says so to nobody but the console.
    let failed: unknown = null;
    const watched = Object.create(textures) as typeof textures;
    watched.parse = (buffer, onLoad, onError) =>
      textures.parse(buffer, onLoad, (error: unknown) => {
        failed ??= error;
        onError?.(error);
      });
    const gltf = await Promise.race([parse(gltfLoader().setKTX2Loader(watched), bytes, url), broken]);
    if (failed !== null) throw new Error(`textures: ${String(failed)}`);
    return gltf;
  } catch (error) {
    giveUpCompressed();
    throw error instanceof FileFailed ? error : new FileFailed(url, String(error));
  }
}

function parse(by: GLTFLoader, bytes: ArrayBuffer, url: string): Promise<GLTF> {
  const parsed = by.parseAsync(bytes, '').catch((error: unknown) => {
    throw new FileFailed(url, String(error));
  });
  return withTimeout(parsed, url);
}

/** A picture as a texture that is ready to upload. Throws FileFailed. */
export async function loadPicture(url: string, onBytes: OnBytes): Promise<Texture> {
  const bytes = await fetchFile(url, onBytes);
  // the browser must not touch the values: colour space and orientation are the texture's affair
  const options: ImageBitmapOptions = { colorSpaceConversion: 'none', premultiplyAlpha: 'none' };
  const bitmap = await withTimeout(createImageBitmap(new Blob([bytes]), options), url);
  return pictureOf(bitmap);
}

/** A texture that goes to the graphics card: without the last line it stays black. */
export function pictureOf(bitmap: ImageBitmap): Texture {
  const texture = new Texture(bitmap);
  texture.needsUpdate = true;
  return texture;
}

async function withTimeout<T>(work: Promise<T>, url: string): Promise<T> {
  let timer = 0;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new FileFailed(url, 'decoding timed out')), DECODE_MS) as unknown as number;
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
