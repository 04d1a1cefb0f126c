import { request } from 'node:http';
import { Centrifuge, type DisconnectedContext, type ServerPublicationContext } from 'centrifuge';
import { Centrifuge as Protobuf } from 'centrifuge/build/protobuf';
import { EventSource } from 'eventsource';
import { expect, onTestFinished, test } from 'vitest';
import type { Options } from './options.ts';
import { next, record, type Started, type State, startServer, turns } from './testing.ts';

const echo: Partial<Options<State>> = { onRpc: async (_connection, _method, data) => data };

function over(live: Started, transport: 'http_stream' | 'sse', Client = Centrifuge): Centrifuge {
  const one = new Client([{ transport, endpoint: `${live.base}/connection/${transport}` }], {
    emulationEndpoint: `${live.base}/emulation`,
    eventsource: EventSource,
    fetch,
    readableStream: ReadableStream,
    minReconnectDelay: 1,
    maxReconnectDelay: 10,
  });
  one.on('error', () => {});
  onTestFinished(() => one.disconnect());
  return one;
}

test.each(['http_stream', 'sse'] as const)('%s: gets, asks, drops and recovers', async (transport) => {
  const live: Started = await startServer(echo);
  const one = over(live, transport);
  const publications = record<ServerPublicationContext>(one, 'publication');
  one.connect();
  await next(one, 'subscribed');
  live.publish('news', { text: 'one\ntwo' });
  await publications.until(1);
  expect((await one.rpc('echo', { deep: [1] })).data).toEqual({ deep: [1] });
  live.dropAll();
  live.publish('news', 2);
  await publications.until(2);
  expect(publications.seen.map(({ data, offset }) => [data, offset])).toEqual([
    [{ text: 'one\ntwo' }, 1],
    [2, 2],
  ]);
  one.disconnect();
  await expect.poll(() => live.server.stats().connections).toBe(0);
});

test('http_stream in protobuf', async () => {
  const live: Started = await startServer(echo);
  const one = over(live, 'http_stream', Protobuf as unknown as typeof Centrifuge);
  one.connect();
  await next(one, 'subscribed');
  const publication = next<{ data: Uint8Array }>(one, 'publication');
  live.publish('news', 1);
  expect(new TextDecoder().decode((await publication).data)).toBe('1');
  expect((await one.rpc('echo', new Uint8Array([0, 255]))).data).toEqual(new Uint8Array([0, 255]));
});

test.each(['http_stream', 'sse'] as const)('%s: the code of a disconnect arrives', async (transport) => {
  const live: Started = await startServer();
  const one = over(live, transport);
  one.connect();
  await next(one, 'connected');
  const disconnected = next<DisconnectedContext>(one, 'disconnected');
  for (const connection of live.server.connections()) connection.disconnect(4501, 'bye');
  expect(await disconnected).toMatchObject({ code: 4501, reason: 'bye' });
  await expect.poll(() => live.server.stats().connections).toBe(0);
});

test('a client that stops reading its stream is cut off with what waits for it', async () => {
  const live: Started = await startServer({ maxQueueBytes: 300_000 });
  const slow = request(`${live.base}/connection/http_stream`, { method: 'POST' });
  slow.on('error', () => {});
  onTestFinished(() => void slow.destroy());
  const opened = new Promise<void>((resolve) => slow.once('response', () => resolve()));
  slow.end('{"id":1,"connect":{}}');
  await opened;
  await expect.poll(() => live.server.stats().connections).toBe(1);
  for (let n = 0; n < 1_000 && live.server.stats().connections > 0; n++) {
    live.publish('news', 'x'.repeat(65_536));
    await turns(1);
  }
  expect(live.server.stats()).toMatchObject({ connections: 0, queuedBytes: 0 });
});

async function post(live: Started, path: string, body: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${live.base}${path}`, { method: 'POST', body, headers });
  const { status } = response;
  await response.body?.cancel();
  return status;
}

test('what is no command, no stream or not ours is refused', async () => {
  const live: Started = await startServer();
  expect(await post(live, '/emulation', '{}')).toBe(404);
  expect(await post(live, '/emulation', 'rubbish')).toBe(400);
  expect(await post(live, '/emulation', '\xff', { 'content-type': 'application/octet-stream' })).toBe(400);
  expect(await post(live, '/emulation', 'x'.repeat(70_000))).toBe(413);
  expect(await post(live, '/connection/http_stream', 'x'.repeat(70_000))).toBe(413);
  expect(await post(live, '/elsewhere', '')).toBe(404);
  expect((await fetch(`${live.base}/emulation`)).status).toBe(405);
  expect((await fetch(`${live.base}/connection/http_stream`)).status).toBe(405);
  const { node } = live.server.api.info();
  expect(await post(live, '/emulation', JSON.stringify({ session: 'gone', node, data: '{}' }))).toBe(204);
  const bad = await fetch(`${live.base}/connection/sse?cf_connect=rubbish`);
  expect(await bad.text()).toContain('"disconnect":{"code":3501');
  expect(live.errors).toEqual([]);
});

test('pages of other origins: as the application says, and without its word without credentials', async () => {
  const judged: Started = await startServer({
    allowOrigin: ({ headers }) => headers.origin !== 'https://theirs.example',
  });
  const ask = (live: Started, origin: string) =>
    fetch(`${live.base}/emulation`, { method: 'OPTIONS', headers: { origin } });
  expect((await ask(judged, 'https://theirs.example')).status).toBe(403);
  const ours = await ask(judged, 'https://ours.example');
  expect(ours.status).toBe(204);
  expect(Object.fromEntries(ours.headers)).toMatchObject({
    'access-control-allow-origin': 'https://ours.example',
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'GET, POST',
    'access-control-max-age': '300',
  });
  const anybody = await ask(await startServer(), 'https://ours.example');
  expect(anybody.headers.get('access-control-allow-origin')).toBe('*');
  expect(anybody.headers.get('access-control-allow-credentials')).toBeNull();
});

test.each(['GET', 'POST'])(
  'a stream that is gone while its origin is looked up leaves nothing (%s)',
  async (method) => {
    const decisions: ((yes: boolean) => void)[] = [];
    const connected: unknown[] = [];
    const live: Started = await startServer({
      allowOrigin: () => new Promise((resolve) => decisions.push(resolve)),
      onConnected: (connection) => connected.push(connection),
    });
    const asked = request(`${live.base}/connection/sse?cf_connect=${encodeURIComponent('{"id":1,"connect":{}}')}`, {
      method,
    });
    asked.on('error', () => {});
    asked.end(method === 'POST' ? '{"id":1,"connect":{}}' : undefined);
    await expect.poll(() => decisions.length).toBe(1);
    live.dropAll();
    await turns();
    decisions[0]?.(true);
    await turns();
    await live.server.close();
    expect([connected, live.errors]).toEqual([[], []]);
  },
);

test('line breaks of any kind in a publication are white space, and cut no event', async () => {
  const live: Started = await startServer();
  const one = over(live, 'sse');
  const publications = record<ServerPublicationContext>(one, 'publication');
  one.connect();
  await one.ready();
  live.server.publish('news', live.memory.append('news', '{\r"a":\r\n[1,\n2]}'));
  live.publish('news', 'next');
  await publications.until(2);
  expect(publications.seen.map(({ data }) => data)).toEqual([{ a: [1, 2] }, 'next']);
});
