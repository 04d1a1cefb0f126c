import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Centrifuge, type Options as ClientOptions } from 'centrifuge';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { Clock } from './clock.ts';
import { Core } from './core.ts';
import type { Encoding } from './encoding.ts';
import { Handshake } from './handshake.ts';
import { jsonEncoding } from './json-encoding.ts';
import { createMemoryStore, type MemoryStore } from './memory-store.ts';
import type { CentrifugeServer, Options } from './options.ts';
import type { Outgoing } from './outgoing.ts';
import { createCentrifugeServer } from './server.ts';
import { type Peer, Transport } from './transport.ts';
import { ClientSocket } from './websocket.ts';

export interface ManualClock extends Clock {
  advance(seconds: number): void;
}

/** A clock that stands still until it is told to go on. */
export function manualClock(): ManualClock {
  let time = 1_000_000;
  const callbacks = new Set<() => void>();
  return {
    now: () => time,
    monotonic: () => time,
    every(_milliseconds, callback) {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
    advance(seconds) {
      for (let second = 0; second < seconds; second++) {
        time += 1_000;
        for (const callback of callbacks) callback();
      }
    },
  };
}

export interface State {
  data: unknown;
}

export interface Started {
  server: CentrifugeServer<State>;
  memory: MemoryStore;
  clock: ManualClock;
  errors: unknown[];
  url: string;
  /** Of the HTTP endpoints, without a slash at the end. */
  base: string;
  /** Commits and hands over. */
  publish(channel: string, data: unknown): void;
  /** The network goes away under all clients. */
  dropAll(): void;
  client(clientOptions?: Partial<ClientOptions>, elsewhere?: string): Centrifuge;
  /** A client without manners. */
  raw(headers?: Record<string, string>): Promise<RawClient>;
}

/** A whole server on a free port, with the clients the test asks for; all of it ends with the test. */
export async function startServer(
  options: Partial<Options<State>> & { channels?: string[]; memory?: MemoryStore } = {},
) {
  const { channels = ['news'], memory = createMemoryStore(), ...rest } = options;
  const clock = manualClock();
  const errors: unknown[] = [];
  const server = createCentrifugeServer<State>({
    store: memory,
    onConnect: async ({ data }) => ({ user: 'ann', channels, state: { data } }),
    onError: (error) => errors.push(error),
    clock,
    ...rest,
  });
  const sockets = new Set<Socket>();
  const http = createServer();
  http.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  http.on('upgrade', server.handleUpgrade);
  http.on('request', (request, response) => {
    if (!server.handleRequest(request, response)) response.writeHead(404).end();
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address() as AddressInfo;
  const base = `http://127.0.0.1:${address.port}`;
  const url = `ws://127.0.0.1:${address.port}/connection/websocket`;
  const clients: { disconnect(): void }[] = [];
  onTestFinished(async () => {
    for (const client of clients) client.disconnect();
    for (const socket of sockets) socket.destroy();
    http.close();
    await server.close();
  });

  return {
    server,
    memory,
    clock,
    errors,
    url,
    base,
    publish(channel: string, data: unknown): void {
      server.publish(channel, memory.append(channel, JSON.stringify(data)));
    },
    dropAll(): void {
      for (const socket of sockets) socket.destroy();
    },
    client(clientOptions = {}, elsewhere = url): Centrifuge {
      const client = new Centrifuge(elsewhere, { minReconnectDelay: 1, maxReconnectDelay: 10, ...clientOptions });
      // Without a listener an error event would be thrown.
      client.on('error', () => {});
      clients.push(client);
      return client;
    },
    async raw(headers: Record<string, string> = {}): Promise<RawClient> {
      const socket = new WebSocket(url, { headers });
      clients.push({ disconnect: () => socket.terminate() });
      const client = new RawClient(socket);
      await once(socket, 'open');
      return client;
    },
  };
}

/** The request that opens a WebSocket, with RFC 6455's example of a key. */
export function upgradeRequest(headers: Record<string, string> = {}): string {
  const all = {
    Host: 'here',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET /connection/websocket HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** A server's end of a WebSocket, what it tells, and the client's bare socket, which reads nothing by itself. */
export async function wirePair() {
  const http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).pause();
  onTestFinished(() => {
    client.destroy();
    http.close();
  });
  client.write(upgradeRequest());
  const [request, socket, head] = await once(http, 'upgrade');
  socket.on('error', () => {});
  const core = new Core<null>({
    store: createMemoryStore(),
    onConnect: async () => ({ user: '', channels: [], state: null }),
    maxFrameBytes: 1_000,
  });
  const transport = new ClientSocket(request, socket, core);
  const heard: string[] = [];
  const peer: Peer = {
    receive: (frame) => void heard.push(frame.toString()),
    closed: () => void heard.push('closed'),
    disconnect: (code, reason) => transport.close(code, reason),
    tick() {},
  };
  transport.listen(peer, head);
  return { client, transport, heard };
}

/** A client's wire without a network: it is always ready, and what is written to it goes nowhere. */
export class TestWire extends Transport {
  readonly waitingBytes: number = 0;
  readonly ready: boolean = true;

  constructor(core: Core<null>, encoding: Encoding = jsonEncoding) {
    super(encoding, core);
    core.transports.add(this);
    this.peer = new Handshake(core, this, { headers: {}, address: '', url: '' });
  }

  connect(request: object): void {
    this.peer?.receive(Buffer.from(JSON.stringify({ id: 1, connect: request })));
  }

  protected flushWhenReady(): void {}

  write(_messages: Outgoing): void {}

  protected end(_code: number, _reason: string): void {
    const { peer } = this;
    queueMicrotask(() => peer?.closed());
  }
}

/** A client's frame (RFC 6455 §5.2). */
export function maskedFrame(opcode: number, payload: ArrayLike<number>, { final = true } = {}): Buffer {
  const { length } = payload;
  const header = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  header[0] = (final ? 0x80 : 0) | opcode;
  header[1] = 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (header.length === 4) header.writeUInt16BE(length, 2);
  else if (header.length === 10) header.writeBigUInt64BE(BigInt(length), 2);
  const mask = Buffer.from([0x12, 0xab, 0x34, 0xcd]);
  const masked = Buffer.from(Array.from(payload, (byte, index) => byte ^ (mask[index % 4] ?? 0)));
  return Buffer.concat([header, mask, masked]);
}

/** Sends any bytes, and keeps what comes back. */
export class RawClient {
  readonly socket: WebSocket;
  /** Frames as text. */
  readonly frames: string[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  #wanted: { test(): boolean; done(): void } | null = null;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('message', (data) => {
      this.frames.push(data.toString());
      if (this.#wanted?.test()) this.#wanted.done();
    });
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** All messages so far, parsed. */
  get messages(): unknown[] {
    return this.frames.flatMap((frame) => frame.split('\n')).map((text) => JSON.parse(text));
  }

  send(...commands: unknown[]): void {
    this.socket.send(commands.map((command) => JSON.stringify(command)).join('\n'));
  }

  async connect(request: object = {}): Promise<void> {
    this.send({ id: 1, connect: request });
    await this.until(1);
  }

  /** Waits for so many messages in all. */
  until(count: number): Promise<void> {
    return new Promise((done) => {
      const test = () => this.messages.length >= count;
      if (test()) done();
      else this.#wanted = { test, done };
    });
  }
}

interface Events {
  // biome-ignore lint/suspicious/noExplicitAny: the shape of the client's own emitter
  on(event: any, listener: (context: any) => void): unknown;
}

/** Resolves with the context of the client's next event of that name. */
export function next<C = unknown>(client: Events, event: string): Promise<C> {
  return new Promise((resolve) => client.on(event, resolve));
}

/** Notes the events of a client, and lets a test wait until there are so many. */
export function record<C>(client: Events, event: string) {
  const seen: C[] = [];
  const waiting: { count: number; done(): void }[] = [];
  client.on(event, (context: C) => {
    seen.push(context);
    for (const { count, done } of waiting) if (seen.length >= count) done();
  });
  return {
    seen,
    until: (count: number): Promise<void> =>
      seen.length >= count ? Promise.resolve() : new Promise((done) => waiting.push({ count, done })),
  };
}

/** Lets everything that waits for the end of the turn have its turn. */
export async function turns(count = 3): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
