import { isUtf8 } from 'node:buffer';
import { assertDepth } from './raw-json.ts';

/**
 * What a publication, message or answer carries: JSON text, or bytes that are no JSON. Bytes travel in protobuf only; a
 * connection that speaks JSON cannot be given them.
 */
export interface Payload {
  /** JSON text; empty when `bytes` is there. */
  json: string;
  /** Instead of `json`. */
  bytes?: Uint8Array | undefined;
}

/** Who published, joined or is present: the `ClientInfo` of Centrifuge protocol v2. */
export interface ClientInfo {
  user: string;
  client: string;
  /** JSON text: what the application said of the connection. */
  connInfo?: string;
  /** JSON text: what the application said of the subscription. */
  chanInfo?: string;
}

/** Any value as payload: a `Uint8Array` as bytes, all else as JSON. @throws RangeError for JSON too deep to write. */
export function payloadOf(value: unknown): Payload {
  return value instanceof Uint8Array ? { json: '', bytes: value } : { json: JSON.stringify(value) ?? 'null' };
}

/**
 * Bytes of a protobuf client: JSON when they are JSON, byte for byte; else themselves.
 * @throws SyntaxError for JSON nested more than a thousand levels deep.
 */
export function payloadOfBytes(bytes: Uint8Array): Payload {
  if (isUtf8(bytes)) {
    const json = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    if (isJson(json)) {
      assertDepth(json);
      return { json };
    }
  }
  return { json: '', bytes: Uint8Array.from(bytes) };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What the application's functions see of a payload: the parsed JSON, or the bytes. */
export function valueIn({ json, bytes }: Payload): unknown {
  if (bytes !== undefined) return bytes;
  return json === '' ? undefined : JSON.parse(json);
}

/** A payload as the bytes a protobuf client gets. */
export function bytesOf({ json, bytes }: Payload): Uint8Array {
  return bytes ?? Buffer.from(json);
}

/** JSON text of a value that may be absent. */
export function jsonOf(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}
