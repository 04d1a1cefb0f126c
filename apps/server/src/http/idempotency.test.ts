import { describe, expect, test } from 'vitest';
import { ask, expectRefusal } from '../testing/ask.ts';
import { serveDemoCompany } from '../testing/demo-company.ts';
import { dump } from '../testing/dump.ts';
import { addSecondCompany } from '../testing/second-company.ts';
import { startTestServer } from '../testing/start-test-server.ts';

const { server, token } = await serveDemoCompany();

const rows = (name: string) => [{ organizationId: 24, name }];
const synchronize = (key: string, body: unknown, as = token) =>
  ask(server, 'POST /api/operator/synchronize', { token: as, body, headers: { 'Idempotency-Key': key } });
const replayed = ({ headers }: { headers: Headers }) => headers.get('idempotent-replay');
const countOperators = async () =>
  ((await ask(server, 'GET /api/operator?organizationId=24', { token })).json as unknown[]).length;

test('a repeat gets the first answer and says that it is one', async () => {
  const first = await synchronize('one', rows('Once'));
  expect({ status: first.status, replayed: replayed(first) }).toEqual({ status: 200, replayed: null });
  const count = await countOperators();
  const again = await synchronize('one', rows('Once'));
  expect({ status: again.status, text: again.text, replayed: replayed(again) }).toEqual({
    status: 200,
    text: first.text,
    replayed: 'true',
  });
  expect(await countOperators()).toBe(count);
});

test('the same key with another body is 422 and adds nobody', async () => {
  await synchronize('two', rows('First'));
  const before = await dump(server);
  expectRefusal(await synchronize('two', rows('Second')), 422, 'idempotency_mismatch');
  expect(await dump(server)).toBe(before);
});

test('twenty at once act once', async () => {
  const count = await countOperators();
  const answers = await Promise.all(Array.from({ length: 20 }, () => synchronize('three', rows('At once'))));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(answers.filter((answer) => replayed(answer) === null)).toHaveLength(1);
  expect(await countOperators()).toBe(count + 1);
});

test('a request that was refused does not use the key up', async () => {
  expectRefusal(await synchronize('four', [{ organizationId: 24 }]), 400, 'invalid_request');
  expectRefusal(await synchronize('four', [{ organizationId: 999, name: 'X' }]), 404, 'not_found');
  expect((await synchronize('four', rows('At last'))).status).toBe(200);
});

test('a key is of one company and one endpoint', async () => {
  const rival = await addSecondCompany(server);
  const ours = await synchronize('five', rows('Ours'));
  const theirs = await synchronize(
    'five',
    [{ organizationId: rival.organizationId, name: 'Theirs' }],
    rival.company.token,
  );
  expect({ status: theirs.status, replayed: replayed(theirs) }).toEqual({ status: 200, replayed: null });
  expect(theirs.text).not.toBe(ours.text);
  const other = await ask(server, 'POST /api/v1/api-keys', {
    token,
    body: { name: 'Five' },
    headers: { 'Idempotency-Key': 'five' },
  });
  expect({ status: other.status, replayed: replayed(other) }).toEqual({ status: 201, replayed: null });
});

test('survives a restart, and is forgotten after 24 hours', async () => {
  await using own = await startTestServer();
  const company = await own.asCompany();
  const body = [{ organizationId: 24, name: 'Kept' }];
  const first = await company.call('synchronizeOperators', { body, idempotencyKey: 'kept' });
  const again = await own.restart();
  const call = again.withToken(company.token).call;
  expect(await call('synchronizeOperators', { body, idempotencyKey: 'kept' })).toEqual(first);
  again.clock.advance(24 * 3600_000 - 1);
  expect(await call('synchronizeOperators', { body, idempotencyKey: 'kept' })).toEqual(first);
  again.clock.advance(1);
  expect(await call('synchronizeOperators', { body, idempotencyKey: 'kept' })).not.toEqual(first);
  await again.stop();
});

test.each([
  ['empty', ''],
  ['too long', 'x'.repeat(201)],
])('an %s key is refused', async (_, key) => {
  expectRefusal(await synchronize(key, rows('Nobody')), 400, 'invalid_request');
});

