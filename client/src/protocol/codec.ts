/**
 * CONTROL messages to bytes and back: a kind byte and one msgpack map.
 *
 * Decoding is strict about what this client relies on: every required field is there with the declared type
 * (`SERVER_FIELDS`). Unknown `t` and unknown fields are ignored, so that a newer server can talk to an older page.
 */
import { Decoder, encode } from '@msgpack/msgpack';
import { ProtocolError } from './errors';
import {
  Kind, MESSAGE_MAX_BYTES, SERVER_FIELDS, SERVER_MESSAGE_MAX_BYTES,
  type ClientMessage, type FieldKind, type ServerMessage,
} from './generated';

/** Longest text, list and map of any message from the server: limits before allocation. */
const TEXT_MAX_BYTES = 16 * 1024;
const ITEMS_MAX_COUNT = 4096;

const decoder = new Decoder({
  maxStrLength: TEXT_MAX_BYTES,
  maxBinLength: TEXT_MAX_BYTES,
  maxArrayLength: ITEMS_MAX_COUNT,
  maxMapLength: ITEMS_MAX_COUNT,
  maxExtLength: 0,
});

/** The bytes of a message, kind byte included. Throws ProtocolError when the server would refuse its size. */
export function encodeControl(message: ClientMessage): Uint8Array<ArrayBuffer> {
  const body = encode(message);
  const bytes = new Uint8Array(body.length + 1);
  if (bytes.length > MESSAGE_MAX_BYTES) throw new ProtocolError(`a message of ${bytes.length} bytes`);
  bytes[0] = Kind.CONTROL;
  bytes.set(body, 1);
  return bytes;
}

/** A message from the server, or null for a `t` that is not known here. Throws ProtocolError. */
export function decodeControl(bytes: Uint8Array): ServerMessage | null {
  if (bytes.length > SERVER_MESSAGE_MAX_BYTES) throw new ProtocolError(`a message of ${bytes.length} bytes`);
  if (bytes[0] !== Kind.CONTROL) throw new ProtocolError('not a control message');
  const message = unpack(bytes.subarray(1));
  const fields = requiredFields(message['t']);
  if (!fields) return null;
  for (const [name, kind] of Object.entries(fields)) {
    if (!hasKind(message[name], kind)) throw new ProtocolError(`${String(message['t'])}.${name}: expected ${kind}`);
  }
  return message as unknown as ServerMessage;
}

function unpack(body: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = decoder.decode(body);
  } catch (error) {
    throw new ProtocolError(`not msgpack: ${String(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ProtocolError('not a map');
  return value as Record<string, unknown>;
}

function requiredFields(t: unknown): Readonly<Record<string, FieldKind>> | null {
  if (typeof t !== 'string') throw new ProtocolError('t: expected a string');
  return Object.hasOwn(SERVER_FIELDS, t) ? SERVER_FIELDS[t as ServerMessage['t']] : null;
}

function hasKind(value: unknown, kind: FieldKind): boolean {
  switch (kind) {
    case 'int':
      return Number.isSafeInteger(value);
    case 'float':
      return typeof value === 'number' && Number.isFinite(value);
    case 'string':
      return typeof value === 'string';
    case 'string?':
      return typeof value === 'string' || value === null;
    case 'boolean':
      return typeof value === 'boolean';
    case 'list':
      return Array.isArray(value);
    case 'map':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
  }
}
