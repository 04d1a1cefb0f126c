import { once } from 'node:events';
import { connect } from 'node:net';
import { livePath } from '@switchboard/protocol';
import { Centrifuge } from 'centrifuge';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { listen } from '../testing/listen.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { streamPaths } from './stream-paths.ts';

const crm = 'https://crm.example';
const shop = 'https://shop.example';

let server: TestServer;
afterEach(() => server[Symbol.asyncDispose]());

/** How an upgrade with these headers ends: 101, or the status that refused it. */
function upgrade(
  headers: Record<string, string>,
): Promise<{ status: number; retryAfter?: string; socket?: WebSocket }> {
  const socket = new WebSocket(server.url.replace(/^http/, 'ws') + livePath, { headers });
  onTestFinished(() => socket.terminate());
  socket.on('error', () => {});
  return new Promise((resolve) => {
    socket.once('open', () => resolve({ status: 101, socket }));
    socket.once('unexpected-response', (_request, { statusCode = 0, headers }) =>
      resolve({ status: statusCode, retryAfter: headers['retry-after'] }),
    );
  });
}

/** How somebody from this page comes in: 'connected', or the code of the close. */
async function connectFrom(origin: string, application: string, token: string): Promise<string | number> {
  const { status, socket } = await upgrade({ origin });
  if (socket === undefined) return status;
  return new Promise((resolve) => {
    socket.once('message', () => resolve('connected'));
    socket.once('close', (code) => resolve(code));
    socket.send(JSON.stringify({ id: 1, connect: { data: { application, settings: { token } } } }));
  });
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1));
}

/** The demo shop's channel serves this page only. */
async function restrictTo(origins: string[]): Promise<void> {
  const admin = await server.asSignedIn('admin@example.com');
  const { items = [] } = await admin.call('chats', {});
  for (const { id } of items)
    await admin.call('changeChat', { params: { chatId: id }, body: { allowedOrigins: origins } });
}

test('a page that no setting and no channel names is refused with 403, on the upgrade and on every stream request', async () => {
  server = await startTestServer();
  await restrictTo([shop]);
  expect(await upgrade({ origin: crm })).toMatchObject({ status: 403 });
  expect(await upgrade({ origin: 'null' })).toMatchObject({ status: 403 });
  for (const [path, method] of [
    [streamPaths.httpStream, 'POST'],
    [streamPaths.sse, 'GET'],
    [streamPaths.emulation, 'POST'],
    [streamPaths.emulation, 'OPTIONS'],
  ] as const) {
    const { status } = await fetch(server.url + path, { method, headers: { origin: crm } });
    expect([path, method, status]).toEqual([path, method, 403]);
  }
  expect(await metric('switchboard_live_refused_total{reason="origin"}')).toBe(6);
});

test("this server's own pages and programs pass; so do the named pages, as operators too", async () => {
  server = await startTestServer({
    config: { 'live-origins': `${crm}, https://other.example/`, 'public-url': 'https://chat.example.com' },
  });
  await restrictTo([shop]);
  const { token } = await server.asOperator();
  const own = server.url;
  for (const origin of [own, 'https://chat.example.com', crm, 'https://other.example']) {
    expect([origin, await connectFrom(origin, 'notifications', token)]).toEqual([origin, 'connected']);
  }
  await (await listen(server.url, token)).close();
  const cors = await fetch(server.url + streamPaths.emulation, { method: 'OPTIONS', headers: { origin: crm } });
  expect([cors.status, cors.headers.get('access-control-allow-origin')]).toEqual([204, crm]);
});

test('behind a trusted proxy the host that people see is its word, and nobody else is believed', async () => {
  const seen = { origin: 'https://front.example', 'x-forwarded-host': 'front.example' };
  server = await startTestServer({ config: { 'trust-proxy': 1 } });
  await restrictTo([shop]);
  expect(await upgrade(seen)).toMatchObject({ status: 101 });
  await server[Symbol.asyncDispose]();
  server = await startTestServer();
  await restrictTo([shop]);
  expect(await upgrade(seen)).toMatchObject({ status: 403 });
});

test("a channel's page may connect its clients and no operators; another channel's page neither", async () => {
  server = await startTestServer();
  const client = await server.asClient();
  await restrictTo([shop]);
  const { token } = await server.asOperator();
  expect(await connectFrom(shop, 'widget', client.token)).toBe('connected');
  expect(await connectFrom(shop, 'notifications', token)).toBe(3507);
});

test('a page that is put on the list comes in at once, one that is taken off is out after ten seconds', async () => {
  server = await startTestServer();
  const client = await server.asClient();
  await restrictTo([shop]);
  expect(await connectFrom(shop, 'widget', client.token)).toBe('connected');
  await restrictTo([shop, crm]);
  expect(await connectFrom(crm, 'widget', client.token)).toBe('connected');
  await restrictTo([crm]);
  expect(await connectFrom(shop, 'widget', client.token)).toBe('connected');
  server.clock.advance(11_000);
  expect(await connectFrom(shop, 'widget', client.token)).toBe(403);
});

