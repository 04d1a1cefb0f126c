import { expect, test } from 'vitest';
import { Core } from './core.ts';
import { Handshake } from './handshake.ts';
import { jsonEncoding } from './json-encoding.ts';
import { createMemoryStore } from './memory-store.ts';
import { type Outgoing, payloads } from './outgoing.ts';
import { encodeDelimited } from './protobuf-codec.ts';
import { protobufEncoding } from './protobuf-encoding.ts';
import { manualClock, turns } from './testing.ts';
import type { Peer, Transport } from './transport.ts';

const COUNT = 10_000;

/** A wire that only counts, and remembers its last message. */
class CountingWire implements Transport {
  readonly encoding;
  readonly waitingBytes = 0;
  readonly ready = true;
  peer: Peer | null = null;
  messages = 0;
  last: Buffer | null = null;

  constructor(binary: boolean) {
    this.encoding = binary ? protobufEncoding : jsonEncoding;
  }

  whenReady(): void {}

  write(messages: Outgoing): void {
    const list = payloads(messages);
    this.messages += list.length;
    this.last = list.at(-1) ?? null;
  }

  close(code: number, reason: string): void {
    const peer = this.peer;
    queueMicrotask(() => peer?.closed(code, reason));
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
  const wires = Array.from({ length: COUNT }, (_, index) => new CountingWire(index % 2 === 1));
  const hello = [Buffer.from('{"id":1,"connect":{}}'), encodeDelimited('Command', { id: 1, connect: {} })];
  for (const wire of wires) {
    core.transports.add(wire);
    wire.peer = new Handshake(core, wire, { headers: {}, address: '', url: '' });
    wire.peer.receive(hello[wire.encoding.slot] ?? Buffer.alloc(0));
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
