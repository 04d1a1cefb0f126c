import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, expectRefusal } from '../testing/ask.ts';
import { claimsOf } from '../testing/claims.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';

const right = { login: 'demo', password: 'demo-password' };
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const getToken = (body: unknown, headers = {}) => ask(server, 'POST /api/company/get-token', { body, headers });

test('login and password give a bare JSON string: an HS256 token that works', async () => {
  const answer = await getToken(right);
  expect(answer.status).toBe(200);
  expect(answer.text).toBe(JSON.stringify(answer.json));
  const token = String(answer.json);
  const { header, payload } = claimsOf(token);
  expect(header).toEqual({ alg: 'HS256', typ: 'JWT' });
  expect(Object.keys(payload).sort()).toEqual(['company_id', 'exp']);
  expect((await ask(server, 'GET /api/company/organization', { token })).status).toBe(200);
});

test('a wrong password and an unknown login are answered alike', async () => {
  const wrong = await getToken({ ...right, password: 'guess' });
  const unknown = await getToken({ ...right, login: 'nobody' });
  expectRefusal(wrong, 401, 'wrong_credentials');
  const { requestId: one, ...wrongBody } = wrong.json as Record<string, unknown>;
  const { requestId: other, ...unknownBody } = unknown.json as Record<string, unknown>;
  expect(wrongBody).toEqual(unknownBody);
  expect(one).not.toBe(other);
});

test('names every bad field', async () => {
  expect(expectRefusal(await getToken({}), 400, 'invalid_request').map(({ path }) => path)).toEqual([
    '/login',
    '/password',
  ]);
  const objects = await getToken({ login: { $ne: '' }, password: ['demo-password'] });
  expect(expectRefusal(objects, 400, 'invalid_request').map(({ path }) => path)).toEqual(['/login', '/password']);
});

describe('tries are limited', () => {
  let limited: TestServer;
  beforeAll(async () => {
    limited = await startTestServer({
      config: { 'sign-in-limit': 3, 'sign-in-limit-address': 4, 'trust-proxy': 1 },
    });
  });
  afterAll(() => limited[Symbol.asyncDispose]());

  const attempt = (address: string, login: string, password = 'guess') =>
    ask(limited, 'POST /api/company/get-token', {
      body: { login, password },
      headers: { 'X-Forwarded-For': address },
    });

  test('per login: 429 with when to come back, right password too; the clock lets it through again', async () => {
    for (let guess = 0; guess < 3; guess++) expect((await attempt('10.0.0.1', 'demo')).status).toBe(401);
    const refused = await attempt('10.0.0.9', 'demo', 'demo-password');
    expectRefusal(refused, 429, 'too_many_requests');
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      'retry-after': '900',
      'ratelimit-limit': '3',
      'ratelimit-remaining': '0',
      'ratelimit-reset': '900',
    });
    expect((await attempt('10.0.0.9', 'another')).status).toBe(401);
    limited.clock.advance(900_000 - 1);
    expect((await attempt('10.0.0.9', 'demo', 'demo-password')).headers.get('retry-after')).toBe('1');
    limited.clock.advance(1);
    expect((await attempt('10.0.0.9', 'demo', 'demo-password')).status).toBe(200);
  });

  test('per address, whatever the logins', async () => {
    for (const login of ['a', 'b', 'c', 'd']) expect((await attempt('10.0.0.2', login)).status).toBe(401);
    expectRefusal(await attempt('10.0.0.2', 'demo', 'demo-password'), 429, 'too_many_requests');
    expect((await attempt('10.0.0.3', 'demo', 'demo-password')).status).toBe(200);
  });

  test('who signs in rightly is never limited', async () => {
    for (let round = 0; round < 6; round++) {
      expect((await attempt('10.0.0.4', 'demo', 'demo-password')).status).toBe(200);
    }
  });
});

test('the token ends after 180 days, with the words the vendors wait for', async () => {
  const { token } = await server.asCompany();
  server.clock.advance(180 * 24 * 3600_000 - 1000);
  expect((await ask(server, 'GET /api/company/organization', { token })).status).toBe(200);
  server.clock.advance(1000);
  const late = await ask(server, 'GET /api/company/organization', { token });
  expectRefusal(late, 401, 'token_expired');
  expect(late.json).toMatchObject({ error: 'Token is expired.' });
});
