import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Core } from './core.ts';
import type { Gate } from './gate.ts';
import { Handshake } from './handshake.ts';
import { bodyOf } from './http-body.ts';
import { type Framing, framings, HttpStream } from './http-stream.ts';
import { decodeEmulation } from './json-decode.ts';
import type { Paths } from './options.ts';
import { decodeEmulationProtobuf } from './protobuf-decode.ts';

const defaultPaths: Paths = {
  httpStream: '/connection/http_stream',
  sse: '/connection/sse',
  emulation: '/emulation',
};

/**
 * HTTP streams and server-sent events: answers without end, whose clients post their commands to the emulation
 * endpoint (Centrifuge protocol v2, as npm `centrifuge` uses them where WebSockets do not get through).
 */
export class HttpEndpoint<S> {
  readonly #core: Core<S>;
  readonly #paths: Paths;
  readonly #streams = new Map<string, HttpStream>();
  readonly #gate: Gate<S>;

  constructor(core: Core<S>, gate: Gate<S>) {
    this.#core = core;
    this.#paths = { ...defaultPaths, ...core.options.paths };
    this.#gate = gate;
  }

  /** False: not one of its paths. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const [path = '', query = ''] = (request.url ?? '').split('?', 2);
    const { httpStream, sse, emulation } = this.#paths;
    if (path !== httpStream && path !== sse && path !== emulation) return false;
    response.on('error', () => {});
    this.#answer(request, response, path, query).catch(() => end(response, 400));
    return true;
  }

  async #answer(request: IncomingMessage, response: ServerResponse, path: string, query: string): Promise<void> {
    const { httpStream, emulation } = this.#paths;
    const opens = path !== emulation && request.method !== 'OPTIONS';
    const refusal = await this.#gate.admit(request, opens ? response : null, (address) => {
      this.#allowOrigin(request, response);
      if (request.method === 'OPTIONS') return preflight(request, response);
      if (path === emulation) return this.#emulate(request, response);
      if (path === httpStream) return this.#stream(request, response, address);
      return this.#events(request, response, query, address);
    });
    if (refusal !== null) response.writeHead(refusal.status, refusal.headers).end(refusal.text);
  }

  async #stream(request: IncomingMessage, response: ServerResponse, address: string): Promise<void> {
    if (request.method !== 'POST') return end(response, 405);
    const body = await bodyOf(request, this.#core.limits.maxFrameBytes);
    if (body === null) return end(response, 413);
    // A close may have begun while its body was read.
    if (this.#gate.closing) return end(response, 503);
    const framing = isBinary(request) ? framings.protobuf : framings.jsonLines;
    this.#open(request, response, framing, address, body);
  }

  async #events(request: IncomingMessage, response: ServerResponse, query: string, address: string): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'POST') return end(response, 405);
    const body =
      request.method === 'GET'
        ? Buffer.from(new URLSearchParams(query).get('cf_connect') ?? '')
        : await bodyOf(request, this.#core.limits.maxFrameBytes);
    if (body === null || body.length > this.#core.limits.maxFrameBytes) return end(response, 413);
    if (this.#gate.closing) return end(response, 503);
    this.#open(request, response, framings.eventSource, address, body);
  }

  #open(
    { headers, url = '' }: IncomingMessage,
    response: ServerResponse,
    framing: Framing,
    address: string,
    commands: Buffer,
  ): void {
    // The client has gone in the meantime, and nothing would tell it again.
    if (response.destroyed) return;
    const stream = new HttpStream(response, framing, this.#core);
    this.#core.transports.add(stream);
    this.#streams.set(stream.emulated, stream);
    stream.listen(new Handshake(this.#core, stream, { headers, url, address }));
    stream.whenClosed(() => this.#streams.delete(stream.emulated));
    stream.peer?.receive(commands);
  }

  /** Commands of a client for its stream. A stream that is gone is no error: the client hears of it there. */
  async #emulate(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') return end(response, 405);
    const body = await bodyOf(request, this.#core.limits.maxFrameBytes);
    if (body === null) return end(response, 413);
    const { session, node, data } = isBinary(request) ? decodeEmulationProtobuf(body) : decodeEmulation(body);
    if (node !== this.#core.node) return end(response, 404);
    this.#streams.get(session)?.peer?.receive(data);
    end(response, 204);
  }

  /** Pages of foreign origins may read the answers where the application lets them in; without its word, as anybody. */
  #allowOrigin({ headers }: IncomingMessage, response: ServerResponse): void {
    if (headers.origin === undefined) return;
    const judged = this.#core.options.allowOrigin !== undefined;
    response.setHeader('Access-Control-Allow-Origin', judged ? headers.origin : '*');
    response.setHeader('Vary', 'Origin');
    if (judged) response.setHeader('Access-Control-Allow-Credentials', 'true');
  }
}

function preflight({ headers }: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Methods', 'GET, POST');
  response.setHeader(
    'Access-Control-Allow-Headers',
    headers['access-control-request-headers'] ?? 'Content-Type, Accept',
  );
  response.setHeader('Access-Control-Max-Age', '300');
  end(response, 204);
}

function isBinary({ headers }: IncomingMessage): boolean {
  return headers['content-type']?.startsWith('application/octet-stream') ?? false;
}

function end(response: ServerResponse, status: number): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, status === 204 ? {} : { Connection: 'close', 'Content-Length': 0 }).end();
}
