import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Centrifuge, DisconnectedContext, ServerPublicationContext } from 'centrifuge';
import { expect, onTestFinished, test } from 'vitest';
import { createHttpApi } from './http-api.ts';
import { next, record, type Started, startServer } from './testing.ts';

const key = 'test-key';

async function withApi() {
  const live: Started = await startServer({
    version: '1.2.3',
    channel: (name) => (name.startsWith('no:') ? null : { history: name !== 'fleeting', presence: true }),
    onConnect: async ({ data }) => ({ user: String(data), channels: ['news'], info: { n: 1 }, state: { data } }),
  });
  const handle = createHttpApi(live.server, { key, onError: (error) => live.errors.push(error) });
  const http = createServer((request, response) => {
    if (!handle(request, response)) response.writeHead(418).end();
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => void http.close());
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const ask = (path: string, body: unknown, headers: Record<string, string> = { 'x-api-key': key }) =>
    fetch(url + path, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
  const call = async (method: string, params: unknown) => (await ask(`/api/${method}`, params)).json();
  const connect = async (user: string): Promise<Centrifuge> => {
    const one = live.client({ data: user });
    one.connect();
    await one.ready();
    return one;
  };
  return { live, ask, call, connect };
}

test('publish and broadcast reach subscribers, are stored, and are done once for a key', async () => {
  const { live, call, connect } = await withApi();
  const publications = record<ServerPublicationContext>(await connect('ann'), 'publication');
  const { result } = await call('publish', { channel: 'news', data: { a: 1 }, tags: { kind: 'x' } });
  expect(result).toEqual({ offset: 1, epoch: expect.any(String) });
  const twice = { channel: 'news', data: 2, idempotency_key: 'k' };
  expect(await call('publish', twice)).toEqual(await call('publish', twice));
  expect(await call('broadcast', { channels: ['news', 'no:such'], b64data: btoa('3') })).toEqual({
    result: { responses: [{ result: { ...result, offset: 3 } }, { error: { code: 102, message: 'unknown channel' } }] },
  });
  expect(await call('publish', { channel: 'news', data: 4, skip_history: true })).toEqual({ result: {} });
  expect(await call('publish', { channel: 'fleeting', data: 5 })).toEqual({ result: {} });
  await publications.until(4);
  expect(publications.seen.map(({ data }) => data)).toEqual([{ a: 1 }, 2, 3, 4]);
  expect(publications.seen[0]?.tags).toEqual({ kind: 'x' });
  expect(await call('history', { channel: 'news', limit: 2, reverse: true })).toMatchObject({
    result: { publications: [{ data: 3, offset: 3 }, { data: 2 }], offset: 3, epoch: result.epoch },
  });
  expect(await call('history', { channel: 'news' })).toMatchObject({ result: { publications: [], offset: 3 } });
  await call('history_remove', { channel: 'news' });
  expect(await call('history', { channel: 'news', limit: -1 })).toMatchObject({
    result: { publications: [], offset: 3 },
  });
  expect(live.errors).toEqual([]);
});

test('subscribe, unsubscribe, presence, channels and info', async () => {
  const { call, connect } = await withApi();
  const one = await connect('ann');
  await connect('bob');
  const subscribed = next<{ channel: string; data: unknown }>(one, 'subscribed');
  const unsubscribed = next<{ channel: string }>(one, 'unsubscribed');
  await call('subscribe', { user: 'ann', channel: 'team', data: 'hi', info: { role: 'x' } });
  await subscribed;
  expect(Object.values((await call('presence', { channel: 'team' })).result.presence)).toEqual([
    { user: 'ann', client: expect.any(String), conn_info: { n: 1 }, chan_info: { role: 'x' } },
  ]);
  expect(await call('presence_stats', { channel: 'news' })).toEqual({ result: { num_clients: 2, num_users: 2 } });
  expect(await call('channels', { pattern: 'te*' })).toEqual({ result: { channels: { team: { num_clients: 1 } } } });
  expect(await call('channels', {})).toMatchObject({ result: { channels: { news: { num_clients: 2 } } } });
  expect(await call('info', {})).toMatchObject({
    result: { nodes: [{ version: '1.2.3', num_clients: 2, num_users: 2, num_channels: 2, num_subs: 3 }] },
  });
  await call('unsubscribe', { user: 'ann', channel: 'team' });
  expect((await unsubscribed).channel).toBe('team');
});

test('disconnect and refresh find the connections of a user', async () => {
  const { live, call, connect } = await withApi();
  const [spared, ended, other] = [await connect('ann'), await connect('ann'), await connect('bob')];
  const [first] = [...live.server.connections()];
  const disconnected = next<DisconnectedContext>(ended, 'disconnected');
  await call('disconnect', { user: 'ann', whitelist: [first?.id] });
  expect(await disconnected).toMatchObject({ code: 3503, reason: 'force disconnect' });
  expect(spared.state).toBe('connected');
  const terminated = next<DisconnectedContext>(other, 'disconnected');
  await call('disconnect', { user: 'bob', disconnect: { code: 4500, reason: 'bye' } });
  expect(await terminated).toMatchObject({ code: 4500, reason: 'bye' });
  await call('refresh', { user: 'ann', expire_at: live.clock.now() / 1_000 + 10 });
  const expired = next<{ code: number }>(spared, 'connecting');
  live.clock.advance(10);
  expect(await expired).toMatchObject({ code: 4001 });
});

test('a batch, and the old way with method and params', async () => {
  const { ask, call } = await withApi();
  const commands = [{ publish: { channel: 'news', data: 1 } }, { publish: { channel: '' } }, { info: {} }];
  expect(await call('batch', { commands })).toMatchObject({
    result: { replies: [{ publish: { offset: 1 } }, { error: { code: 107 } }, { info: { nodes: [{}] } }] },
  });
  const old = await ask('/api', { method: 'publish', params: { channel: 'news', data: 2 } });
  expect(await old.json()).toMatchObject({ result: { offset: 2 } });
});

test('who has no key learns nothing; what is wrong is told', async () => {
  const { live, ask, call } = await withApi();
  expect((await ask('/api/info', {}, {})).status).toBe(401);
  expect((await ask('/api/info', {}, { 'x-api-key': 'test-kez' })).status).toBe(401);
  expect((await ask('/api/info', {}, { authorization: `apikey ${key}` })).status).toBe(200);
  expect((await ask('/api/dance', {})).status).toBe(404);
  expect((await ask('/api/constructor', {})).status).toBe(404);
  expect((await ask('/api/info', 'rubbish')).status).toBe(400);
  expect((await ask('/apis', {})).status).toBe(418);
  for (const [method, params] of [
    ['publish', { channel: 'news' }],
    ['publish', { channel: 7, data: 1 }],
    ['broadcast', { channels: 'news', data: 1 }],
    ['disconnect', { user: 'ann', disconnect: { code: 'x' } }],
    ['batch', { commands: [{ batch: {} }] }],
  ] as const) {
    expect(await call(method, params)).toMatchObject({ error: { code: 107 } });
  }
  expect(await call('history', { channel: 'fleeting', limit: 1 })).toMatchObject({ error: { code: 108 } });
  expect(live.errors).toEqual([]);
});

test('patterns of channels know stars and question marks, and take no time', async () => {
  const live: Started = await startServer({ channels: ['a:1', 'a:22', 'b:1', '*', 'a'.repeat(200)] });
  await (await live.raw()).connect();
  const names = (pattern: string) => [...live.server.api.channels(pattern).keys()];
  expect(names('a:*')).toEqual(['a:1', 'a:22']);
  expect(names('?:1')).toEqual(['a:1', 'b:1']);
  expect(names('*2')).toEqual(['a:22']);
  expect(names('*')).toHaveLength(5);
  expect(names(`${'*a'.repeat(100)}b`)).toEqual([]);
});
