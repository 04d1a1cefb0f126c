import { createRequire } from 'node:module';
import type { Centrifuge, DisconnectedContext, ServerPublicationContext, ServerSubscribedContext } from 'centrifuge';
import { Centrifuge as Protobuf } from 'centrifuge/build/protobuf';
import { Centrifuge as Centrifuge3 } from 'centrifuge3';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { decodeDelimited, encodeDelimited } from './protobuf-codec.ts';
import { decodeProtobuf } from './protobuf-decode.ts';
import { protobufEncoding } from './protobuf-encoding.ts';
import { next, RawClient, record, type Started, startServer, turns } from './testing.ts';

// CommonJS without types; its only export is `default`.
const { default: Protobuf3 } = createRequire(import.meta.url)('centrifuge3/build/protobuf') as {
  default: typeof Protobuf;
};

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const text = (data: Uint8Array) => JSON.parse(new TextDecoder().decode(data));

function speaking(Client: typeof Protobuf | typeof Centrifuge3, live: Started, data?: unknown): Centrifuge {
  // What 3.1 wants to be told, later ones know by their build.
  const protocol = Client === Protobuf3 && { protocol: 'protobuf' as const };
  const options = { data, ...protocol, websocket: WebSocket, minReconnectDelay: 1, maxReconnectDelay: 10 };
  // What is used of it is the same in all of them.
  const one = new Client(live.url, options) as unknown as Centrifuge;
  one.on('error', () => {});
  onTestFinished(() => one.disconnect());
  return one;
}

test.each([
  ['5.8', Protobuf],
  ['3.1', Protobuf3],
])('protobuf build of %s: connects by JSON data, gets, drops, recovers once and in order', async (_name, Client) => {
  const live: Started = await startServer();
  const one = speaking(Client, live, bytes({ key: 'k' }));
  const subscribed = record<ServerSubscribedContext>(one, 'subscribed');
  const publications = record<ServerPublicationContext>(one, 'publication');
  one.connect();
  await subscribed.until(1);
  live.publish('news', { n: 1, text: 'é' });
  await publications.until(1);
  live.dropAll();
  live.publish('news', { n: 2 });
  live.publish('news', { n: 3 });
  await publications.until(3);
  live.publish('news', { n: 4 });
  await publications.until(4);
  expect(publications.seen.map(({ data }) => text(data))).toEqual([{ n: 1, text: 'é' }, { n: 2 }, { n: 3 }, { n: 4 }]);
  expect(subscribed.seen[1]).toMatchObject({ wasRecovering: true, recovered: true });
  expect([...live.server.connections()][0]?.state.data).toEqual({ key: 'k' });
});

test('JSON build of 3.1: connects, gets, drops, recovers', async () => {
  const live: Started = await startServer();
  const one = speaking(Centrifuge3, live, { key: 'k' });
  const publications = record<ServerPublicationContext>(one, 'publication');
  one.connect();
  await next(one, 'subscribed');
  live.publish('news', 1);
  await publications.until(1);
  live.dropAll();
  live.publish('news', 2);
  await publications.until(2);
  expect(publications.seen.map(({ data, offset }) => [data, offset])).toEqual([
    [1, 1],
    [2, 2],
  ]);
});

test('both formats share a channel: JSON stays JSON, byte for byte; rpc and messages too', async () => {
  const live: Started = await startServer({
    channels: [],
    onSubscribe: async () => true,
    onPublish: async () => true,
    onRpc: async (_connection, _method, data) => data,
  });
  const binary = speaking(Protobuf, live);
  const plain = live.client();
  binary.connect();
  plain.connect();
  const theirs = binary.newSubscription('room');
  const ours = plain.newSubscription('room');
  const theirPublications = record<{ data: Uint8Array }>(theirs, 'publication');
  const ourPublications = record<{ data: unknown }>(ours, 'publication');
  theirs.subscribe();
  ours.subscribe();
  await Promise.all([theirs.ready(), ours.ready()]);
  await theirs.publish(new TextEncoder().encode('{ "spaced" : 1 }'));
  await ours.publish({ two: 2 });
  await Promise.all([theirPublications.until(2), ourPublications.until(2)]);
  expect(theirPublications.seen.map(({ data }) => new TextDecoder().decode(data))).toEqual([
    '{ "spaced" : 1 }',
    '{"two":2}',
  ]);
  expect(ourPublications.seen.map(({ data }) => data)).toEqual([{ spaced: 1 }, { two: 2 }]);
  expect(text((await binary.rpc('echo', bytes([1]))).data)).toEqual([1]);
  expect((await binary.rpc('echo', new Uint8Array([255, 0]))).data).toEqual(new Uint8Array([255, 0]));
  const message = next<{ data: Uint8Array }>(binary, 'message');
  for (const connection of live.server.connections()) connection.send({ all: true });
  expect(text((await message).data)).toEqual({ all: true });
});