test('a channel without a list serves every page, as its widget does; operators still connect from here only', async () => {
  server = await startTestServer();
  const client = await server.asClient();
  const { token } = await server.asOperator();
  expect(await connectFrom(shop, 'widget', client.token)).toBe('connected');
  expect(await connectFrom(shop, 'notifications', token)).toBe(3507);
  expect(await metric('switchboard_live_refused_total{reason="origin"}')).toBe(1);
});

test('an address has so many connections; above them 429 with Retry-After, told apart by a trusted proxy', async () => {
  server = await startTestServer({ config: { 'live-per-address': 2, 'trust-proxy': 2 } });
  let invented = 0;
  const from = (address: string) => upgrade({ 'x-forwarded-for': `10.9.9.${++invented}, ${address}, 10.0.0.1` });
  const first = await from('192.0.2.1');
  await from('192.0.2.1');
  expect(await from('192.0.2.1')).toMatchObject({ status: 429, retryAfter: '10' });
  expect(await from('192.0.2.2')).toMatchObject({ status: 101 });
  expect(await metric('switchboard_live_refused_total{reason="address"}')).toBe(1);
  first.socket?.terminate();
  await expect.poll(async () => (await from('192.0.2.1')).status).toBe(101);
});

test('a proxy on this machine that is not trusted does not make everybody one address', async () => {
  server = await startTestServer({ config: { 'live-per-address': 1 } });
  for (let n = 0; n < 3; n++) expect(await upgrade({})).toMatchObject({ status: 101 });
});

test('a token has so many connections; the real client above them waits, and comes in when one goes', async () => {
  server = await startTestServer({ config: { 'live-per-token': 2 } });
  const { token } = await server.asOperator();
  const first = await listen(server.url, token);
  const second = await listen(server.url, token);
  onTestFinished(() => second.close());
  const third = new Centrifuge(server.url.replace(/^http/, 'ws') + livePath, {
    data: { application: 'notifications', settings: { token } },
    minReconnectDelay: 10,
    maxReconnectDelay: 50,
  });
  onTestFinished(() => third.disconnect());
  const connected = new Promise((resolve) => third.once('connected', resolve));
  third.connect();
  const refused = () => metric('switchboard_live_refused_total{reason="connections"}');
  await expect.poll(refused).toBeGreaterThan(2);
  expect(third.state).toBe('connecting');
  // Somebody else is not concerned.
  (await listen(server.url, (await server.asClient()).token, 'widget')).close();
  first.close();
  await connected;
});

test('who is refused for that is closed with 3013, the documented code for too much', async () => {
  server = await startTestServer({ config: { 'live-per-token': 1 } });
  const { token } = await server.asOperator();
  expect(await connectFrom(server.url, 'notifications', token)).toBe('connected');
  expect(await connectFrom(server.url, 'notifications', token)).toBe(3013);
});

test('many at the same time do not get past the limit', async () => {
  server = await startTestServer({ config: { 'live-per-token': 3 } });
  const { token } = await server.asOperator();
  await Promise.all(Array.from({ length: 12 }, () => connectFrom(server.url, 'notifications', token)));
  await expect.poll(() => server.live.server.stats().connections).toBe(3);
});

test('the metrics tell transports, publications, refusals and closings', async () => {
  server = await startTestServer();
  const operator = await server.asOperator();
  const line = await operator.listen();
  expect(await metric('switchboard_live_transports{transport="websocket",format="json"}')).toBe(1);
  expect(await metric('switchboard_live_transports{transport="sse",format="json"}')).toBe(0);
  await (await server.asClient()).call('widgetSend', { body: { body: 'Hello' } });
  await line.until('chatSessionAdded');
  expect(await metric('switchboard_live_publications_total')).toBeGreaterThan(0);
  expect(await metric('switchboard_live_queued_bytes')).toBe(0);
  expect(await metric('switchboard_live_closed_total{code="3008"}')).toBe(0);
  for (const connection of server.live.server.connections()) connection.disconnect(3008, 'slow');
  await expect.poll(() => metric('switchboard_live_closed_total{code="3008"}')).toBe(1);
  await expect(listen(server.url, 'none')).rejects.toThrow('4501');
  expect(await metric('switchboard_live_refused_total{reason="token"}')).toBe(1);
  expect(await metric('switchboard_live_closed_total{code="4501"}')).toBe(1);
  await expect.poll(() => metric('switchboard_live_recovered_total')).toBeGreaterThan(0);
  line.close();
  await expect.poll(() => metric('switchboard_live_closed_total{code="3000"}')).toBe(1);
});

test('who asks for an upgrade elsewhere and breaks off ends nothing but itself', async () => {
  server = await startTestServer();
  const { hostname, port } = new URL(server.url);
  for (let n = 0; n < 20; n++) {
    const socket = connect(Number(port), hostname).on('error', () => {});
    await once(socket, 'connect');
    socket.write('GET /elsewhere HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    setImmediate(() => socket.resetAndDestroy());
    await once(socket, 'close');
  }
  expect(await upgrade({})).toMatchObject({ status: 101 });
});

test('who asks for an upgrade elsewhere and never ends its half does not stay', async () => {
  server = await startTestServer();
  const { hostname, port } = new URL(server.url);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write('GET /elsewhere HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  socket.resume();
  await once(socket, 'end');
  const writing = setInterval(() => socket.write('still here'), 10);
  onTestFinished(() => clearInterval(writing));
  await closed;
});
