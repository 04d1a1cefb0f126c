import { once } from 'node:events';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import type { ConnectedContext, DisconnectedContext, ServerPublicationContext } from 'centrifuge';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Refuse } from './codes.ts';
import type { ConnectRequest } from './options.ts';
import { next, record, type Started, startServer, turns } from './testing.ts';

test('a client is connected, then subscribed by the server, then gets publications', async () => {
  const live: Started = await startServer({
    onConnect: async ({ data }) => ({
      user: 'ann',
      channels: ['news', '#ann'],
      state: { data },
      data: { hello: data },
    }),
  });
  const order: string[] = [];
  const one = live.client({ data: { key: 'k' } });
  one.on('connected', (context) => order.push(`connected ${JSON.stringify(context.data)}`));
  one.on('subscribed', (context) => order.push(`subscribed ${context.channel}`));
  one.on('publication', (context) =>
    order.push(`${context.channel} ${context.offset} ${JSON.stringify(context.data)}`),
  );
  const publications = record(one, 'publication');
  one.connect();
  await next(one, 'subscribed');
  live.publish('news', { n: 1 });
  live.publish('#ann', { n: 2 });
  live.publish('news', { n: 3 });
  await publications.until(3);
  expect(order).toEqual([
    'connected {"hello":{"key":"k"}}',
    'subscribed news',
    'subscribed #ann',
    'news 1 {"n":1}',
    '#ann 1 {"n":2}',
    'news 2 {"n":3}',
  ]);
  expect([...live.server.connections()].map(({ user, state, channels }) => ({ user, state, channels }))).toEqual([
    { user: 'ann', state: { data: { key: 'k' } }, channels: new Set(['news', '#ann']) },
  ]);
  expect(live.server.stats()).toMatchObject({
    connections: 1,
    channels: 2,
    deliveries: 3,
    recovered: 0,
    notRecovered: 0,
  });
});

test('the application sees what the client sent and where from', async () => {
  const seen: ConnectRequest[] = [];
  const { client } = await startServer({
    onConnect: async (request) => {
      seen.push(request);
      return { user: '', channels: [], state: { data: null } };
    },
  });
  const one = client({ token: 't0ken', data: [1], name: 'web', version: '7' });
  one.connect();
  await next<ConnectedContext>(one, 'connected');
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject({
    token: 't0ken',
    data: [1],
    name: 'web',
    version: '7',
    address: '127.0.0.1',
    url: '/connection/websocket',
    headers: { upgrade: 'websocket' },
  });
});

test('no compression, also for a client that offers it: it would cost 225 KB a connection', async () => {
  const { url } = await startServer();
  const socket = new WebSocket(url, { perMessageDeflate: true });
  const [response] = (await once(socket, 'upgrade')) as [IncomingMessage];
  expect(response.headers['sec-websocket-extensions']).toBeUndefined();
  socket.terminate();
});

test('4501 turns a client away for good', async () => {
  const { client } = await startServer({
    onConnect: async () => {
      throw new Refuse(4501, 'unknown token');
    },
  });
  const one = client();
  const disconnected = next<DisconnectedContext>(one, 'disconnected');
  one.connect();
  expect(await disconnected).toMatchObject({ code: 4501, reason: 'unknown token' });
});

test('4001 makes the client fetch its data again and come back', async () => {
  const { client } = await startServer({
    onConnect: async ({ data }) => {
      if (data === 'stale') throw new Refuse(4001, 'expired');
      return { user: '', channels: [], state: { data } };
    },
  });
  const tokens = ['stale', 'fresh'];
  const one = client({ getData: async () => tokens.shift() });
  one.connect();
  await next(one, 'connected');
  expect(tokens).toEqual([]);
});

