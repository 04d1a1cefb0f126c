import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Centrifuge } from 'centrifuge';
import { expect, onTestFinished, test } from 'vitest';
import { networkOf } from './gate.ts';
import { createMemoryStore, type MemoryStore } from './memory-store.ts';
import { createCentrifugeServer } from './server.ts';
import { next, record, type Started, startServer, turns, upgradeRequest } from './testing.ts';

const behindProxy = (limit: number) => ({
  maxConnectionsPerAddress: limit,
  addressOf: ({ headers }: { headers: Record<string, unknown> }) => String(headers['x-real-ip'] ?? ''),
});

test('an address has so many connections and no more; the upgrade above it is a 429 that says when to try again', async () => {
  const live: Started = await startServer(behindProxy(2));
  const [first] = [await live.raw({ 'x-real-ip': '192.0.2.1' }), await live.raw({ 'x-real-ip': '192.0.2.1' })];
  await expect(live.raw({ 'x-real-ip': '192.0.2.1' })).rejects.toThrow('429');
  const refused = await fetch(`${live.base}/connection/sse`, { headers: { 'x-real-ip': '192.0.2.1' } });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10']);
  await live.raw({ 'x-real-ip': '192.0.2.2' });
  // Without an address nobody is counted.
  await Promise.all([live.raw(), live.raw(), live.raw()]);
  expect(live.server.stats().refused).toEqual({ closing: 0, origin: 0, address: 2 });
  first?.socket.terminate();
  await first?.closed;
  await expect.poll(() => live.raw({ 'x-real-ip': '192.0.2.1' }).then(() => 'in', String)).toBe('in');
});

test('streams count with the sockets of their address, what they post does not', async () => {
  const live: Started = await startServer({ maxConnectionsPerAddress: 1 });
  const client = new Centrifuge([{ transport: 'http_stream', endpoint: `${live.base}/connection/http_stream` }], {
    emulationEndpoint: `${live.base}/emulation`,
  });
  onTestFinished(() => client.disconnect());
  client.connect();
  await client.ready();
  await expect(client.rpc('m', 1)).rejects.toMatchObject({ code: 108 });
  await expect(live.raw()).rejects.toThrow('429');
  client.disconnect();
  await expect.poll(() => live.raw().then(() => 'in', String)).toBe('in');
});

test.each(['websocket', 'http_stream'] as const)(
  '%s: the real client waits, and comes in when there is room',
  async (transport) => {
    const live: Started = await startServer({ maxConnectionsPerAddress: 1 });
    const holder = await live.raw();
    const endpoint = transport === 'websocket' ? live.url : `${live.base}/connection/http_stream`;
    const client = new Centrifuge([{ transport, endpoint }], { minReconnectDelay: 1, maxReconnectDelay: 10 });
    const errors = record<{ error: { code: number } }>(client, 'error');
    onTestFinished(() => client.disconnect());
    client.connect();
    await errors.until(3);
    expect(client.state).toBe('connecting');
    const connected = next(client, 'connected');
    holder.socket.terminate();
    await connected;
  },
);

test('an answer about the origin that takes its time holds back its own connection and no other', async () => {
  const decisions: ((yes: boolean) => void)[] = [];
  const live: Started = await startServer({
    allowOrigin: ({ headers }) =>
      headers.origin === undefined || new Promise<boolean>((resolve) => decisions.push(resolve)),
  });
  const [yes, no] = [live.raw({ origin: 'https://one.example' }), live.raw({ origin: 'https://two.example' })];
  const refused = expect(no).rejects.toThrow('403');
  await expect.poll(() => decisions.length).toBe(2);
  await (await live.raw()).connect();
  decisions[0]?.(true);
  await (await yes).connect();
  decisions[1]?.(false);
  await refused;
  expect(live.server.stats()).toMatchObject({ connections: 2, refused: { origin: 1 } });
});

test('a client that goes while its origin is looked up, and one that a close overtakes, leave nothing', async () => {
  const decisions: ((yes: boolean) => void)[] = [];
  const live: Started = await startServer({
    maxConnectionsPerAddress: 1,
    allowOrigin: () => new Promise((resolve) => decisions.push(resolve)),
  });
  const gone = expect(live.raw()).rejects.toThrow();
  await expect.poll(() => decisions.length).toBe(1);
  live.dropAll();
  await gone;
  decisions[0]?.(true);
  const late = expect(live.raw()).rejects.toThrow('503');
  await expect.poll(() => decisions.length).toBe(2);
  const closed = live.server.close();
  decisions[1]?.(true);
  await Promise.all([late, closed]);
  expect(live.server.stats()).toMatchObject({ connections: 0, refused: { closing: 1, address: 0 } });
  expect(live.errors).toEqual([]);
});

