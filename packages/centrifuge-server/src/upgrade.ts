import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Refusal, refusal } from './gate.ts';

/** RFC 6455 §1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const VERSION = '13';
const key = /^[+/\dA-Za-z]{22}==$/;

export const subprotocols = { protobuf: 'centrifuge-protobuf', json: 'centrifuge-json' } as const;

/** Why a request opens no WebSocket (RFC 6455 §4.2.1), as an HTTP answer; null: it may. */
export function objectionTo({ method, headers }: IncomingMessage): Refusal | null {
  if (method !== 'GET') return refusal(405, 'a WebSocket is opened by GET', { Allow: 'GET' });
  if (headers.upgrade?.toLowerCase() !== 'websocket') return refusal(400, 'the header Upgrade must be websocket');
  if (headers['sec-websocket-version'] !== VERSION) {
    const offer = { Connection: 'close, Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': VERSION };
    return refusal(426, `Sec-WebSocket-Version must be ${VERSION}`, offer);
  }
  if (!key.test(headers['sec-websocket-key'] ?? '')) {
    return refusal(400, 'Sec-WebSocket-Key must be 16 bytes in base64');
  }
  return null;
}

/** The subprotocol that is known here and that the client offers; it may offer none. */
export function subprotocolOf({ headers }: IncomingMessage): string | undefined {
  const offered = headers['sec-websocket-protocol'];
  if (offered === undefined) return undefined;
  const names = offered.split(',').map((name) => name.trim());
  return Object.values(subprotocols).find((known) => names.includes(known));
}

/** The answer that opens it (RFC 6455 §4.2.2). */
export function acceptance({ headers }: IncomingMessage, subprotocol: string | undefined): Buffer {
  const accept = hash('sha1', `${headers['sec-websocket-key']}${GUID}`, 'base64');
  const chosen = subprotocol === undefined ? '' : `Sec-WebSocket-Protocol: ${subprotocol}\r\n`;
  return Buffer.from(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${chosen}\r\n`,
  );
}
