import { createServer } from 'node:http';
import type { ConnectingContext, DisconnectedContext, ServerPublicationContext } from 'centrifuge';
import { expect, test } from 'vitest';
import { createMemoryStore } from './memory-store.ts';
import { createCentrifugeServer } from './server.ts';
import { next, record, type Started, startServer } from './testing.ts';

test.each([3000, 3001, 3004, 3005, 3006, 3008, 3009, 3010, 3011, 3012, 3013, 3014, 3499, 4000, 4001, 4499])(
  'after %d the client comes back',
  async (code) => {
    const live: Started = await startServer();
    const one = live.client();
    const connecting = record<ConnectingContext>(one, 'connecting');
    const connected = record(one, 'connected');
    one.connect();
    await connected.until(1);
    for (const connection of live.server.connections()) connection.disconnect(code, 'why');
    await connected.until(2);
    expect(connecting.seen[1]).toMatchObject({ code, reason: 'why' });
  },
);

test.each([3500, 3501, 3502, 3503, 3504, 3505, 3506, 3507, 3508, 3509, 3999, 4500, 4501, 4999])(
  'after %d it does not',
  async (code) => {
    const live: Started = await startServer();
    const one = live.client();
    one.connect();
    await next(one, 'connected');
    const disconnected = next<DisconnectedContext>(one, 'disconnected');
    for (const connection of live.server.connections()) connection.disconnect(code, 'why');
    expect(await disconnected).toMatchObject({ code, reason: 'why' });
  },
);

test('a code or reason that no close frame can carry is an error of the application', async () => {
  const live: Started = await startServer();
  const one = live.client();
  one.connect();
  await next(one, 'connected');
  const [connection] = live.server.connections();
  expect(() => connection?.disconnect(2999, '')).toThrow(RangeError);
  expect(() => connection?.disconnect(5000, '')).toThrow(RangeError);
  expect(() => connection?.disconnect(4000, 'é'.repeat(62))).toThrow(RangeError);
  expect(live.server.stats().connections).toBe(1);
});

test('what was sent before a disconnect arrives before it', async () => {
  const live: Started = await startServer();
  const client = await live.raw();
  await client.connect();
  live.publish('news', 'last words');
  for (const connection of live.server.connections()) connection.disconnect(4501, 'bye');
  live.publish('news', 'too late');
  expect(await client.closed).toEqual({ code: 4501, reason: 'bye' });
  expect(client.messages.slice(1)).toMatchObject([{ push: { pub: { data: 'last words' } } }]);
});

test('after a close the clients come back to the next process and miss nothing', async () => {
  const memory = createMemoryStore();
  const http = createServer();
  const start = () =>
    createCentrifugeServer({ store: memory, onConnect: async () => ({ user: '', channels: ['news'], state: null }) });
  let server = start();
  http.on('upgrade', (request, socket, head) => server.handleUpgrade(request, socket, head));
  const live: Started = await startServer();
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  const one = live.client({}, `ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`);
  const connecting = record<ConnectingContext>(one, 'connecting');
  const publications = record<ServerPublicationContext>(one, 'publication');
  one.connect();
  await next(one, 'subscribed');
  server.publish('news', memory.append('news', '1'));
  await publications.until(1);
  const old = server;
  const closed = old.close();
  memory.append('news', '2');
  server = start();
  await closed;
  expect(old.stats()).toMatchObject({ connections: 0, channels: 0 });
  await publications.until(2);
  expect(connecting.seen[1]).toMatchObject({ code: 3001, reason: 'shutdown' });
  expect(publications.seen.map(({ data }) => data)).toEqual([1, 2]);
  one.disconnect();
  await server.close();
  http.close();
});

test('while it closes nobody gets in', async () => {
  const live: Started = await startServer();
  await live.server.close();
  await expect(live.raw()).rejects.toThrow('503');
});
