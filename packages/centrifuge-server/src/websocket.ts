import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { disconnects } from './codes.ts';
import { beforeDestroy, descriptorOf, NO_DESCRIPTOR, writeNow } from './direct-write.ts';
import { type FrameListener, FrameReader } from './frame-reader.ts';
import { jsonEncoding } from './json-encoding.ts';
import type { Outgoing } from './outgoing.ts';
import { protobufEncoding } from './protobuf-encoding.ts';
import { type Peer, type Shared, Transport } from './transport.ts';
import { acceptance, subprotocolOf, subprotocols } from './upgrade.ts';
import { binaryFrame, closeFrame, pongFrame, textFrame } from './websocket-frame.ts';

/** How long a client has to answer a close frame. */
const CLOSE_MILLISECONDS = 5_000;

/**
 * A client's WebSocket. A frame is built once for all who get it, and written past the socket's stream as long as
 * nothing waits in that: the stream's books cost 1.7 µs a frame, a quarter of what the kernel takes. No compression: it
 * costs some 225 KB a connection, and would forbid shared frames.
 */
export class ClientSocket extends Transport implements FrameListener {
  /** The descriptor while it is open and frames go past its stream, where nothing waits then. */
  #direct = NO_DESCRIPTOR;
  #descriptor: number;
  #open = true;
  readonly #socket: Duplex;
  readonly #reader: FrameReader;
  /** The answer to the last ping that came while the stream was full. */
  #owed: Buffer | null = null;
  #cutOff: NodeJS.Timeout | null = null;

  /** Accepts a request that {@link objectionTo} has nothing against. */
  constructor(request: IncomingMessage, socket: Duplex, shared: Shared) {
    const subprotocol = subprotocolOf(request);
    const binary = subprotocol === subprotocols.protobuf || asksForProtobuf(request);
    super(binary ? protobufEncoding : jsonEncoding, shared);
    this.#socket = socket;
    this.#reader = new FrameReader(shared.limits.maxFrameBytes);
    this.#descriptor = descriptorOf(socket);
    if (this.#descriptor !== NO_DESCRIPTOR) beforeDestroy(socket, () => this.#forget());
    if (socket instanceof Socket) socket.setTimeout(0).setNoDelay();
    this.#write(acceptance(request, subprotocol));
  }

  /**
   * From now on the peer hears. Errors of the socket are left to others: each is followed by its end.
   * @param head what came behind the request
   */
  listen(peer: Peer, head: Buffer): void {
    this.peer = peer;
    const socket = this.#socket;
    socket.on('data', (bytes: Buffer) => this.#reader.read(bytes, this));
    socket.on('end', () => this.#finish());
    socket.on('close', () => this.#closed());
    if (head.length > 0) this.#reader.read(head, this);
  }

  get waitingBytes(): number {
    return this.#socket.writableLength;
  }

  get ready(): boolean {
    return this.#direct !== NO_DESCRIPTOR || !this.#socket.writableNeedDrain;
  }

  protected flushWhenReady(): void {
    this.#socket.once('drain', () => this.flush());
  }

  write(messages: Outgoing): void {
    this.#write(this.encoding.binary ? binaryFrame(messages) : textFrame(messages));
  }

  protected end(code: number, reason: string): void {
    if (!this.#open) return;
    this.#write(closeFrame(code, reason));
    this.#finish();
  }

  message(payload: Buffer): void {
    this.peer?.receive(payload);
  }

  /** Who does not read gets no more answers, until it does: then to its last ping alone (RFC 6455 §5.5.3). */
  ping(payload: Buffer): void {
    if (this.#open && this.ready) this.#write(pongFrame(payload));
    else if (this.#open) {
      if (this.#owed === null) this.#socket.once('drain', () => this.#answerPing());
      this.#owed = pongFrame(payload);
    }
  }

  #answerPing(): void {
    if (this.#open && this.#owed !== null) this.#write(this.#owed);
    this.#owed = null;
  }

  closing(code: number, reason: string): void {
    if (this.#open) this.close(code, reason);
    else this.#finish();
  }

  /** With the documented code: of WebSocket's own a client takes some for a drop, and comes back with the same. */
  broken(): void {
    const { code, reason } = disconnects.badRequest;
    if (this.#open) this.peer?.disconnect(code, reason);
    this.#finish();
  }

  #write(bytes: Buffer): void {
    if (this.#direct === NO_DESCRIPTOR) {
      if (!this.#open) return;
      if (this.#socket.writableLength === 0) this.#direct = this.#descriptor;
    }
    const written = this.#direct === NO_DESCRIPTOR ? 0 : writeNow(this.#direct, bytes);
    if (written === bytes.length) return;
    this.#direct = NO_DESCRIPTOR;
    this.#socket.write(bytes.subarray(written));
  }

  /** Its number may be somebody else's from now on. */
  #forget(): void {
    this.#descriptor = NO_DESCRIPTOR;
    this.#direct = NO_DESCRIPTOR;
  }

  /**
   * Nothing is written any more. Our side ends once the client's close frame is here or cannot come; what it still
   * sends is read and dropped, because a socket closed with bytes unread takes back what it has sent.
   */
  #finish(): void {
    this.#open = false;
    this.#forget();
    if (this.#reader.ended || this.#socket.readableEnded) this.#socket.end();
    this.#cutOff ??= setTimeout(() => this.#socket.destroy(), CLOSE_MILLISECONDS);
  }

  #closed(): void {
    this.#open = false;
    if (this.#cutOff !== null) clearTimeout(this.#cutOff);
    this.gone();
  }
}

/** For clients that cannot choose a subprotocol: in the query. */
function asksForProtobuf({ url = '' }: IncomingMessage): boolean {
  const at = url.indexOf('?');
  if (at === -1) return false;
  const query = new URLSearchParams(url.slice(at));
  return query.get('cf_protocol') === 'protobuf' || query.get('format') === 'protobuf';
}
