import { expect, test } from 'vitest';
import { Core } from './core.ts';
import type { Encoding } from './encoding.ts';
import type { HistoryRequest } from './history.ts';
import { jsonEncoding } from './json-encoding.ts';
import { createMemoryStore } from './memory-store.ts';
import type { Options } from './options.ts';
import { Outgoing } from './outgoing.ts';
import { manualClock, type RawClient, type Started, startServer, TestWire, turns } from './testing.ts';
import { textFrame } from './websocket-frame.ts';

const kilobytes64 = 'x'.repeat(65_536);
const large = JSON.stringify('x'.repeat(10_000));

function stopReading({ socket }: RawClient): void {
  socket.pause();
}

/** Until the system's own buffers are full and the server's queue grows. */
async function fill(live: Started, done: () => boolean): Promise<void> {
  for (let count = 0; count < 2_000 && !done(); count++) {
    live.publish('news', kilobytes64);
    await turns(1);
  }
  expect(done()).toBe(true);
}

test('a client that does not read is closed with 3008, and its queue is given back', async () => {
  const live: Started = await startServer({ maxQueueBytes: 300_000 });
  const slow = await live.raw();
  await slow.connect();
  stopReading(slow);
  let most = 0;
  await fill(live, () => {
    most = Math.max(most, live.server.stats().queuedBytes);
    return live.server.stats().connections === 0;
  });
  expect(most).toBeGreaterThan(65_536);
  expect(most).toBeLessThan(400_000);
  slow.socket.resume();
  expect(await slow.closed).toEqual({ code: 3008, reason: 'slow' });
});

test('a reader that falls behind and catches up loses nothing', async () => {
  const live: Started = await startServer({ maxQueueBytes: 4_000_000 });
  const slow = await live.raw();
  await slow.connect();
  stopReading(slow);
  await fill(live, () => live.server.stats().queuedBytes > 1_000_000);
  for (let n = 0; n < 50; n++) live.publish('news', n);
  slow.socket.resume();
  const top = await position(live);
  await slow.until(1 + top);
  const offsets = slow.messages
    .slice(1)
    .map((message) => (message as { push: { pub: { offset: number } } }).push.pub.offset);
  expect(offsets).toEqual(Array.from({ length: top }, (_, index) => index + 1));
  expect(live.server.stats()).toMatchObject({ connections: 1, queuedBytes: 0 });
});

/** A wire whose network takes what the test says. */
class FullWire extends TestWire {
  override waitingBytes = 0;
  override ready = true;
  closedWith = 0;

  protected override end(code: number): void {
    this.closedWith = code;
  }
}

async function position(live: Started): Promise<number> {
  const answers = await live.memory.read([{ channel: 'news', since: null, limit: 0 }]);
  return answers.get('news')?.top ?? 0;
}

test('a reader that keeps up may get more in one turn than may wait', async () => {
  const live: Started = await startServer({ maxQueueBytes: 100_000 });
  const fast = await live.raw();
  await fast.connect();
  for (let n = 0; n < 12; n++) live.publish('news', 'x'.repeat(10_000));
  await fast.until(13);
  expect(fast.socket.readyState).toBe(1);
});

async function fullWire(store = createMemoryStore(), options: Partial<Options<null>> = {}, encoding = jsonEncoding) {
  const core = new Core<null>({
    store,
    onConnect: async () => ({ user: '', channels: ['news'], state: null }),
    clock: manualClock(),
    maxQueueBytes: 100_000,
    ...options,
  });
  const wire = new FullWire(core, encoding);
  wire.connect({});
  await turns();
  expect(core.sessions.size).toBe(1);
  const signal = async (bytes: number) => {
    core.hub.signal('news', JSON.stringify('x'.repeat(bytes)));
    await turns();
  };
  return { core, wire, signal };
}

test('what the network still holds counts for the first message that finds it behind', async () => {
  const { wire, signal } = await fullWire();
  wire.ready = false;
  wire.waitingBytes = 90_000;
  await signal(20_000);
  expect(wire.closedWith).toBe(3008);
});

test('what the network still holds counts for every message behind the first', async () => {
  const { wire, signal } = await fullWire();
  wire.ready = false;
  wire.waitingBytes = 60_000;
  await signal(20_000);
  expect(wire.closedWith).toBe(0);
  await signal(30_000);
  expect(wire.closedWith).toBe(3008);
});

test('a large answer may wait, and once it was taken the limit is the old one', async () => {
  const { wire, signal } = await fullWire();
  wire.ready = false;
  wire.queueReply(Buffer.alloc(200_000));
  await signal(50_000);
  expect(wire.closedWith).toBe(0);
  wire.ready = true;
  wire.flush();
  wire.ready = false;
  await signal(150_000);
  expect(wire.closedWith).toBe(3008);
});

test('a subscription by the server gives what was missed whole, however much, and then the limit is the old one', async () => {
  const store = createMemoryStore();
  const { epoch } = store.append('large', '0');
  for (let n = 0; n < 50; n++) store.append('large', large);
  const { core, wire } = await fullWire(store);
  wire.ready = false;
  const [session] = core.sessions;
  await session?.subscribe('large', { recoverSince: { epoch, offset: 0 } });
  expect({ closedWith: wire.closedWith, deliveries: core.deliveries }).toEqual({ closedWith: 0, deliveries: 51 });
  expect(wire.queuedBytes).toBeGreaterThan(500_000);
  for (let n = 0; n < 11; n++) session?.signal('large', large);
  expect(wire.closedWith).toBe(3008);
});

