/**
 * The worker that unpacks KTX2 textures, as a file of its own beside the bundles.
 *
 * three's loader makes it of text and starts it from a blob, under the page's policy, which allows no functions made of text; the
 * transcoder's glue needs those. A worker with an address of its own has a policy of its own (server/yuanzhan/web/files.py).
 * It is put together from the installed `three`, as its KTX2Loader does.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { KTX2Loader } from 'three/examples/jsm/loaders/KTX2Loader.js';
import type { Plugin } from 'vite';

interface Parts {
  EngineFormat: object;
  EngineType: object;
  TranscoderFormat: object;
  BasisFormat: object;
  BasisWorker: () => void;
}

export function textureWorker(): Plugin {
  const source = workerSource();
  const name = `assets/texture-worker-${createHash('sha256').update(source).digest('hex').slice(0, 8)}.js`;
  return {
    name: 'texture-worker',
    config: () => ({ define: { __TEXTURE_WORKER__: JSON.stringify(`/${name}`) } }),
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: name, source });
    },
    configureServer(server) {
      server.middlewares.use(`/${name}`, (_, response) => response.setHeader('Content-Type', 'text/javascript').end(source));
    },
  };
}

function workerSource(): string {
  const { EngineFormat, EngineType, TranscoderFormat, BasisFormat, BasisWorker } = KTX2Loader as unknown as Parts;
  const glue = readFileSync(createRequire(import.meta.url).resolve('three/examples/jsm/libs/basis/basis_transcoder.js'), 'utf8');
  const work = BasisWorker.toString();
  return [
    ...Object.entries({ EngineFormat, EngineType, TranscoderFormat, BasisFormat }).map(([key, value]) => `let _${key} = ${JSON.stringify(value)};`),
    glue,
    work.slice(work.indexOf('{') + 1, work.lastIndexOf('}')),
    // A transcoder that does not start is an error of the worker; otherwise the page would wait for it.
    "self.addEventListener('unhandledrejection', ({ reason }) => { throw reason; });",
  ].join('\n');
}
