import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Encoding } from './encoding.ts';
import { jsonEncoding } from './json-encoding.ts';
import { Outgoing, payloads } from './outgoing.ts';
import { protobufEncoding } from './protobuf-encoding.ts';
import { type Peer, type Shared, Transport } from './transport.ts';

/** How messages are set apart in an HTTP answer without end. */
export interface Framing {
  kind: 'http_stream' | 'sse';
  encoding: Encoding;
  contentType: string;
  before: Buffer;
  after: Buffer;
  /** Sent at once, so that whoever buffers lets go of the headers. */
  first: Buffer;
}

const nothing = Buffer.alloc(0);

/** The framings of `/connection/http_stream` and `/connection/sse` of Centrifugo. */
export const framings = {
  jsonLines: {
    kind: 'http_stream',
    encoding: jsonEncoding,
    contentType: 'application/json; charset=utf-8',
    before: nothing,
    after: Buffer.from('\n'),
    first: nothing,
  },
  protobuf: {
    kind: 'http_stream',
    encoding: protobufEncoding,
    contentType: 'application/octet-stream',
    before: nothing,
    after: nothing,
    first: nothing,
  },
  eventSource: {
    kind: 'sse',
    encoding: jsonEncoding,
    contentType: 'text/event-stream; charset=utf-8',
    before: Buffer.from('data: '),
    after: Buffer.from('\n\n'),
    first: Buffer.from('\r\n'),
  },
} as const satisfies Record<string, Framing>;

/** An HTTP answer without end as a client's wire; its commands come by `POST /emulation` under the secret `emulated`. */
export class HttpStream extends Transport {
  override readonly kind: Framing['kind'];
  override readonly emulated = randomUUID();
  readonly #response: ServerResponse;
  readonly #framing: Framing;
  #closed: { code: number; reason: string } | null = null;

  constructor(response: ServerResponse, framing: Framing, shared: Shared) {
    super(framing.encoding, shared);
    this.kind = framing.kind;
    this.#framing = framing;
    this.#response = response;
    response.writeHead(200, {
      'Content-Type': framing.contentType,
      'Cache-Control': 'private, no-cache, no-store, must-revalidate, max-age=0',
      'X-Accel-Buffering': 'no',
      Connection: 'keep-alive',
    });
    response.flushHeaders();
    if (framing.first.length > 0) response.write(framing.first);
  }

  listen(peer: Peer): void {
    this.peer = peer;
    this.#response.on('error', () => {});
    this.#response.once('close', () => this.gone());
  }

  whenClosed(callback: () => void): void {
    this.#response.once('close', callback);
  }

  get waitingBytes(): number {
    return this.#response.writableLength;
  }

  get ready(): boolean {
    return !this.#response.writableNeedDrain;
  }

  protected flushWhenReady(): void {
    this.#response.once('drain', () => this.flush());
  }

  write(messages: Outgoing): void {
    if (this.#closed !== null || this.#response.destroyed) return;
    const { before, after } = this.#framing;
    const parts: Buffer[] = [];
    for (const payload of payloads(messages)) parts.push(before, payload, after);
    this.#response.write(Buffer.concat(parts));
  }

  protected end(code: number, reason: string): void {
    if (this.#closed !== null) return;
    this.write(new Outgoing(this.encoding.disconnectPush({ code, reason })));
    this.#closed = { code, reason };
    this.#response.end();
    // A client that does not read would keep it open for ever.
    setTimeout(() => this.#response.destroy(), CLOSE_MILLISECONDS).unref();
  }
}

const CLOSE_MILLISECONDS = 5_000;
