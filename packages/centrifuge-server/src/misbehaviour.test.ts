import type { ConnectingContext, DisconnectedContext } from 'centrifuge';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeJson } from './json-decode.ts';
import { next, record, type Started, startServer } from './testing.ts';

const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

test.each([
  ['a second connect', '{"id":2,"connect":{}}'],
  ['an unasked pong', '{}'],
  ['no JSON', 'hello'],
  ['an empty frame', ''],
  ['blank lines', '\n\n'],
  ['a list', '[]'],
  ['null', 'null'],
  ['an unknown command', '{"id":2,"dance":{}}'],
  ['the ping command', '{"id":2,"ping":{}}'],
  ['a command without id', '{"rpc":{}}'],
  ['a negative id', '{"id":-1,"rpc":{}}'],
  ['an id beyond 32 bits', '{"id":4294967296,"rpc":{}}'],
  ['a channel that is an object', '{"id":2,"subscribe":{"channel":{"$ne":""}}}'],
  ['a channel without end', `{"id":2,"subscribe":{"channel":"${'x'.repeat(256)}"}}`],
  ['a negative offset', '{"id":2,"subscribe":{"channel":"c","recover":true,"offset":-1}}'],
  ['a good command before a bad one', '{"id":2,"rpc":{}}\nrubbish'],
  ['a message above the limit', `{"id":2,"rpc":{"data":"${'x'.repeat(70_000)}"}}`],
  ['ten megabytes', 'x'.repeat(10_000_000)],
  ['a call thirty thousand levels deep', `{"id":2,"rpc":{"data":${deep(30_000)}}}`],
  ['a message thirty thousand levels deep', `{"send":{"data":${deep(30_000)}}}`],
  ['a publication a thousand and one levels deep', `{"id":2,"publish":{"channel":"c","data":${deep(1_001)}}}`],
])('%s is closed with 3501', async (_name, frame) => {
  const { raw } = await startServer();
  const client = await raw();
  await client.connect();
  client.socket.send(frame);
  expect(await client.closed).toEqual({ code: 3501, reason: 'bad request' });
});

test.each([
  ['a command before connect', '{"id":1,"rpc":{}}'],
  ['a connect with a list of subs', '{"id":1,"connect":{"subs":[1]}}'],
  ['a token that is no string', '{"id":1,"connect":{"token":{"a":1}}}'],
  ['two connects at once', '{"id":1,"connect":{}}\n{"id":2,"connect":{}}'],
  ['a connect thirty thousand levels deep', `{"id":1,"connect":{"data":${deep(30_000)}}}`],
])('%s is closed with 3501', async (_name, frame) => {
  const { raw } = await startServer();
  const client = await raw();
  client.socket.send(frame);
  expect(await client.closed).toMatchObject({ code: 3501 });
});

test('bytes that are no UTF-8 are closed with 3501, as text and as binary', async () => {
  const { raw } = await startServer();
  for (const binary of [false, true]) {
    const client = await raw();
    client.socket.send(Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), { binary });
    expect(await client.closed).toMatchObject({ code: 3501 });
  }
});

test('a broken WebSocket frame is closed with 3501, never with a code that misleads', async () => {
  const { raw } = await startServer();
  const client = await raw();
  // An unmasked text frame: forbidden for clients (RFC 6455 §5.1).
  const { _socket: wire } = client.socket as unknown as { _socket: { write(bytes: Buffer): void } };
  wire.write(Buffer.from([0x81, 0x02, 0x7b, 0x7d]));
  expect(await client.closed).toMatchObject({ code: 3501 });
});

test('a real client whose message is too big is told 3501', async () => {
  const { client } = await startServer();
  const one = client();
  one.connect();
  await next(one, 'connected');
  const disconnected = next<DisconnectedContext>(one, 'disconnected');
  one.rpc('m', 'x'.repeat(70_000)).catch(() => {});
  expect(await disconnected).toMatchObject({ code: 3501 });
});

test('what is as deep as may be, the application can send back', async () => {
  const { raw } = await startServer({ onRpc: async (_connection, _method, data) => data });
  const client = await raw();
  await client.connect();
  client.socket.send(`{"id":2,"rpc":{"data":${deep(998)}}}`);
  await client.until(2);
  expect(client.messages[1]).toEqual({ id: 2, rpc: { data: JSON.parse(deep(998)) } });
});

test('JSON in a binary frame is understood', async () => {
  const { raw } = await startServer();
  const client = await raw();
  client.socket.send(Buffer.from('{"id":1,"connect":{}}'));
  await client.until(1);
  expect(client.messages[0]).toMatchObject({ id: 1, connect: {} });
});