test('a client that breaks off while its origin is looked up ends nothing but itself', async () => {
  const decisions: ((yes: boolean) => void)[] = [];
  const live: Started = await startServer({ allowOrigin: () => new Promise((resolve) => decisions.push(resolve)) });
  const socket = connect(Number(new URL(live.base).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write(upgradeRequest());
  await expect.poll(() => decisions.length).toBe(1);
  socket.resetAndDestroy();
  await new Promise((resolve) => socket.once('close', resolve));
  decisions[0]?.(false);
  await expect.poll(() => live.server.stats().refused.origin).toBe(1);
  const next = live.raw();
  await expect.poll(() => decisions.length).toBe(2);
  decisions[1]?.(true);
  await (await next).connect();
});

test('a stream from a wrong origin gets 403 before its body is read', async () => {
  const live: Started = await startServer({ allowOrigin: ({ headers }) => headers.origin === undefined });
  const asked = request(`${live.base}/connection/http_stream`, {
    method: 'POST',
    headers: { origin: 'https://theirs.example', 'content-length': 60_000 },
  });
  asked.on('error', () => {});
  onTestFinished(() => void asked.destroy());
  const status = new Promise((resolve) => asked.once('response', ({ statusCode }) => resolve(statusCode)));
  asked.flushHeaders();
  expect(await status).toBe(403);
});

test('connections are counted by transport and format', async () => {
  const live: Started = await startServer();
  await (await live.raw()).connect();
  const streams = new Centrifuge([{ transport: 'http_stream', endpoint: `${live.base}/connection/http_stream` }]);
  onTestFinished(() => streams.disconnect());
  streams.connect();
  await streams.ready();
  live.publish('news', 1);
  expect(live.server.stats().publications).toBe(1);
  expect(live.server.stats().transports).toEqual([
    { transport: 'websocket', format: 'json', connections: 1 },
    { transport: 'websocket', format: 'protobuf', connections: 0 },
    { transport: 'http_stream', format: 'json', connections: 1 },
    { transport: 'http_stream', format: 'protobuf', connections: 0 },
    { transport: 'sse', format: 'json', connections: 0 },
  ]);
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:0:12:aaaa::1', '2001:db8:0:12::/64'],
  ['2001:DB8::0012:0:0:0:1', '2001:db8:0:12::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('%s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test('an application that cannot tell the address refuses that one and nobody else', async () => {
  const live: Started = await startServer({
    maxConnectionsPerAddress: 5,
    addressOf({ headers }) {
      if (headers['x-real-ip'] === undefined) throw new Error('no address');
      return String(headers['x-real-ip']);
    },
  });
  await expect(live.raw()).rejects.toThrow('500');
  const stream = await fetch(`${live.base}/connection/http_stream`, { method: 'POST' });
  expect(stream.status).toBe(500);
  expect(live.errors).toMatchObject([{ message: 'no address' }, { message: 'no address' }]);
  await (await live.raw({ 'x-real-ip': '192.0.2.1' })).connect();
  await live.server.close();
});

test.each(['upgrade', 'stream'])('a close that begins in the very turn of the yes lets no %s in', async (way) => {
  const decisions: ((yes: boolean) => void)[] = [];
  const live: Started = await startServer({ allowOrigin: () => new Promise((resolve) => decisions.push(resolve)) });
  const late =
    way === 'upgrade'
      ? expect(live.raw()).rejects.toThrow('503')
      : fetch(`${live.base}/connection/http_stream`, { method: 'POST', body: '{"id":1,"connect":{}}' }).then(
          ({ status }) => expect(status).toBe(503),
        );
  await expect.poll(() => decisions.length).toBe(1);
  decisions[0]?.(true);
  // Behind the yes and before whatever follows from it.
  await Promise.resolve();
  const closed = live.server.close();
  await Promise.all([late, closed]);
  expect(live.server.stats().connections).toBe(0);
});

test('who all come at once find no more places than there are', async () => {
  const memory = createMemoryStore();
  let answer: () => void = () => {};
  const asked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const slow = {
    ...memory,
    read: (requests: Parameters<typeof memory.read>[0]) => asked.then(() => memory.read(requests)),
  };
  const live: Started = await startServer({ store: slow, maxConnections: 3 });
  const clients = await Promise.all(Array.from({ length: 8 }, () => live.raw()));
  for (const client of clients) client.send({ id: 1, connect: {} });
  await turns();
  answer();
  const codes = clients.map((client) =>
    Promise.race([client.closed.then(({ code }) => code), client.until(1).then(() => 0)]),
  );
  expect((await Promise.all(codes)).sort()).toEqual([0, 0, 0, 3504, 3504, 3504, 3504, 3504]);
  expect(live.server.stats().connections).toBe(3);
});

test('who has gone before its upgrade is handed over does not count', async () => {
  const live: Started = await startServer({ maxConnectionsPerAddress: 1, addressOf: () => '192.0.2.1' });
  const http = createServer();
  http.on('upgrade', (request, socket, head) => {
    socket.on('error', () => {});
    socket.destroy();
    socket.once('close', () => live.server.handleUpgrade(request, socket, head));
  });
  http.listen(0, '127.0.0.1');
  await new Promise((resolve) => http.once('listening', resolve));
  onTestFinished(() => void http.close());
  const { port } = http.address() as AddressInfo;
  const gone = connect(port, '127.0.0.1').on('error', () => {});
  const closed = new Promise((resolve) => gone.once('close', resolve));
  gone.write(upgradeRequest());
  await closed;
  await (await live.raw()).connect();
});

test.each([
  [{ maxFrameBytes: '64kb' as unknown as number }, 'maxFrameBytes'],
  [{ maxChannels: Number.NaN }, 'maxChannels'],
  [{ maxQueueBytes: -1 }, 'maxQueueBytes'],
  [{ pingSeconds: 5, pongSeconds: 5 }, 'pongSeconds'],
  [{ pingSeconds: 2.5, pongSeconds: 1 }, 'pingSeconds'],
  [{ expireCode: 400 }, 'expireCode'],
  [{ store: undefined as unknown as MemoryStore }, 'store'],
])('%o is refused by name at once', (option, name) => {
  const onConnect = async () => ({ user: '', channels: [], state: null });
  expect(() => createCentrifugeServer<null>({ store: createMemoryStore(), onConnect, ...option })).toThrow(name);
});
