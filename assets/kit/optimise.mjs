// node assets/kit/optimise.mjs in.glb out.glb: the same scene in a tenth of the bytes.
// Textures become WebP, geometry is quantised and packed by meshopt. Nodes, names, extras and the OMI extensions stay:
// glTF-Transform drops extensions that it does not know, so they are taken from the input and put back by node name.
import { readFile, writeFile } from 'node:fs/promises';
import { NodeIO } from '@gltf-transform/core';
import { ALL_EXTENSIONS } from '@gltf-transform/extensions';
import { dedup, meshopt, prune, quantize, reorder, textureCompress, weld } from '@gltf-transform/functions';
import { MeshoptDecoder, MeshoptEncoder } from 'meshoptimizer';
import sharp from 'sharp';

const KEPT = /^OMI_/;
const JSON_CHUNK = 0x4e4f534a;

function readJson(glb) {
  return JSON.parse(glb.subarray(20, 20 + glb.readUInt32LE(12)).toString('utf8'));
}

function withJson(glb, json) {
  const text = Buffer.from(JSON.stringify(json));
  const padded = Buffer.concat([text, Buffer.alloc((4 - (text.length % 4)) % 4, 0x20)]);
  const rest = glb.subarray(20 + glb.readUInt32LE(12));
  const head = Buffer.alloc(20);
  head.write('glTF', 0, 'ascii');
  head.writeUInt32LE(2, 4);
  head.writeUInt32LE(20 + padded.length + rest.length, 8);
  head.writeUInt32LE(padded.length, 12);
  head.writeUInt32LE(JSON_CHUNK, 16);
  return Buffer.concat([head, padded, rest]);
}

function keptOf(extensions = {}) {
  return Object.fromEntries(Object.entries(extensions).filter(([name]) => KEPT.test(name)));
}

function putBack(source, target) {
  const used = new Set(target.extensionsUsed ?? []);
  const add = (to, extensions) => {
    const kept = keptOf(extensions);
    if (Object.keys(kept).length === 0) return;
    to.extensions = { ...to.extensions, ...kept };
    for (const name of Object.keys(kept)) used.add(name);
  };
  add(target, source.extensions);
  const byName = new Map((source.nodes ?? []).map((node) => [node.name, node]));
  for (const node of target.nodes ?? []) add(node, byName.get(node.name)?.extensions);
  if (used.size > 0) target.extensionsUsed = [...used].sort();
}

const [, , input, output] = process.argv;
await MeshoptEncoder.ready;
await MeshoptDecoder.ready;
const io = new NodeIO().registerExtensions(ALL_EXTENSIONS).registerDependencies({
  'meshopt.encoder': MeshoptEncoder,
  'meshopt.decoder': MeshoptDecoder,
});
const raw = await readFile(input);
const source = readJson(raw);
io.setLogger?.({ debug() {}, info() {}, warn() {}, error: console.error });
const document = await io.readBinary(raw);
document.setLogger({ debug() {}, info() {}, warn() {}, error: console.error });
await document.transform(
  dedup(),
  prune({ keepExtras: true, keepLeaves: true, keepAttributes: true }),
  weld(),
  textureCompress({ encoder: sharp, targetFormat: 'webp', quality: 82 }),
  reorder({ encoder: MeshoptEncoder }),
  quantize({ quantizePosition: 14, quantizeTexcoord: 14, quantizeNormal: 8 }),
  meshopt({ encoder: MeshoptEncoder, level: 'high' }),
);
const packed = Buffer.from(await io.writeBinary(document));
const target = readJson(packed);
putBack(source, target);
await writeFile(output, withJson(packed, target));
