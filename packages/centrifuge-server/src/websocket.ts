import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Server, type ServerOptions, WebSocket, WebSocketServer } from 'ws';
import { disconnects } from './codes.ts';
import { beforeDestroy, descriptorOf, NO_DESCRIPTOR, writeNow } from './direct-write.ts';
import type { Encoding } from './encoding.ts';
import { jsonEncoding } from './json-encoding.ts';
import type { Outgoing } from './outgoing.ts';
import { protobufEncoding } from './protobuf-encoding.ts';
import type { Peer, Transport } from './transport.ts';
import { binaryFrame, textFrame } from './websocket-frame.ts';

const PROTOBUF = 'centrifuge-protobuf';
const JSON_LINES = 'centrifuge-json';

/** Answers upgrades, and hands out a transport for each. */
export class WebSocketEndpoint {
  readonly #upgrades: Server<typeof ClientSocket>;

  constructor(maxFrameBytes: number) {
    const options: ServerOptions<typeof ClientSocket> & { closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      WebSocket: ClientSocket,
      // Compression costs some 225 KB a connection, and would forbid shared frames.
      perMessageDeflate: false,
      maxPayload: maxFrameBytes,
      closeTimeout: 5_000,
      handleProtocols: (offered) => [PROTOBUF, JSON_LINES].find((protocol) => offered.has(protocol)) ?? false,
    };
    this.#upgrades = new WebSocketServer(options);
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, opened: (transport: ClientSocket) => void): void {
    // centrifuge-python up to 0.5 offers an empty list, which `ws` would refuse.
    if (request.headers['sec-websocket-protocol']?.trim() === '') delete request.headers['sec-websocket-protocol'];
    this.#upgrades.handleUpgrade(request, socket, head, (client) => {
      client.wire(socket);
      if (client.protocol === PROTOBUF || asksForProtobuf(request)) client.encoding = protobufEncoding;
      opened(client);
    });
  }
}

/**
 * A client's WebSocket. Frames are written past `ws`: one buffer then serves all subscribers. They are written past the
 * socket's stream as well, as long as nothing waits in it: its books cost 1.7 µs a frame, which is a quarter of what the
 * kernel takes. Both are safe because without compression `ws` itself also writes whole frames at once (its pongs and
 * close frames), so two can never interleave. One set of listeners serves all sockets; a closure each would cost memory.
 */
export class ClientSocket extends WebSocket implements Transport {
  encoding: Encoding = jsonEncoding;
  raw: Duplex | null = null;
  peer: Peer | null = null;
  #descriptor = NO_DESCRIPTOR;
  /** Something was left to the stream, and may still wait there. */
  #streaming = false;
  #full = false;

  wire(socket: Duplex): void {
    this.raw = socket;
    this.#descriptor = descriptorOf(socket);
    if (this.#descriptor === NO_DESCRIPTOR) return;
    beforeDestroy(socket, () => {
      this.#descriptor = NO_DESCRIPTOR;
    });
  }

  listen(peer: Peer): void {
    this.peer = peer;
    this.on('message', onMessage);
    this.on('close', onClose);
    this.on('error', ignore);
  }

  get waitingBytes(): number {
    return this.raw === null ? 0 : this.raw.writableLength;
  }

  /** Asks the socket only after a write it was too much for: ten thousand looks at cold objects cost. */
  get ready(): boolean {
    if (this.#full && this.raw !== null) this.#full = this.raw.writableNeedDrain;
    return !this.#full && this.raw !== null;
  }

  whenReady(waiting: { flush(): void }): void {
    this.raw?.once('drain', () => waiting.flush());
  }

  write(messages: Outgoing): void {
    const frame = this.encoding.binary ? binaryFrame(messages) : textFrame(messages);
    const written = this.#direct ? writeNow(this.#descriptor, frame) : 0;
    if (written < frame.length) this.#stream(written === 0 ? frame : frame.subarray(written));
  }

  /** Looks into the stream only after it was left something: its objects are cold, and ten thousand of them cost. */
  get #direct(): boolean {
    if (this.#descriptor === NO_DESCRIPTOR) return false;
    if (this.#streaming && this.raw?.writableLength === 0) this.#streaming = false;
    return !this.#streaming;
  }

  #stream(bytes: Buffer): void {
    if (this.raw === null || this.readyState !== WebSocket.OPEN) return;
    this.#streaming = true;
    this.#full = !this.raw.write(bytes);
  }

  override pong(...[data, mask, done]: Parameters<WebSocket['pong']>): void {
    this.#streaming = true;
    super.pong(data, mask, done);
  }

  /** `ws` closes by itself on broken frames, with codes a Centrifuge client misreads: after 1009 it never comes back. */
  override close(code?: number, reason?: string | Buffer): void {
    const broken = this.readyState === WebSocket.OPEN && code !== undefined && BROKEN_FRAME.has(code);
    if (broken && this.peer !== null) {
      this.peer.disconnect(badRequest.code, badRequest.reason);
      return;
    }
    this.#descriptor = NO_DESCRIPTOR;
    if (broken) super.close(badRequest.code, badRequest.reason);
    else super.close(code, reason);
  }
}

const { badRequest } = disconnects;

/** For clients that cannot choose a subprotocol: in the query. */
function asksForProtobuf({ url = '' }: IncomingMessage): boolean {
  const at = url.indexOf('?');
  if (at === -1) return false;
  const query = new URLSearchParams(url.slice(at));
  return query.get('cf_protocol') === 'protobuf' || query.get('format') === 'protobuf';
}

/** Protocol error, invalid UTF-8, too many fragments, message too big. */
const BROKEN_FRAME: ReadonlySet<number> = new Set([1002, 1007, 1008, 1009]);

function onMessage(this: WebSocket, data: unknown): void {
  if (this instanceof ClientSocket && Buffer.isBuffer(data)) this.peer?.receive(data);
}

function onClose(this: WebSocket, code: number, reason: Buffer): void {
  if (!(this instanceof ClientSocket)) return;
  this.peer?.closed(code, reason.toString());
  this.peer = null;
  this.raw = null;
}

/** Every error is followed by `close`. */
function ignore(): void {}