test('a failure of the application or of the store is reported, and the client tries again', async () => {
  let attempts = 0;
  const { client, errors, memory } = await startServer({
    onConnect: async () => {
      if (++attempts === 1) throw new Error('database away');
      return { user: '', channels: ['news'], state: { data: null } };
    },
  });
  const { read } = memory;
  memory.read = async (requests) => {
    memory.read = read;
    return new Map(requests.slice(1).map(({ channel }) => [channel, { epoch: '', top: 0, publications: [] }]));
  };
  const one = client();
  one.connect();
  await next(one, 'connected');
  expect(attempts).toBe(3);
  expect(errors.map(String)).toEqual([
    'Error: database away',
    'Error: the history store gave no answer for channel "news"',
  ]);
});

test('a session that ends is closed with 4001, and the client comes back with new data', async () => {
  const clock = { until: 0 };
  const started = await startServer({
    pingSeconds: 0,
    onConnect: async ({ data }) => ({ user: '', channels: [], state: { data }, expiresAt: clock.until }),
  });
  clock.until = started.clock.now() + 60_000;
  const one = started.client();
  const connecting = record<{ code: number; reason: string }>(one, 'connecting');
  one.connect();
  await next(one, 'connected');
  started.clock.advance(10);
  clock.until += 600_000;
  started.clock.advance(50);
  await next(one, 'connected');
  expect(connecting.seen[1]).toMatchObject({ code: 4001, reason: 'expired' });
});

test('more channels than allowed are refused for good', async () => {
  const { client } = await startServer({ channels: ['a', 'b', 'c'], maxChannels: 2 });
  const one = client();
  const disconnected = next<DisconnectedContext>(one, 'disconnected');
  one.connect();
  expect(await disconnected).toMatchObject({ code: 3505 });
});

test('a page of a foreign origin gets 403', async () => {
  const { raw } = await startServer({ allowOrigin: ({ headers }) => headers.origin === 'https://ours.example' });
  await raw({ origin: 'https://ours.example' });
  await expect(raw({ origin: 'https://theirs.example' })).rejects.toThrow('403');
});

test('an allowOrigin that fails lets nobody in', async () => {
  const { raw, errors } = await startServer({
    allowOrigin: () => {
      throw new Error('a bug');
    },
  });
  await expect(raw()).rejects.toThrow('403');
  expect(errors.map(String)).toEqual(['Error: a bug']);
});

test('a client that is gone before its refusal hurts nobody', async () => {
  const live: Started = await startServer({ allowOrigin: () => false });
  const socket = new PassThrough();
  socket.destroy();
  live.server.handleUpgrade(new IncomingMessage(new Socket()), socket, Buffer.alloc(0));
  await turns();
  await expect(live.raw()).rejects.toThrow('403');
});

test('onDisconnect is called once for each onConnected, and never without', async () => {
  const calls: string[] = [];
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const { client, raw } = await startServer({
    onConnected: () => calls.push('connected'),
    onDisconnect: (_connection, { code, reason }) => {
      calls.push(`disconnected ${code} ${reason}`);
      resolve();
    },
  });
  const mute = await raw();
  mute.socket.close();
  await mute.closed;
  const one = client();
  one.connect();
  await next(one, 'connected');
  one.disconnect();
  await over;
  await turns();
  expect(calls).toEqual(['connected', 'disconnected 3000 connection closed']);
});

test('a message and a signal reach the client outside any stream', async () => {
  const { client, server } = await startServer();
  const one = client();
  const messages = record<{ data: unknown }>(one, 'message');
  const publications = record<ServerPublicationContext>(one, 'publication');
  one.connect();
  await next(one, 'subscribed');
  for (const connection of server.connections()) {
    connection.send({ text: 'line\nbreak' });
    connection.signal('news', '{"typing":\n1}');
  }
  server.signal('news', '{"typing":2}');
  await publications.until(2);
  expect(messages.seen.map(({ data }) => data)).toEqual([{ text: 'line\nbreak' }]);
  expect(publications.seen.map(({ data, offset }) => ({ data, offset }))).toEqual([
    { data: { typing: 1 }, offset: undefined },
    { data: { typing: 2 }, offset: undefined },
  ]);
});
