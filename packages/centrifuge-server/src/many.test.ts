import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Core } from './core.ts';
import { jsonEncoding } from './json-encoding.ts';
import type { ClientsState } from './many-clients.ts';
import { createMemoryStore } from './memory-store.ts';
import { type Outgoing, payloads } from './outgoing.ts';
import { encodeDelimited } from './protobuf-codec.ts';
import { protobufEncoding } from './protobuf-encoding.ts';
import { createCentrifugeServer } from './server.ts';
import { manualClock, TestWire, turns } from './testing.ts';

const COUNT = 10_000;

/** A wire that only counts, and remembers its last message. */
class CountingWire extends TestWire {
  messages = 0;
  last: Buffer | null = null;

  override write(messages: Outgoing): void {
    const list = payloads(messages);
    this.messages += list.length;
    this.last = list.at(-1) ?? null;
  }
}

test('ten thousand connections get every publication once, from one encoding for each format, and leave nothing', async () => {
  const store = createMemoryStore();
  const clock = manualClock();
  const core = new Core<null>({
    store,
    onConnect: async () => ({ user: '', channels: ['news'], state: null }),
    clock,
  });
  const wires = Array.from(
    { length: COUNT },
    (_, index) => new CountingWire(core, index % 2 === 1 ? protobufEncoding : jsonEncoding),
  );
  const hello = [Buffer.from('{"id":1,"connect":{}}'), encodeDelimited('Command', { id: 1, connect: {} })];
  for (const wire of wires) {
    wire.peer?.receive(hello[wire.encoding.slot] ?? Buffer.alloc(0));
  }
  await expect.poll(() => core.sessions.size).toBe(COUNT);
  for (let n = 1; n <= 10; n++) {
    core.hub.publish('news', store.append('news', `{"n":${n}}`));
    await turns(1);
  }
  await expect.poll(() => wires.every(({ messages }) => messages === 11), { timeout: 10_000 }).toBe(true);
  expect(new Set(wires.map(({ last }) => last)).size).toBe(2);
  expect(core.deliveries).toBe(COUNT * 10);
  // Nobody answers the pings.
  for (let second = 0; second < 60; second++) {
    clock.advance(1);
    core.sweep();
  }
  await expect.poll(() => core.sessions.size).toBe(0);
  expect({ channels: core.hub.size, transports: core.transports.size }).toEqual({ channels: 0, transports: 0 });
}, 30_000);

/** Every socket is an open file, and a process has some of its own. */
const OPEN_FILES = COUNT + 500;
const limit = openFilesLimit();

function openFilesLimit(): number {
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft: number | 'unlimited' } } };
  const soft = userLimits?.open_files?.soft ?? 0;
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : soft;
}

const name =
  limit < OPEN_FILES
    ? `ten thousand real sockets: not run, the limit on open files is ${limit} and would have to be ${OPEN_FILES}`
    : 'ten thousand real sockets: all connect, hear each publication once, are closed by a restart, and all recover';

test.skipIf(limit < OPEN_FILES)(
  name,
  async () => {
    const store = createMemoryStore();
    const start = () =>
      createCentrifugeServer<null>({
        store,
        maxConnectionsPerAddress: COUNT,
        onConnect: async ({ data }) => ({ user: '', channels: ['all', `of:${data}`], state: null }),
      });
    let server = start();
    const http = createServer();
    http.on('upgrade', (request, socket, head) => server.handleUpgrade(request, socket, head));
    http.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 });
    await once(http, 'listening');
    const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/connection/websocket`;
    const clients = fork(new URL('many-clients.ts', import.meta.url), [url, String(COUNT)], { execArgv: [] });
    onTestFinished(async () => {
      clients.disconnect();
      await once(clients, 'exit');
      await server.close();
      http.close();
    });
    const everyone = async (state: Partial<ClientsState>) =>
      expect.poll(() => stateOf(clients), { timeout: 60_000, interval: 200 }).toMatchObject(state);

    await everyone({ connected: COUNT });
    server.publish('all', store.append('all', '1'));
    for (let index = 1; index <= COUNT; index++) server.publish(`of:${index}`, store.append(`of:${index}`, '2'));
    await everyone({ heard: { '[1,2]': COUNT } });

    const old = server;
    const closed = old.close();
    for (let index = 1; index <= COUNT; index++) store.append(`of:${index}`, '3');
    server = start();
    await closed;
    expect(old.stats()).toMatchObject({ connections: 0, channels: 0, queuedBytes: 0 });
    await everyone({ connected: COUNT, heard: { '[1,2,3]': COUNT }, recovered: 2 * COUNT, ended: { 3001: COUNT } });
    expect(server.stats()).toMatchObject({ connections: COUNT, recovered: 2 * COUNT, notRecovered: 0 });
  },
  180_000,
);

async function stateOf(clients: ChildProcess): Promise<ClientsState> {
  const answer = once(clients, 'message');
  clients.send('state');
  const [state] = await answer;
  return state as ClientsState;
}
