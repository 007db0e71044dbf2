/**
 * Textures that stay compressed on the graphics card (KTX2), for devices that can: a quarter of the memory.
 *
 *   if (keepsCompressed(renderer)) loader.setKTX2Loader((await unpacker(renderer)).loader);
 *
 * The transcoder is fetched with the first model that needs it. Where it fails once, it is not tried again on this page.
 */
import type { WebGLRenderer } from 'three';
import type { KTX2Loader } from 'three/examples/jsm/loaders/KTX2Loader.js';
import transcoder from 'three/examples/jsm/libs/basis/basis_transcoder.wasm?url';

/** Where the worker that unpacks is served (textureWorker.ts). */
declare const __TEXTURE_WORKER__: string;

/** What ETC1S becomes on a card; each is enough. (ASTC is none of them: three would unpack to plain pixels for it.) */
const ENOUGH = [
  ['WEBGL_compressed_texture_etc'],
  ['EXT_texture_compression_bptc'],
  // Colours need the second, or they are black.
  ['WEBGL_compressed_texture_s3tc', 'WEBGL_compressed_texture_s3tc_srgb'],
];
/** One unpacks while another model is still downloaded; more would take memory that phones do not have. */
const WORKERS = 2;

export interface Unpacker {
  loader: KTX2Loader;
  /** Rejects when a worker does not start, or ends: the loader itself would wait for it. */
  broken: Promise<never>;
}

let pending: Promise<Unpacker> | null = null;
let hasFailed = false;

/** What three's loader does not show by its types. */
interface Inside {
  transcoderPending: Promise<void> | null;
  workerConfig: object;
  workerPool: { setWorkerCreator(create: () => Worker): void };
}

export function keepsCompressed({ extensions }: Pick<WebGLRenderer, 'extensions'>): boolean {
  return !hasFailed && ENOUGH.some((names) => names.every((name) => extensions.has(name)));
}

/** Go on without. */
export function giveUpCompressed(): void {
  hasFailed = true;
}

/** One for the page. Rejects where the transcoder does not come. */
export function unpacker(renderer: WebGLRenderer): Promise<Unpacker> {
  pending ??= open(renderer);
  return pending;
}

async function open(renderer: WebGLRenderer): Promise<Unpacker> {
  const [{ KTX2Loader: Base }, response] = await Promise.all([import('three/examples/jsm/loaders/KTX2Loader.js'), fetch(transcoder)]);
  if (!response.ok) throw new Error(`${transcoder}: HTTP ${response.status}`);
  const binary = await response.arrayBuffer();
  const loader = new Base().detectSupport(renderer).setWorkerLimit(WORKERS);
  const inside = loader as unknown as Inside;
  let fail: (error: Error) => void;
  const broken = new Promise<never>((_, reject) => (fail = reject));
  broken.catch(() => undefined);
  // It would make its worker of text here: textureWorker.ts says why ours has an address.
  inside.transcoderPending = Promise.resolve();
  inside.workerPool.setWorkerCreator(() => {
    const worker = new Worker(__TEXTURE_WORKER__);
    worker.addEventListener('error', ({ message }) => fail(new Error(message || `${__TEXTURE_WORKER__} did not start`)));
    const transcoderBinary = binary.slice(0);
    worker.postMessage({ type: 'init', config: inside.workerConfig, transcoderBinary }, [transcoderBinary]);
    return worker;
  });
  return { loader, broken };
}