test('messages: the repeat is the first message, with its status, from both sides', async () => {
  const operator = await server.asOperator(101);
  const panel = await operator.listen();
  await panel.until('operatorStatusChanged', ({ presence }) => presence === 'online');
  const client = await server.asClient();
  const write = (path: string, as: string, body: unknown) =>
    ask(server, `POST ${path}`, { token: as, body, headers: { 'Idempotency-Key': 'message' } });

  const asked = await write('/api/v1/widget/messages', client.token, { body: 'Where is it?' });
  const askedAgain = await write('/api/v1/widget/messages', client.token, { body: 'Where is it?' });
  expect(asked.status).toBe(201);
  expect({ ...askedAgain, headers: 0 }).toEqual({ ...asked, headers: 0 });
  expect(replayed(askedAgain)).toBe('true');

  const { sessionId } = asked.json as { sessionId: string };
  const path = `/api/v1/sessions/${sessionId}/operators/messages`;
  const answered = await write(path, operator.token, { body: 'On its way.' });
  const answeredAgain = await write(path, operator.token, { body: 'On its way.' });
  expect(answered.status).toBe(201);
  expect({ ...answeredAgain, headers: 0 }).toEqual({ ...answered, headers: 0 });
  const { items = [] } = await client.call('widgetMessages');
  expect(items.map(({ body }) => body)).toEqual(['Where is it?', 'On its way.']);
});

describe('where no token says who asks', () => {
  const guid = '00000000-0000-4000-8000-000000000024';
  const open = (key: string, body: object = {}, on: { url: string } = server, from = '10.0.0.1') =>
    ask(on, 'POST /api/v1/widget/open', {
      body: { guid, ...body },
      headers: { 'Idempotency-Key': key, 'X-Forwarded-For': from },
    });
  const countClients = async () => (await server.database.read.selectFrom('clients').select('id').execute()).length;

  test('opening the widget again is the same client', async () => {
    const count = await countClients();
    const first = await open('open');
    expect({ status: first.status, replayed: replayed(first) }).toEqual({ status: 200, replayed: null });
    const again = await open('open');
    expect({ ...again, headers: 0 }).toEqual({ ...first, headers: 0 });
    expect(replayed(again)).toBe('true');
    expect(await countClients()).toBe(count + 1);
    expectRefusal(await open('open', { name: 'Somebody else' }), 422, 'idempotency_mismatch');
  });

  test('twenty at once are one client', async () => {
    const count = await countClients();
    const answers = await Promise.all(Array.from({ length: 20 }, () => open('at once')));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter((answer) => replayed(answer) === null)).toHaveLength(1);
    expect(await countClients()).toBe(count + 1);
  });

  test.each([
    ['nothing to write', {}],
    ['a new page', { page: 'https://shop.example/cart' }],
  ])('for a client that is known, with %s, the first answer comes again too', async (_, more) => {
    const client = await server.asClient();
    const body = { clientToken: client.token, ...more };
    const first = await open(client.clientId, body);
    expect(first.json).toMatchObject({ clientId: client.clientId, messages: [] });
    await client.call('widgetSend', { body: { body: 'Hello' } });
    const again = await open(client.clientId, body);
    expect({ replayed: replayed(again), text: again.text }).toEqual({ replayed: 'true', text: first.text });
  });

  test('a key that somebody at another address has thought of too opens nothing of theirs', async () => {
    await using proxied = await startTestServer({ config: { 'trust-proxy': 1 } });
    const first = await open('1', {}, proxied);
    const other = await open('1', {}, proxied, '10.0.0.2');
    expect({ status: other.status, replayed: replayed(other) }).toEqual({ status: 200, replayed: null });
    expect(other.text).not.toBe(first.text);
    expect(await dump(proxied)).not.toContain((first.json as { clientToken: string }).clientToken);
  });

  test('the link of an empty server works once, and its repeat answers again', async () => {
    await using empty = await startTestServer({ config: { demo: false } });
    const body = {
      setupToken: empty.setupToken,
      company: 'Acme',
      organization: 'Support',
      login: 'acme',
      name: 'Ada Min',
      email: 'ada@acme.example',
      password: 'ten characters',
    };
    const setUp = (key: string) => ask(empty, 'POST /api/v1/setup', { body, headers: { 'Idempotency-Key': key } });
    const first = await setUp('once');
    expect(first.status).toBe(201);
    const again = await setUp('once');
    expect({ ...again, headers: 0 }).toEqual({ ...first, headers: 0 });
    expect(replayed(again)).toBe('true');
    expectRefusal(await setUp('another'), 403, 'forbidden');
  });
});

describe('an endpoint that makes nothing', () => {
  test('ignores the key', async () => {
    const asked = { token, body: { id: 103, status: 1 }, headers: { 'Idempotency-Key': 'status' } };
    expect((await ask(server, 'POST /api/operator/status', asked)).status).toBe(200);
    const other = { ...asked, body: { id: 103, status: 0 } };
    expect((await ask(server, 'POST /api/operator/status', other)).status).toBe(200);
  });
});
