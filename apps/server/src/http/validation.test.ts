import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, expectRefusal } from '../testing/ask.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';

// Whoever asked badly hears of everything at once, not of one thing after the other.
let server: TestServer;
let tokens: Record<'company' | 'operator', string>;
beforeAll(async () => {
  server = await startTestServer();
  tokens = { company: (await server.asCompany()).token, operator: (await server.asOperator(101)).token };
});
afterAll(() => server[Symbol.asyncDispose]());

const badFields = async (who: 'company' | 'operator', what: string, asked: Parameters<typeof ask>[2] = {}) =>
  expectRefusal(await ask(server, what, { token: tokens[who], ...asked }), 400, 'invalid_request');
const pathsOf = (details: { path: string }[]) => details.map(({ path }) => path).sort();

describe('every bad field is named', () => {
  test('a time that is none beside an id that is none', async () => {
    const details = await badFields('company', 'POST /api/operator/get-token', {
      body: { id: 'q', expiresAt: 'tomorrow' },
    });
    expect(details).toEqual([
      { path: '/id', message: 'must be integer' },
      { path: '/expiresAt', message: 'must be an ISO 8601 time such as 2026-01-31T21:30:54Z' },
    ]);
  });

  test.each([
    ['users', ['/fields', '/limit', '/sort'], 'limit=0&sort=password_hash&fields=password_hash'],
    ['sessions', ['/fields', '/limit', '/sort', '/status'], 'limit=0&sort=x&fields=x&status=OPEN,ACTIVE'],
  ])('of the query of %s', async (path, expected, query) => {
    expect(pathsOf(await badFields('operator', `GET /api/v1/${path}?${query}`))).toEqual(expected);
  });

  test('of the query of a list that takes no pages', async () => {
    const details = await badFields('company', 'GET /api/v1/api-keys?fields=hash&withoutCount=maybe');
    expect(pathsOf(details)).toEqual(['/fields', '/withoutCount']);
  });

  test('what may stand there instead is said', async () => {
    const [sort, status] = await badFields('operator', 'GET /api/v1/sessions?status=OPEN&sort=x');
    expect(status?.message).toBe('must be one or several of BOT, HELP, ACTIVE, PAUSED, CLOSED, separated by commas');
    expect(sort?.message).toMatch(
      /^must be one or several of name, .*, separated by commas, - before one turns it round$/,
    );
  });

  test('in the address, in the body and in the headers', async () => {
    const details = await badFields('operator', 'POST /api/v1/sessions/none/operators/messages', {
      body: { localId: '', body: 5 },
      headers: { 'Idempotency-Key': 'x'.repeat(201) },
    });
    expect(pathsOf(details)).toEqual(['/body', '/localId', '/sessionId', 'Idempotency-Key']);
    const both = await badFields('operator', 'GET /api/v1/sessions/none/messages?limit=0');
    expect(pathsOf(both)).toEqual(['/limit', '/sessionId']);
  });

  test('beside text with U+0000', async () => {
    const body = [{ organizationId: '24', name: 'a\0b', email: 'nobody' }, { name: 'Somebody' }];
    expect(await badFields('company', 'POST /api/operator/synchronize', { body })).toEqual([
      { path: '/0/name', message: 'must not contain the character U+0000' },
      { path: '/0/organizationId', message: 'must be integer' },
      { path: '/0/email', message: expect.any(String) },
      { path: '/1/organizationId', message: 'is required' },
    ]);
    const query = await badFields('operator', 'GET /api/v1/users?keyword=a%00&limit=0');
    expect(pathsOf(query)).toEqual(['/keyword', '/limit']);
  });
});

test('lists that are asked for nothing in particular, in the words of http_build_query, are whole', async () => {
  const asked = await ask(server, 'GET /api/v1/sessions?status=&sort=&fields=', { token: tokens.operator });
  expect(asked.json).toEqual({ count: 0, items: [] });
  await ask(server, 'POST /api/v1/api-keys', { token: tokens.company, body: { name: 'CRM' } });
  const keys = await ask(server, 'GET /api/v1/api-keys?fields=name&withoutCount=0', { token: tokens.company });
  expect(keys.json).toEqual({ count: 1, items: [{ name: 'CRM' }] });
});

test('a day that is not in the calendar is no time', async () => {
  for (const day of ['2026-02-30', '2026-04-31', '2025-02-29']) {
    const details = await badFields('operator', `GET /api/v1/sessions?from=${day}T10:00:00Z`);
    expect(pathsOf(details)).toEqual(['/from']);
  }
  const leap = await ask(server, 'GET /api/v1/sessions?from=2028-02-29T10:00:00Z', { token: tokens.operator });
  expect(leap.status).toBe(200);
});
