import { livePath } from '@switchboard/protocol';
import { Centrifuge, type ServerPublicationContext, type ServerSubscribedContext } from 'centrifuge';
import { Centrifuge as Protobuf } from 'centrifuge/build/protobuf';
import { EventSource } from 'eventsource';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { type ClientCaller, startTestServer, type TestServer } from '../testing/start-test-server.ts';

/** As docs/live.md promises them. */
const streamPaths = {
  httpStream: '/centrifugo/connection/http_stream',
  sse: '/centrifugo/connection/sse',
  emulation: '/centrifugo/emulation',
};

let server: TestServer;
let client: ClientCaller;

beforeEach(async () => {
  server = await startTestServer();
  client = await server.asClient();
});
afterEach(() => server[Symbol.asyncDispose]());

const endpoints = { http_stream: streamPaths.httpStream, sse: streamPaths.sse };

/** The unmodified npm client, over what it takes where no WebSocket gets through. */
function over(transport: 'http_stream' | 'sse', data: unknown): Centrifuge {
  return prepared(
    new Centrifuge([{ transport, endpoint: server.url + endpoints[transport] }], {
      ...waits,
      data,
      emulationEndpoint: server.url + streamPaths.emulation,
      eventsource: EventSource,
    }),
  );
}

const waits = { minReconnectDelay: 10, maxReconnectDelay: 100 };

function prepared(live: Centrifuge): Centrifuge {
  live.on('error', () => {});
  onTestFinished(() => live.disconnect());
  return live;
}

const widgetData = () => ({ application: 'widget', settings: { token: client.token } });

/** What a line hears of the client's own messages, and how its subscriptions began. */
function follow(live: Centrifuge, read = ({ data }: ServerPublicationContext) => data) {
  const bodies: string[] = [];
  const subscribed: ServerSubscribedContext[] = [];
  live.on('subscribed', (context) => subscribed.push(context));
  live.on('publication', (context) => {
    const { event, data } = read(context);
    if (event === 'chatMessageCreated' && data.authorType === 'CLIENT') bodies.push(data.body);
  });
  return { bodies, subscribed };
}

test.each(['http_stream', 'sse'] as const)(
  '%s: a client hears its feed, answers pings by emulation, and misses nothing across a restart',
  async (transport) => {
    const live = over(transport, widgetData());
    const { bodies, subscribed } = follow(live);
    live.connect();
    await live.ready();
    await client.call('widgetSend', { body: { body: 'one' } });
    await expect.poll(() => bodies).toEqual(['one']);
    // Posted to the emulation endpoint, and answered on the stream.
    await expect(live.rpc('anything', {})).rejects.toMatchObject({ code: 108 });
    const back = new Promise((resolve) => live.once('connected', resolve));
    server = await server.restart();
    await client.call('widgetSend', { body: { body: 'two' } });
    await back;
    await expect.poll(() => bodies).toEqual(['one', 'two']);
    expect(subscribed.at(-1)).toMatchObject({ wasRecovering: true, recovered: true });
  },
);

test.each(['http_stream', 'sse'] as const)(
  '%s: the same tokens, and the same words for bad ones',
  async (transport) => {
    const operator = await server.asOperator();
    const good = over(transport, { application: 'notifications', settings: { token: operator.token } });
    good.connect();
    await good.ready();
    expect(server.live.server.stats().connections).toBe(1);
    const bad = over(transport, { application: 'notifications', settings: { token: 'none' } });
    const disconnected = new Promise((resolve) => bad.once('disconnected', resolve));
    bad.connect();
    expect(await disconnected).toMatchObject({ code: 4501, reason: 'invalid token' });
  },
);

test('a client with a list of transports falls back to a stream where no WebSocket gets through', async () => {
  const live = prepared(
    new Centrifuge(
      [
        { transport: 'websocket', endpoint: `${server.url.replace(/^http/, 'ws')}/nothing/here` },
        { transport: 'http_stream', endpoint: server.url + streamPaths.httpStream },
      ],
      { ...waits, data: widgetData(), emulationEndpoint: server.url + streamPaths.emulation },
    ),
  );
  live.connect();
  await live.ready();
  expect(server.live.server.stats().transports.find(({ connections }) => connections === 1)).toMatchObject({
    transport: 'http_stream',
    format: 'json',
  });
});

test('the protobuf build hears the same over its WebSocket, across a restart too', async () => {
  const bytes = new TextEncoder().encode(JSON.stringify(widgetData()));
  const address = server.url.replace(/^http/, 'ws') + livePath;
  const live = prepared(new Protobuf(address, { ...waits, data: bytes }) as unknown as Centrifuge);
  const { bodies } = follow(live, ({ data }) => JSON.parse(new TextDecoder().decode(data)));
  live.connect();
  await live.ready();
  await client.call('widgetSend', { body: { body: 'Grüße' } });
  await expect.poll(() => bodies).toEqual(['Grüße']);
  const back = new Promise((resolve) => live.once('connected', resolve));
  server = await server.restart();
  await client.call('widgetSend', { body: { body: 'two' } });
  await back;
  await expect.poll(() => bodies).toEqual(['Grüße', 'two']);
});

test('a stop ends the streams at once', async () => {
  const live = over('http_stream', widgetData());
  live.connect();
  await live.ready();
  const code = new Promise((resolve) => live.once('connecting', (context) => resolve(context.code)));
  await server.stop();
  expect(await code).toBe(3001);
});

test('bodies above the limit of a frame, other methods and unknown streams are refused', async () => {
  const post = (path: string, body: string) => fetch(server.url + path, { method: 'POST', body });
  expect((await post(streamPaths.httpStream, 'x'.repeat(70_000))).status).toBe(413);
  expect((await post(streamPaths.emulation, 'x'.repeat(70_000))).status).toBe(413);
  expect((await post(streamPaths.emulation, '{"session":"s","node":"n","data":"{}"}')).status).toBe(404);
  expect((await fetch(server.url + streamPaths.emulation)).status).toBe(405);
  expect((await fetch(server.url + streamPaths.sse, { method: 'DELETE' })).status).toBe(404);
});

test('what a stream is sent, and how long it stays, is no request’s time', async () => {
  const live = over('sse', widgetData());
  live.connect();
  await live.ready();
  await expect(live.rpc('anything', {})).rejects.toMatchObject({ code: 108 });
  const text = await (await fetch(`${server.url}/metrics`)).text();
  expect(text).toContain('endpoint="/api/v1/widget/open"');
  for (const path of Object.values(streamPaths)) expect(text).not.toContain(`endpoint="${path}"`);
});