test('a connection that is cut off by what was published while it came is told to nobody, and gone', async () => {
  const memory = createMemoryStore();
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const read = async (requests: HistoryRequest[]) => {
    const early = await memory.read(requests);
    await opened;
    return early;
  };
  const told: string[] = [];
  const core = new Core<null>({
    store: { read },
    onConnect: async () => ({ user: '', channels: ['news'], state: null }),
    onConnected: () => told.push('connected'),
    onDisconnect: () => told.push('disconnected'),
    clock: manualClock(),
    maxQueueBytes: 100_000,
  });
  const wire = new FullWire(core);
  wire.ready = false;
  wire.connect({});
  await turns();
  for (let n = 0; n < 30; n++) core.hub.publish('news', memory.append('news', large));
  open();
  await turns();
  wire.peer?.closed();
  expect({ closedWith: wire.closedWith, told, sessions: core.sessions.size }).toEqual({
    closedWith: 3008,
    told: [],
    sessions: 0,
  });
  expect(core.deliveries).toBeLessThan(12);
});

test('of many large answers that are ready together no more are encoded than show that the client is slow', async () => {
  const store = createMemoryStore();
  for (let n = 0; n < 300; n++) store.append('large', large);
  let encoded = 0;
  const encoding: Encoding = {
    ...jsonEncoding,
    history(id, page) {
      encoded++;
      return jsonEncoding.history(id, page);
    },
  };
  const { core, wire } = await fullWire(store, { onHistory: async () => true }, encoding);
  wire.ready = false;
  const command = (_: unknown, id: number) => `{"id":${id + 2},"history":{"channel":"large","limit":300}}`;
  wire.peer?.receive(Buffer.from(Array.from({ length: 60 }, command).join('\n')));
  await turns();
  expect({ closedWith: wire.closedWith, encoded, sessions: core.sessions.size }).toEqual({
    closedWith: 3008,
    encoded: 2,
    sessions: 0,
  });
});

test('what a closed connection would have got is let go of, and counts as delivered to nobody', async () => {
  const { core, wire, signal } = await fullWire();
  wire.ready = false;
  await signal(20_000);
  const { deliveries } = core;
  const [session] = core.sessions;
  session?.disconnect(3_000, 'gone');
  session?.signal('news', '1');
  expect({ closedWith: wire.closedWith, queued: wire.queuedBytes, deliveries: core.deliveries }).toEqual({
    closedWith: 3_000,
    queued: 0,
    deliveries,
  });
});

test('a recovery larger than the queue is sent whole', async () => {
  const live: Started = await startServer({ maxQueueBytes: 100_000 });
  const { epoch } = live.memory.append('news', '0');
  for (let n = 0; n < 200; n++) live.memory.append('news', JSON.stringify(kilobytes64));
  const client = await live.raw();
  client.send({ id: 1, connect: { subs: { news: { recover: true, offset: 1, epoch } } } });
  await client.until(1);
  live.publish('news', 'after');
  await client.until(2);
  expect(client.messages[0]).toMatchObject({ connect: { subs: { news: { recovered: true } } } });
  expect(client.messages[1]).toMatchObject({ push: { pub: { offset: 202 } } });
});

test('the messages of one turn share a frame, one alone has its own', async () => {
  const live: Started = await startServer();
  const clients = await Promise.all([live.raw(), live.raw()]);
  for (const client of clients) await client.connect();
  for (const n of [1, 2, 3]) live.publish('news', n);
  for (const client of clients) await client.until(4);
  live.publish('news', 4);
  for (const client of clients) await client.until(5);
  for (const client of clients) expect(client.frames.map((frame) => frame.split('\n').length)).toEqual([1, 3, 1]);
});

test.each([1, 125, 126, 65_535, 65_536, 70_000])('a frame of %d bytes has the header of RFC 6455', (length) => {
  const frame = textFrame(new Outgoing(Buffer.alloc(length, 'x')));
  const header = length < 126 ? [length] : length < 65_536 ? [126, length >> 8, length & 255] : [127, 0, 0, 0, 0, 0, 1];
  expect([...frame.subarray(0, header.length + 1)]).toEqual([0x81, ...header]);
  expect(frame.subarray(-length).toString()).toBe('x'.repeat(length));
});

test('a fan-out to many is cut into slices that let other work through', async () => {
  const { Flusher } = await import('./flusher.ts');
  const flusher = new Flusher();
  let flushed = 0;
  const busy = {
    flush() {
      flushed++;
      const until = performance.now() + 0.05;
      while (performance.now() < until);
    },
  };
  for (let count = 0; count < 1_000; count++) flusher.add(busy);
  let slices = 0;
  while (flushed < 1_000) {
    await turns(1);
    slices++;
  }
  expect(slices).toBeGreaterThan(5);
});

test('thousands that hear of each other’s leaving may all be too slow at once', async () => {
  const core = new Core<null>({
    store: createMemoryStore(),
    channel: () => ({ joinLeave: true, pushJoinLeave: true }),
    onConnect: async () => ({ user: '', channels: ['news'], state: null }),
    clock: manualClock(),
    maxQueueBytes: 1_000,
  });
  const wires = Array.from({ length: 2_000 }, () => new FullWire(core));
  for (const wire of wires) wire.connect({});
  await expect.poll(() => core.sessions.size).toBe(2_000);
  await turns();
  for (const wire of wires) wire.ready = false;
  for (let n = 0; n < 3; n++) core.hub.signal('news', JSON.stringify('x'.repeat(400)));
  await turns();
  expect(wires.every(({ closedWith }) => closedWith === 3008)).toBe(true);
  expect({ sessions: core.sessions.size, channels: core.hub.size }).toEqual({ sessions: 0, channels: 0 });
});
