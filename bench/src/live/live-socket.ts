import { connect, type Socket } from 'node:net';
import { livePath } from '@switchboard/protocol';

const headEnd = '\r\n\r\n';
const textOpcode = 1;
const closeOpcode = 8;
// One buffer for the reads of all sockets: what is heard is dealt with, or copied, before the next read.
const shared = Buffer.allocUnsafe(1 << 18);
const maskedHeader = { short: 6, medium: 8 };

/** What every socket of a crowd shares: ten thousand closures would be the bench's memory, not the server's. */
export interface Listener {
  /** A text frame, ping left out. */
  heard(socket: LiveSocket, text: Buffer): void;
  closed(socket: LiveSocket): void;
}

/** A WebSocket of the leanest kind: one message at once, then it listens. */
export class LiveSocket {
  readonly index: number;
  readonly #socket: Socket;
  readonly #listener: Listener;
  #upgraded = false;
  #rest: Buffer | null = null;

  constructor(index: number, port: number, hello: string, listener: Listener) {
    this.index = index;
    this.#listener = listener;
    const socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: shared,
        callback: (length) => {
          this.#take(shared.subarray(0, length), hello);
          return true;
        },
      },
    });
    this.#socket = socket;
    socket.on('error', () => socket.destroy());
    socket.on('close', () => listener.closed(this));
    socket.write(
      `GET ${livePath} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==${headEnd}`,
    );
  }

  /** By a reset: ten thousand ports that wait in TIME_WAIT would be missing at the next attempt. */
  destroy(): void {
    this.#socket.resetAndDestroy();
  }

  #take(bytes: Buffer, hello: string): void {
    let all = this.#rest === null ? bytes : Buffer.concat([this.#rest, bytes]);
    this.#rest = null;
    if (!this.#upgraded) {
      const end = all.indexOf(headEnd);
      if (end < 0) {
        this.#rest = Buffer.from(all);
        return;
      }
      if (!all.toString('latin1', 0, end).startsWith('HTTP/1.1 101')) {
        this.destroy();
        return;
      }
      this.#upgraded = true;
      this.#socket.write(maskedText(hello));
      all = all.subarray(end + headEnd.length);
    }
    this.#takeFrames(all);
  }

  #takeFrames(all: Buffer): void {
    let at = 0;
    while (all.length - at >= 2) {
      const short = (all[at + 1] ?? 0) & 0x7f;
      const header = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (all.length - at < header) break;
      const length =
        short < 126 ? short : short === 126 ? all.readUInt16BE(at + 2) : Number(all.readBigUInt64BE(at + 2));
      if (all.length - at < header + length) break;
      this.#takeFrame((all[at] ?? 0) & 0x0f, all.subarray(at + header, at + header + length));
      at += header + length;
    }
    if (at < all.length) this.#rest = Buffer.from(all.subarray(at));
  }

  #takeFrame(opcode: number, payload: Buffer): void {
    if (opcode === closeOpcode) this.#socket.end(maskedClose);
    else if (opcode !== textOpcode) return;
    else if (payload.length === 2) this.#socket.write(pong);
    else this.#listener.heard(this, payload);
  }
}

/** The mask is all zeros: it is there against proxies, and there are none here. */
function maskedText(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const header = length < 126 ? maskedHeader.short : maskedHeader.medium;
  const frame = Buffer.alloc(header + length);
  frame[0] = 0x80 | textOpcode;
  frame[1] = 0x80 | (length < 126 ? length : 126);
  if (length >= 126) frame.writeUInt16BE(length, 2);
  frame.write(text, header);
  return frame;
}

const pong = maskedText('{}');
const maskedClose = Buffer.from([0x80 | closeOpcode, 0x80, 0, 0, 0, 0]);
