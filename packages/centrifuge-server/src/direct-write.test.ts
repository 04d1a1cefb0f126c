import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { Agent, createServer as createTlsServer } from 'node:https';
import { type AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { beforeDestroy, descriptorOf, NO_DESCRIPTOR, writeNow } from './direct-write.ts';
import { createMemoryStore } from './memory-store.ts';
import { Outgoing } from './outgoing.ts';
import { createCentrifugeServer } from './server.ts';
import { RawClient, type Started, startServer, turns, wirePair } from './testing.ts';
import { textFrame } from './websocket-frame.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'direct-write-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

const offsetsOf = (client: RawClient): number[] =>
  client.messages.flatMap((message) => (message as { push?: { pub: { offset: number } } }).push?.pub.offset ?? []);

/** A server, and its own end of the connection that came last. */
async function started() {
  let raw: Socket | undefined;
  const live: Started = await startServer({
    allowOrigin({ socket }) {
      raw = socket;
      return true;
    },
  });
  return {
    live,
    rawOf(): Socket {
      if (raw === undefined) throw new Error('nobody came');
      return raw;
    },
  };
}

test('a descriptor given back during a turn is written to no more, whosever it is by then', async () => {
  const { live, rawOf } = await started();
  const client = await live.raw();
  await client.connect();
  const raw = rawOf();
  const descriptor = descriptorOf(raw);
  live.publish('news', 'for the client');
  raw.destroy();
  const path = folder();
  // The system hands out the lowest number that is free: one of these files gets that of the socket.
  const files = Array.from({ length: 20 }, (_, number) => openSync(join(path, String(number)), 'w'));
  expect(files).toContain(descriptor);
  expect(live.server.stats().connections).toBe(1);
  await turns();
  for (const file of files) closeSync(file);
  for (let number = 0; number < files.length; number++) {
    expect(readFileSync(join(path, String(number))).toString()).toBe('');
  }
});

test('a reader that falls behind gets every frame whole and in order, with pongs between them', async () => {
  const live: Started = await startServer({ maxQueueBytes: 16_000_000 });
  const client = await live.raw();
  await client.connect();
  const pongs: string[] = [];
  client.socket.on('pong', (data) => pongs.push(data.toString()));
  client.socket.pause();
  let count = 0;
  // Frames of many sizes, until the system's buffers are full and the stream holds the rest of one.
  while (live.server.stats().queuedBytes < 1_000_000) {
    live.publish('news', 'x'.repeat(1 + ((count * 7_919) % 60_000)));
    if (count % 10 === 0) client.socket.ping(String(count));
    count++;
    await turns(1);
  }
  client.socket.resume();
  await client.until(1 + count);
  for (let more = 0; more < 20; more++) {
    live.publish('news', more);
    client.socket.ping(String(count + more));
  }
  await client.until(1 + count + 20);
  expect(offsetsOf(client)).toEqual(Array.from({ length: count + 20 }, (_, index) => index + 1));
  await vi.waitUntil(() => pongs.at(-1) === String(count + 19));
});

/** What has come, without a turn of the event loop. */
function readAll(client: Socket): Buffer {
  const descriptor = descriptorOf(client);
  const pieces: Buffer[] = [];
  for (;;) {
    const piece = Buffer.alloc(65_536);
    try {
      pieces.push(piece.subarray(0, readSync(descriptor, piece)));
    } catch {
      return Buffer.concat(pieces);
    }
  }
}

test('what waits in the stream is not overtaken when the network takes bytes again', async () => {
  const { client, transport } = await wirePair();
  const sent: Buffer[] = [];
  const write = (text: string) => {
    const message = new Outgoing(Buffer.from(text));
    sent.push(textFrame(message));
    transport.write(message);
  };
  while (transport.waitingBytes === 0) write(`${sent.length} ${'x'.repeat(30_000)}`);
  const received = [readAll(client)];
  expect(transport.waitingBytes).toBeGreaterThan(0);
  write('behind it');
  await vi.waitUntil(() => {
    received.push(readAll(client));
    return transport.waitingBytes === 0;
  });
  write('and past the stream again');
  received.push(readAll(client));
  const frames = Buffer.concat(received);
  expect(frames.subarray(frames.indexOf('\r\n\r\n') + 4).equals(Buffer.concat(sent))).toBe(true);
});

test('after the close frame nothing more is written', async () => {
  const { client, transport } = await wirePair();
  transport.write(new Outgoing(Buffer.from('before')));
  transport.close(3_000, '');
  transport.write(new Outgoing(Buffer.from('after')));
  const received: Buffer[] = [];
  client.on('data', (bytes) => received.push(bytes)).resume();
  // The close frame of a client: masked, without a code. The server then ends the connection.
  client.write(Buffer.from([0x88, 0x80, 0, 0, 0, 0]));
  await once(client, 'end');
  const frames = Buffer.concat(received).toString('latin1').split('\r\n\r\n')[1];
  expect(frames).toBe('\x81\x06before\x88\x02\x0b\xb8');
});

test('over TLS everything goes through its stream', async () => {
  // A key known to both ends: no certificate is needed.
  const keyed = { ciphers: 'PSK-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' } as const;
  const psk = Buffer.alloc(16, 'k');
  const store = createMemoryStore();
  const server = createCentrifugeServer<null>({
    store,
    onConnect: async () => ({ user: '', channels: ['news'], state: null }),
  });
  const https = createTlsServer({ ...keyed, pskCallback: () => psk });
  let descriptor = 0;
  https.on('upgrade', (request, socket, head) => {
    descriptor = descriptorOf(socket);
    server.handleUpgrade(request, socket, head);
  });
  https.listen(0, '127.0.0.1');
  await once(https, 'listening');
  const socket = new WebSocket(`wss://127.0.0.1:${(https.address() as AddressInfo).port}`, {
    agent: new Agent({
      ...keyed,
      pskCallback: () => ({ psk, identity: 'test' }),
      checkServerIdentity: () => undefined,
    }),
  });
  onTestFinished(async () => {
    socket.terminate();
    https.close();
    await server.close();
  });
  const client = new RawClient(socket);
  await once(socket, 'open');
  await client.connect();
  for (let n = 0; n < 100; n++) server.publish('news', store.append('news', JSON.stringify('x'.repeat(n * 100))));
  await client.until(101);
  expect(descriptor).toBe(NO_DESCRIPTOR);
  expect(offsetsOf(client)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
});

test('only a plain socket has a descriptor to write, and only while it is open', async () => {
  expect(descriptorOf(new PassThrough())).toBe(NO_DESCRIPTOR);
  expect(descriptorOf(new (class extends Socket {})())).toBe(NO_DESCRIPTOR);
  const http = createHttpServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => void http.close());
  const socket = new Socket();
  expect(descriptorOf(socket)).toBe(NO_DESCRIPTOR);
  socket.connect((http.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  expect(descriptorOf(socket)).toBeGreaterThan(2);
  const said: string[] = [];
  beforeDestroy(socket, () => said.push(`${socket.destroyed} ${descriptorOf(socket) > 2}`));
  socket.destroy();
  expect(said).toEqual(['true true']);
  expect(descriptorOf(socket)).toBe(NO_DESCRIPTOR);
});

test('a descriptor that takes nothing is no error: the stream knows what to do', () => {
  expect(writeNow(9_999, Buffer.from('x'))).toBe(0);
});
