import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Centrifuge, DisconnectedContext, ServerPublicationContext } from 'centrifuge';
import { expect, onTestFinished, test } from 'vitest';
import { createHttpApi } from './http-api.ts';
import { createMemoryStore } from './memory-store.ts';
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
  expect(live.server.stats().publications).toBe(5);
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
  const replies = [{ publish: { offset: 1 } }, { error: { code: 107 } }, { info: { nodes: [{}] } }];
  expect(await call('batch', { commands })).toMatchObject({ replies });
  expect(await call('batch', { commands, parallel: true })).toMatchObject({
    replies: [{ publish: { offset: 2 } }, {}, {}],
  });
  // One that cannot be understood does nothing at all.
  const half = [{ publish: { channel: 'news', data: 'never' } }, { dance: {} }];
  expect(await call('batch', { commands: half })).toMatchObject({ error: { code: 107 } });
  const old = await ask('/api', { method: 'publish', params: { channel: 'news', data: 2 } });
  expect(await old.json()).toMatchObject({ result: { offset: 3 } });
});

test('who has no key learns nothing; what is wrong is told', async () => {
  const { live, ask, call } = await withApi();
  expect((await ask('/api/info', {}, {})).status).toBe(401);
  expect((await ask('/api/info', {}, { 'x-api-key': 'test-kez' })).status).toBe(401);
  expect((await ask('/api/info', {}, { authorization: `apikey ${key}` })).status).toBe(200);
  expect((await ask(`/api/info?api_key=${key}`, {}, {})).status).toBe(200);
  expect((await ask('/api/info?api_key=none', {}, {})).status).toBe(401);
  expect((await ask('/api/dance', {})).status).toBe(404);
  expect((await ask('/api/constructor', {})).status).toBe(404);
  expect(await (await ask('/api/dance', {})).text()).toBe('no method "dance"');
  expect(await (await ask('/api/info', {}, {})).text()).toContain('X-API-Key');
  expect((await ask('/api/info', 'rubbish')).status).toBe(400);
  expect(await (await ask('/api/info', 'rubbish')).text()).toContain('must be a JSON object');
  expect((await ask('/apis', {})).status).toBe(418);
  for (const [method, params] of [
    ['publish', { channel: 'news' }],
    ['publish', { channel: 7, data: 1 }],
    ['broadcast', { channels: 'news', data: 1 }],
    ['broadcast', { channels: [], data: 1 }],
    ['disconnect', { user: 'ann', disconnect: { code: 'x' } }],
    ['refresh', { user: 'ann', expired: 'yes' }],
    ['publish', { channel: 'news', data: 1, skip_history: 1 }],
    ['batch', { commands: [{ batch: {} }] }],
    ['subscribe', { user: 'ann', channel: 'team', override: 1 }],
    ['subscribe', { user: 'ann', channel: 'team', recover_since: { offset: '1' } }],
    ['subscribe', { user: 'ann', channel: 'team', b64data: '/w==' }],
    ['publish', { channel: 'news', b64data: '{"text":"no base64"}' }],
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

test('errors as HTTP statuses, for one request or for all', async () => {
  const { live, ask } = await withApi();
  const header = { 'x-api-key': key, 'x-centrifugo-error-mode': 'transport' };
  const status = async (method: string, params: unknown) => (await ask(`/api/${method}`, params, header)).status;
  const unknown = await ask('/api/publish', { channel: 'no:such', data: 1 }, header);
  expect([unknown.status, await unknown.json()]).toEqual([404, { code: 102, message: 'unknown channel' }]);
  expect(await status('publish', {})).toBe(400);
  expect(await status('history', { channel: 'fleeting', limit: 1 })).toBe(400);
  expect(await status('history', { channel: 'news', since: { offset: 1, epoch: 'another' } })).toBe(416);
  expect(await status('info', {})).toBe(200);
  // Many in one answer keep their errors inside.
  expect(await status('broadcast', { channels: ['no:such'], data: 1 })).toBe(200);
  const always = createHttpApi(live.server, { key, errorMode: 'transport' });
  const http = createServer((request, response) => void always(request, response));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => void http.close());
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/api/publish`;
  expect((await fetch(url, { method: 'POST', headers: { 'x-api-key': key }, body: '{}' })).status).toBe(400);
});

test('a subscription may begin in the past: what was published since then comes once, and in order', async () => {
  const { live, call, connect } = await withApi();
  for (const n of [1, 2, 3]) live.publish('team', n);
  const { epoch } = (await call('history', { channel: 'team' })).result;
  const one = await connect('ann');
  const publications = record<ServerPublicationContext>(one, 'publication');
  await call('subscribe', { user: 'ann', channel: 'team', recover_since: { offset: 1, epoch } });
  live.publish('team', 4);
  await publications.until(3);
  expect(publications.seen.map(({ data, offset }) => [data, offset])).toEqual([
    [2, 2],
    [3, 3],
    [4, 4],
  ]);
});

test('a past that is gone is no past: the subscription begins at the top', async () => {
  const { live, call, connect } = await withApi();
  live.publish('team', 1);
  const publications = record<ServerPublicationContext>(await connect('ann'), 'publication');
  await call('subscribe', { user: 'ann', channel: 'team', recover_since: { offset: 0, epoch: 'another' } });
  live.publish('team', 2);
  await publications.until(1);
  expect(publications.seen).toMatchObject([{ data: 2, offset: 2 }]);
  expect(live.server.stats()).toMatchObject({ notRecovered: 1 });
});

test('a subscription may have more or less than its channel, and its info in base64', async () => {
  const { call, connect } = await withApi();
  const ann = await connect('ann');
  const joins = record<{ channel: string; info: { user: string; chanInfo: unknown } }>(ann, 'join');
  const told = { join_leave: { value: true }, force_push_join_leave: { value: true } };
  await call('subscribe', { user: 'ann', channel: 'team', override: { ...told, presence: { value: false } } });
  await connect('bob');
  await call('subscribe', { user: 'bob', channel: 'team', override: told, b64info: btoa('{"role":"x"}') });
  await joins.until(2);
  expect(joins.seen.map(({ info }) => [info.user, info.chanInfo])).toEqual([
    ['ann', undefined],
    ['bob', { role: 'x' }],
  ]);
  expect(await call('presence_stats', { channel: 'team' })).toEqual({ result: { num_clients: 1, num_users: 1 } });
});

test('a session names one HTTP stream of a user', async () => {
  const { live, call, connect } = await withApi();
  const socket = await connect('ann');
  const stream = await fetch(`${live.base}/connection/http_stream`, {
    method: 'POST',
    body: '{"id":1,"connect":{"data":"ann"}}',
  });
  const lines = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  const { value = '' } = (await lines?.read()) ?? {};
  await call('disconnect', { user: 'ann', session: 'none of them' });
  await call('disconnect', { user: 'ann', session: JSON.parse(value).connect.session });
  expect((await lines?.read())?.value).toContain('"disconnect":{"code":3503');
  expect(live.server.stats().connections).toBe(1);
  await expect(socket.rpc('m', 1)).rejects.toMatchObject({ code: 108 });
});

test('numbers of many digits go through the HTTP API as they are', async () => {
  const { live, ask } = await withApi();
  const reader = await live.raw();
  await reader.connect({ data: 'bob' });
  const data = '{"big":12345678901234567890,"text":"1234567890123456789"}';
  await ask('/api/publish', `{"channel":"news","data":${data}}`);
  await ask('/api/batch', `{"commands":[{"publish":{"channel":"news","data":${data}}}]}`);
  await reader.until(3);
  expect(reader.frames.slice(1).join('\n').split(data)).toHaveLength(3);
  const history = await ask('/api/history', { channel: 'news', limit: 1 });
  expect(await history.text()).toContain(`"data":${data}`);
});

test('a version is refused rather than ignored', async () => {
  const { live, call } = await withApi();
  expect(await call('publish', { channel: 'news', data: 1, version: 3 })).toMatchObject({ error: { code: 108 } });
  expect(live.server.stats().publications).toBe(0);
});

test('null, nothing and the empty value are the same', async () => {
  const { live, call, connect } = await withApi();
  const one = await connect('ann');
  const publications = record<ServerPublicationContext>(one, 'publication');
  const bare = { idempotency_key: null, version: null, tags: null, skip_history: null };
  await call('publish', { channel: 'news', data: 1, b64data: '', ...bare });
  await call('publish', { channel: 'news', data: 2, b64data: null, ...bare });
  await live.server.api.publish('news', 3, { idempotencyKey: '' });
  await live.server.api.publish('news', 4, { idempotencyKey: '' });
  await publications.until(4);
  expect(publications.seen.map(({ data }) => data)).toEqual([1, 2, 3, 4]);
  expect(await call('history', { channel: 'news', limit: null, since: null, reverse: null })).toMatchObject({
    result: { publications: [], offset: 4 },
  });
  expect(await call('refresh', { user: 'ann', expire_at: 0, expired: null })).toEqual({ result: {} });
  const accept = { expire_at: 0, b64data: '', data: 'hi', b64info: null, override: null, recover_since: null };
  const subscribed = next<{ data: unknown }>(one, 'subscribed');
  expect(await call('subscribe', { user: 'ann', channel: 'team', ...accept })).toEqual({ result: {} });
  expect(await subscribed).toMatchObject({ data: 'hi' });
  live.clock.advance(3);
  expect(live.server.api.channels('team')).toEqual(new Map([['team', 1]]));
  const disconnected = next<DisconnectedContext>(one, 'disconnected');
  await call('disconnect', { user: 'ann', disconnect: { code: 0 }, whitelist: null });
  expect(await disconnected).toMatchObject({ code: 3503 });
});

test('what has no history to remove says so', async () => {
  const { call } = await withApi();
  expect(await call('history_remove', { channel: 'no:such' })).toMatchObject({ error: { code: 102 } });
  expect(await call('history_remove', { channel: 'fleeting' })).toMatchObject({ error: { code: 108 } });
  const { read } = createMemoryStore();
  const { server }: Started = await startServer({ store: { read } });
  await expect(server.api.historyRemove('news')).rejects.toMatchObject({ code: 108 });
  await expect(server.api.publish('news', 1)).rejects.toMatchObject({ code: 108 });
  expect(server.stats().publications).toBe(0);
});
