// Reading and writing GLBs with everything that glTF-Transform knows, and what it does not know kept.
import { NodeIO, VertexLayout } from '@gltf-transform/core';
import { ALL_EXTENSIONS } from '@gltf-transform/extensions';
import { MeshoptDecoder, MeshoptEncoder } from 'meshoptimizer';
import { readGlb } from './glb.mjs';
import { keptExtensions } from './kept.mjs';

const QUIET = { debug() {}, info() {}, warn() {}, error: console.error };

/** An I/O for files like this GLB: the extensions that only this file has are registered too. */
export async function ioFor(bytes) {
  await MeshoptDecoder.ready;
  await MeshoptEncoder.ready;
  const { json } = readGlb(bytes);
  return new NodeIO()
    .setLogger(QUIET)
    .setVertexLayout(VertexLayout.SEPARATE)
    .registerExtensions([...ALL_EXTENSIONS, ...keptExtensions(json, ALL_EXTENSIONS)])
    .registerDependencies({ 'meshopt.decoder': MeshoptDecoder, 'meshopt.encoder': MeshoptEncoder });
}
