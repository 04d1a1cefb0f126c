import { request } from 'node:http';
import { connect } from 'node:net';
import { Centrifuge } from 'centrifuge';
import { expect, onTestFinished, test } from 'vitest';
import { networkOf } from './gate.ts';
import { next, record, type Started, startServer, upgradeRequest } from './testing.ts';

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
