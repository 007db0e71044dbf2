// Puts .br and .gz beside each built file that gets smaller by it: `node .ci/precompress.mjs client/dist`. The server sends them to who accepts them.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const TYPES = new Set(['.bin', '.css', '.html', '.js', '.json', '.svg', '.txt', '.wasm']);
// Below this an answer fits into one packet anyway.
const WORTH_BYTES = 1024;

for (const entry of readdirSync(process.argv[2], { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !TYPES.has(extname(entry.name))) continue;
  const path = join(entry.parentPath, entry.name);
  const content = readFileSync(path);
  if (content.length < WORTH_BYTES) continue;
  writeFileSync(`${path}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
  writeFileSync(`${path}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }));
}