test('commands sent right behind connect are answered after it', async () => {
  const { raw } = await startServer();
  const client = await raw();
  client.send({ id: 1, connect: {} }, { id: 2, presence: { channel: 'news' } });
  client.send({ id: 3, rpc: { method: 'm' } });
  await client.until(3);
  expect(client.messages).toMatchObject([{ id: 1 }, { id: 2, error: { code: 108 } }, { id: 3, error: { code: 108 } }]);
});

test('who never sends connect is closed with 3502', async () => {
  const live: Started = await startServer({ connectSeconds: 10 });
  const client = await live.raw();
  live.clock.advance(9);
  expect(client.socket.readyState).toBe(1);
  live.clock.advance(1);
  expect(await client.closed).toEqual({ code: 3502, reason: 'stale' });
});

test('a client that never answers a ping is closed with 3012', async () => {
  const live: Started = await startServer({ pingSeconds: 25, pongSeconds: 8, random: () => 0.5 });
  const client = await live.raw();
  await client.connect();
  live.clock.advance(19);
  await client.until(2);
  expect(client.frames[1]).toBe('{}');
  live.clock.advance(7);
  expect(live.server.stats().connections).toBe(1);
  live.clock.advance(1);
  expect(await client.closed).toEqual({ code: 3012, reason: 'no pong' });
});

test('a client that answers its pings stays, and is pinged again after the interval', async () => {
  const live: Started = await startServer({ pingSeconds: 25, pongSeconds: 8, random: () => 0 });
  const client = await live.raw();
  await client.connect();
  const pings = () => client.frames.filter((frame) => frame === '{}').length;
  live.clock.advance(13);
  for (let round = 1; round <= 3; round++) {
    await client.until(1 + round);
    client.send({});
    client.send({ id: 99, presence: {} });
    await client.until(2 + round);
    client.frames.pop();
    live.clock.advance(24);
    expect(pings()).toBe(round);
    live.clock.advance(1);
  }
  expect(live.server.stats().connections).toBe(1);
});

test('the real client answers pings, and comes back after a lost one', async () => {
  const live: Started = await startServer({ pingSeconds: 2, pongSeconds: 1, random: () => 0 });
  const one = live.client();
  const connecting = record<ConnectingContext>(one, 'connecting');
  one.connect();
  await next(one, 'connected');
  // No turn of the event loop between ping and deadline: the answer cannot come in time.
  live.clock.advance(2);
  await next(one, 'connected');
  expect(connecting.seen[1]).toMatchObject({ code: 3012 });
});

test('no bytes whatsoever break the decoder in another way than by a SyntaxError', () => {
  const line = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.record({ id: fc.anything(), connect: fc.anything(), rpc: fc.anything() }, { requiredKeys: [] }).map(stringify),
    fc.record({ id: fc.nat(), subscribe: fc.record({ channel: fc.anything(), offset: fc.anything() }) }).map(stringify),
  );
  const property = fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.array(line)), (input) => {
    const frame = Array.isArray(input) ? Buffer.from(input.join('\n')) : Buffer.from(input);
    try {
      expect(decodeJson(frame).length).toBeGreaterThan(0);
    } catch (error) {
      expect(error).toBeInstanceOf(SyntaxError);
    }
  });
  fc.assert(property, { numRuns: 2_000 });
});

function stringify(value: unknown): string {
  return JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? `${part}` : part)) ?? '';
}

test('random frames after connect never hurt the other connections', async () => {
  const live: Started = await startServer();
  const good = await live.raw();
  await good.connect();
  const property = fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 100 })), async (frames) => {
    const bad = await live.raw();
    await bad.connect();
    for (const frame of frames) bad.socket.send(frame);
    bad.socket.send('no JSON');
    expect(await bad.closed).toMatchObject({ code: 3501 });
  });
  await fc.assert(property, { numRuns: 30 });
  live.publish('news', 1);
  await good.until(2);
  expect(good.messages[1]).toMatchObject({ push: { channel: 'news', pub: { data: 1, offset: 1 } } });
  expect(live.errors).toEqual([]);
});

test('what comes right behind connect is counted once, however many commands it is', async () => {
  const live: Started = await startServer({ channels: [], onSubscribe: async () => true });
  const client = await live.raw();
  const subscribes = Array.from({ length: 60 }, (_, index) => ({ id: index + 2, subscribe: { channel: `c${index}` } }));
  client.send({ id: 1, connect: {} }, ...subscribes);
  await client.until(61);
  expect([...live.server.connections()][0]?.channels.size).toBe(60);
});

test('a connection refused before its connect is not connected', async () => {
  const asked: unknown[] = [];
  const live: Started = await startServer({
    async onConnect(request) {
      asked.push(request);
      return { user: '', channels: [], state: { data: null } };
    },
  });
  const client = await live.raw();
  client.send({ id: 1, subscribe: { channel: 'a' } }, { id: 2, connect: {} });
  expect(await client.closed).toMatchObject({ code: 3501 });
  expect(asked).toEqual([]);
});