test('bytes that are no JSON reach protobuf clients; one that speaks JSON is closed with 3506', async () => {
  const live: Started = await startServer({ channels: [], onSubscribe: async () => true });
  const binary = speaking(Protobuf, live);
  const plain = live.client();
  binary.connect();
  plain.connect();
  const theirs = binary.newSubscription('room');
  const ours = plain.newSubscription('room');
  const got = record<{ data: Uint8Array }>(theirs, 'publication');
  theirs.subscribe();
  ours.subscribe();
  await Promise.all([theirs.ready(), ours.ready()]);
  const disconnected = next<DisconnectedContext>(plain, 'disconnected');
  await live.server.api.publish('room', new Uint8Array([1, 255, 0]));
  await got.until(1);
  expect(got.seen[0]?.data).toEqual(new Uint8Array([1, 255, 0]));
  expect(await disconnected).toMatchObject({ code: 3506 });
});

test.each(['?cf_protocol=protobuf', '?format=protobuf'])('the query %s asks for protobuf too', async (query) => {
  const live: Started = await startServer();
  const socket = new WebSocket(live.url + query);
  const client = new RawClient(socket);
  onTestFinished(() => socket.terminate());
  await new Promise((opened) => socket.once('open', opened));
  const reply = new Promise<Buffer>((got) => socket.once('message', (data: Buffer) => got(data)));
  socket.send(encodeDelimited('Command', { id: 1, connect: {} }));
  expect(decodeDelimited('Reply', await reply)).toMatchObject([{ id: 1, connect: { ping: 25, pong: true } }]);
  socket.send(Buffer.from([5, 1]));
  expect(await client.closed).toMatchObject({ code: 3501 });
});

test('an empty offer of subprotocols is none', async () => {
  const live: Started = await startServer();
  const client = await live.raw({ 'sec-websocket-protocol': '' });
  await client.connect();
  expect(client.messages).toMatchObject([{ id: 1, connect: {} }]);
});

test.each([
  ['half a length', [0x80]],
  ['a huge length', [0xff, 0xff, 0xff, 0xff, 0x0f, 1]],
  ['half a message', [10, 8, 1]],
  ['no message', []],
  ['a field of another type', [2, 0x0a, 0]],
  ['a field beyond its message', [3, 0x22, 9, 0]],
  ['text that is no UTF-8', [8, 8, 1, 0x22, 4, 0x0a, 2, 0xff, 0xfe]],
  ['an unknown command', [4, 8, 1, 0x5a, 0]],
  ['groups in groups', [255, 0x3, ...Array(511).fill(0x7b)]],
])('%s is refused', (_name, frame) => {
  expect(() => decodeProtobuf(Buffer.from(frame))).toThrow();
});

test('no bytes whatsoever do more than be refused', () => {
  const property = fc.property(fc.uint8Array({ maxLength: 300 }), (input) => {
    try {
      expect(decodeProtobuf(Buffer.from(input)).length).toBeGreaterThan(0);
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
    }
  });
  fc.assert(property, { numRuns: 3_000 });
});

test('what is written is read again, numbers of more than 32 bits too', () => {
  const property = fc.property(
    fc.string({ unit: 'binary' }),
    fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    fc.dictionary(fc.string(), fc.string()),
    fc.uint8Array(),
    (channel, offset, tags, data) => {
      const frame = protobufEncoding.publicationPush(channel.toWellFormed(), { offset, json: '', bytes: data, tags });
      const [message] = decodeDelimited('Reply', frame);
      const tagsRead = Object.keys(tags).length === 0 ? {} : { tags: new Map(Object.entries(tags)) };
      expect(message).toEqual({
        push: { channel: channel.toWellFormed(), pub: { data: Buffer.from(data), offset, ...tagsRead } },
      });
    },
  );
  fc.assert(property);
});

test('random frames in protobuf never hurt the other connections', async () => {
  const live: Started = await startServer();
  const good = await live.raw();
  await good.connect();
  const property = fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 60 }), async (frame) => {
    const socket = new WebSocket(live.url, 'centrifuge-protobuf');
    const bad = new RawClient(socket);
    await new Promise((opened) => socket.once('open', opened));
    socket.send(frame);
    socket.send(Buffer.from([0x80]));
    expect(await bad.closed).toMatchObject({ code: 3501 });
  });
  await fc.assert(property, { numRuns: 30 });
  live.publish('news', 1);
  await good.until(2);
  await turns();
  expect(live.errors).toEqual([]);
});
