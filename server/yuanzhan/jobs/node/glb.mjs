// A GLB as its JSON and its one binary chunk, and back.
const MAGIC = 0x46546c67;
const JSON_CHUNK = 0x4e4f534a;
const BIN_CHUNK = 0x004e4942;

/** `{ json, bin }` of a GLB. Throws for anything else. */
export function readGlb(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC || view.getUint32(16, true) !== JSON_CHUNK) throw new Error('not a GLB');
  const jsonBytes = view.getUint32(12, true);
  const json = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + 20, jsonBytes).toString('utf8'));
  const at = 20 + jsonBytes;
  const binBytes = at + 8 <= bytes.byteLength ? view.getUint32(at, true) : 0;
  return { json, bin: bytes.subarray(at + 8, at + 8 + binBytes) };
}

/** A GLB of `json` and the pieces of its binary chunk, each of which must be a multiple of four bytes long. */
export function writeGlb(json, pieces) {
  const text = Buffer.from(JSON.stringify(json));
  const padding = Buffer.alloc((4 - (text.length % 4)) % 4, 0x20);
  const binBytes = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  const jsonBytes = text.length + padding.length;
  const head = Buffer.alloc(20);
  head.writeUInt32LE(MAGIC, 0);
  head.writeUInt32LE(2, 4);
  head.writeUInt32LE(20 + jsonBytes + (binBytes > 0 ? 8 + binBytes : 0), 8);
  head.writeUInt32LE(jsonBytes, 12);
  head.writeUInt32LE(JSON_CHUNK, 16);
  if (binBytes === 0) return Buffer.concat([head, text, padding]);
  const binHead = Buffer.alloc(8);
  binHead.writeUInt32LE(binBytes, 0);
  binHead.writeUInt32LE(BIN_CHUNK, 4);
  return Buffer.concat([head, text, padding, binHead, ...pieces]);
}
