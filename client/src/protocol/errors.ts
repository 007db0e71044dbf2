/** Bytes that are not what docs/protocol.md says. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}
