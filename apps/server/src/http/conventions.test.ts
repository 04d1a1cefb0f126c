import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, expectRefusal } from '../testing/ask.ts';
import { dump } from '../testing/dump.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';

let server: TestServer;
let company: string;
let operator: string;
beforeAll(async () => {
  server = await startTestServer();
  company = (await server.asCompany()).token;
  operator = (await server.asOperator(101)).token;
});
afterAll(() => server[Symbol.asyncDispose]());

const status = (asked: Parameters<typeof ask>[2]) => ask(server, 'POST /api/operator/status', asked);

describe('how a token is sent', () => {
  const organizations = (headers: Record<string, string>) => ask(server, 'GET /api/company/organization', { headers });

  test.each([
    ['Authorization: Bearer T', (token: string) => ({ Authorization: `Bearer ${token}` })],
    ['authorization: bearer  T', (token: string) => ({ authorization: `bearer  ${token} ` })],
    ['Authorization: T', (token: string) => ({ Authorization: token })],
    ['X-Authorization-Key: T', (token: string) => ({ 'X-Authorization-Key': token })],
    ['in the quotes of the JSON string it came as', (token: string) => ({ Authorization: `Bearer "${token}"` })],
  ])('%s', async (_, headers) => {
    expect((await organizations(headers(company))).status).toBe(200);
    expect((await ask(server, 'GET /api/v1/users/me', { headers: headers(operator) })).status).toBe(200);
  });

  test('not at all: 401 that says how', async () => {
    for (const headers of [{}, { Authorization: '' }, { Authorization: 'Bearer' }, { 'X-Authorization-Key': ' ' }]) {
      const answer = await organizations(headers as Record<string, string>);
      expectRefusal(answer, 401, 'unauthorized');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  test('never in the address', async () => {
    expectRefusal(await ask(server, `GET /api/company/organization?token=${company}`), 401, 'unauthorized');
  });
});

describe('what the answer is called', () => {
  const plain = 'text/plain; charset=utf-8';
  const json = 'application/json; charset=utf-8';
  test.each([
    ['text/plain', plain],
    ['Text/Plain', plain],
    ['text/plain, */*', json],
    ['application/json, text/plain, */*', json],
    ['application/json', json],
    ['*/*', json],
    ['image/png', json],
  ])('Accept: %s → %s, and the body is the same JSON', async (accept, type) => {
    const headers = { Accept: accept };
    const list = await ask(server, 'GET /api/operator?organizationId=6', { token: company, headers });
    expect(list.headers.get('content-type')).toBe(type);
    expect(list.text).toBe('[]');
    const token = await ask(server, 'POST /api/operator/get-token', {
      token: company,
      headers,
      body: { id: 101, expiresAt: new Date(server.clock.now() + 60_000).toISOString() },
    });
    expect(token.headers.get('content-type')).toBe(type);
    expect(token.text).toMatch(/^"[^"]+"$/);
    const me = await ask(server, 'GET /api/v1/users/me', { token: operator, headers });
    expect(me.json).toMatchObject({ id: 101 });
  });

  test('an error is application/json also for those who accept text/plain alone', async () => {
    const answer = await ask(server, 'GET /api/operator', { token: company, headers: { Accept: 'text/plain' } });
    expectRefusal(answer, 400, 'invalid_request');
  });
});

describe('bodies', () => {
  test.each([
    ['text/plain', '{"id":103,"status":1}'],
    ['application/x-www-form-urlencoded', 'id=103&status=1'],
    ['multipart/form-data; boundary=x', '--x--'],
    ['application/xml', '<id>103</id>'],
    ['', '{"id":103,"status":1}'],
  ])('named %s: 415', async (type, raw) => {
    const before = await dump(server);
    const body = new Blob([raw]);
    const response = await fetch(`${server.url}/api/operator/status`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${company}`, 'Content-Type': type },
      body,
    });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ code: 'unsupported_media_type' });
    expect(await dump(server)).toBe(before);
  });

  test('JSON with a charset is JSON', async () => {
    const headers = { 'Content-Type': 'application/json; charset=UTF-8' };
    expect((await status({ token: company, headers, body: { id: 103, status: 1 } })).status).toBe(200);
  });

  test.each(['{', '{"id":103,"status":1}x', "{'id':103}", 'id=103', '\u0000', '{"id":NaN}', '[1,]'])(
    'that are no JSON (%s): 400',
    async (raw) => {
      expectRefusal(await status({ token: company, raw }), 400, 'invalid_json');
    },
  );

  test.each(['{"__proto__":{"status":1},"id":103}', '{"id":103,"status":1,"constructor":{"prototype":{"x":1}}}'])(
    'that reach for the prototype (%s): 400',
    async (raw) => {
      expectRefusal(await status({ token: company, raw }), 400, 'invalid_json');
      expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
    },
  );

  test('over 1 MB: 413, also when it comes in pieces and says no length', async () => {
    const before = await dump(server);
    expectRefusal(await status({ token: company, raw: `"${'x'.repeat(10_000_000)}"` }), 413, 'body_too_large');
    const chunked = await new Promise<number | undefined>((resolve, reject) => {
      const url = new URL('/api/operator/synchronize', server.url);
      const headers = { Authorization: `Bearer ${company}`, 'Content-Type': 'application/json' };
      const sending = request(url, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      // The server stops reading when it has heard enough.
      sending.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') reject(error);
      });
      for (let piece = 0; piece < 20; piece++) sending.write('x'.repeat(100_000));
      sending.end();
    });
    expect(chunked).toBe(413);
    expect(await dump(server)).toBe(before);
  });

  test('just below 1 MB is read', async () => {
    const raw = `[{"organizationId":24,"name":"${'x'.repeat(1_048_576 - 60)}"}]`;
    const answer = await ask(server, 'POST /api/operator/synchronize', { token: company, raw });
    expect(expectRefusal(answer, 400, 'invalid_request')).toMatchObject([{ path: '/0/name' }]);
  });

  test('nested without end, or with half a million values: 400, quickly and in few words', async () => {
    const deep = `{"name":"x","more":${'['.repeat(300_000)}${']'.repeat(300_000)}}`;
    const headers = { 'Idempotency-Key': 'deep' };
    const nested = await ask(server, 'POST /api/v1/api-keys', { token: company, raw: deep, headers });
    expectRefusal(nested, 400, 'invalid_request');
    const many = `[${'0,'.repeat(500_000)}0]`;
    const wide = await ask(server, 'POST /api/operator/synchronize', { token: company, raw: many });
    expectRefusal(wide, 400, 'invalid_request');
    expect(wide.text.length).toBeLessThan(1000);
    const fairlyMany = await ask(server, 'POST /api/operator/synchronize', {
      token: company,
      raw: `[${'0,'.repeat(100_000)}0]`,
    });
    expectRefusal(fairlyMany, 400, 'invalid_request');
    expect(fairlyMany.text.length).toBeLessThan(500_000);
  });

  test('U+0000, which PostgreSQL cannot store, is refused wherever it stands', async () => {
    const bad = [{ organizationId: 24, name: 'a\0b', externalId: '\0', email: 'a@b.cd' }];
    const answer = await ask(server, 'POST /api/operator/synchronize', { token: company, body: bad });
    expect(expectRefusal(answer, 400, 'invalid_request').map(({ path }) => path)).toEqual(['/0/name', '/0/externalId']);
    expectRefusal(await ask(server, 'GET /api/v1/users?keyword=a%00', { token: operator }), 400, 'invalid_request');
  });

  test('half a surrogate pair becomes U+FFFD before anybody sees it', async () => {
    const raw = '[{"organizationId":24,"name":"a\\ud83d!"}]';
    const made = await ask(server, 'POST /api/operator/synchronize', { token: company, raw });
    expect(made.json).toMatchObject([{ name: 'a\ufffd!' }]);
    const shown = await ask(server, 'GET /api/v1/users?keyword=a%EF%BF%BD!', { token: operator });
    expect(shown.json).toMatchObject({ count: 1, items: [{ name: 'a\ufffd!' }] });
  });

  test('are not looked at before it is known who sends them', async () => {
    const raw = '{"this is":"no JSON';
    expectRefusal(await status({ raw }), 401, 'unauthorized');
    expectRefusal(await status({ token: operator, raw }), 403, 'forbidden');
    expectRefusal(await status({ token: operator, body: {} }), 403, 'forbidden');
  });
});

describe('addresses', () => {
  test.each(['/nothing', '/api', '/api/nothing', '/api/v1/', '/api/v1/users/me/', '/API/operator', '/api/operator/'])(
    'nothing is at %s: 404',
    async (path) => {
      expectRefusal(await ask(server, `GET ${path}`, { token: company }), 404, 'not_found');
    },
  );
  test('nor at a known path by another verb', async () => {
    expectRefusal(await ask(server, 'GET /api/operator/status', { token: company }), 404, 'not_found');
    expectRefusal(await ask(server, 'DELETE /api/operator', { token: company }), 404, 'not_found');
  });
  test('that cannot be read, or are no id: 400; longer than any name: 404', async () => {
    expectRefusal(await ask(server, 'GET /api/v1/sessions/%zz', { token: operator }), 400, 'invalid_request');
    const sessionOf = (length: number) =>
      ask(server, `GET /api/v1/sessions/${'a'.repeat(length)}`, { token: operator });
    expectRefusal(await sessionOf(600), 400, 'invalid_request');
    expectRefusal(await sessionOf(3000), 404, 'not_found');
  });
  test('a time’s plus that came as a space, and a UUID in capitals, mean themselves', async () => {
    const list = await ask(server, 'GET /api/v1/sessions?from=2026-01-31T21:30:54.123+00:00', { token: operator });
    expect(list.status).toBe(200);
    const { sessionId } = await (await server.asClient()).call('widgetSend', { body: { body: 'Hello' } });
    const one = await ask(server, `GET /api/v1/sessions/${sessionId.toUpperCase()}`, { token: operator });
    expect(one.json).toMatchObject({ id: sessionId });
  });
  test('a form without a field is no body', async () => {
    const post = (body: string) =>
      fetch(`${server.url}/api/v1/users/me/activate`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${operator}`, 'Content-Type': 'application/x-www-form-urlencoded' },
        body,
      });
    expect((await post('')).status).toBe(200);
    expect((await post('a=b')).status).toBe(415);
  });
});

describe('what is hardly HTTP is answered in the same shape', () => {
  const say = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(text));
      let heard = '';
      socket.setEncoding('utf8').on('data', (piece: string) => {
        heard += piece;
      });
      socket.on('end', () => resolve(heard));
      socket.on('error', reject);
    });
  test.each([
    ['garbage', 'hello\r\n\r\n', 400, 'invalid_request'],
    ['headers of 100 kB', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, 431, 'headers_too_large'],
  ])('%s', async (_, text, code, word) => {
    const [head = '', body = ''] = (await say(text)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${code} .*application/json`, 's'));
    expect(JSON.parse(body)).toEqual({ error: expect.any(String), code: word });
  });
});

describe('pages of other origins may call', () => {
  test.each(['/api/operator', '/api/v1/users/me', '/users/me'])('%s', async (path) => {
    const preflight = await ask(server, `OPTIONS ${path}`, {
      headers: { Origin: 'https://crm.example', 'Access-Control-Request-Method': 'GET' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('X-Authorization-Key');
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    const answer = await ask(server, `GET ${path}`, { token: operator, headers: { Origin: 'https://crm.example' } });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    expect(answer.headers.get('access-control-expose-headers')).toContain('Retry-After');
  });
  test('no cookie is set, ever', async () => {
    const login = { email: 'john.smith@example.com', password: 'demo-password' };
    expect((await ask(server, 'POST /api/v1/auth/login', { body: login })).headers.get('set-cookie')).toBeNull();
  });
});

describe('requests are limited', () => {
  let limited: TestServer;
  beforeAll(async () => {
    limited = await startTestServer({ config: { 'rate-limit': 1 } });
  });
  afterAll(() => limited[Symbol.asyncDispose]());

  test('per token: 429 with when to come back; another token goes on', async () => {
    const [first, second] = [await limited.asOperator(101), await limited.asOperator(102)];
    const many = await Promise.all(
      Array.from({ length: 12 }, () => ask(limited, 'GET /api/v1/users/me', { token: first.token })),
    );
    expect(many.map(({ status: code }) => code).sort()).toEqual([...Array(10).fill(200), 429, 429]);
    const refused = many.find(({ status: code }) => code === 429);
    if (!refused) throw new Error('none was refused');
    expectRefusal(refused, 429, 'too_many_requests');
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(10);
    expect(refused.headers.get('ratelimit-limit')).toBe('10');
    expect(refused.headers.get('ratelimit-remaining')).toBe('0');
    expect(refused.headers.get('ratelimit-reset')).toBe(String(seconds));
    expect((await ask(limited, 'GET /api/v1/users/me', { token: second.token })).status).toBe(200);
  });

  test('where no token is asked for, per address: an invented token buys no further tries', async () => {
    const codes: number[] = [];
    for (let index = 0; index < 12; index++) {
      codes.push((await ask(limited, 'GET /api/v1/timestamp', { token: `invented-${index}` })).status);
    }
    expect(codes.slice(-2)).toEqual([429, 429]);
    expect(codes[0]).toBe(200);
  });
});

test('health is answered without a token and without a limit', async () => {
  expect((await ask(server, 'GET /livez')).json).toEqual({ status: 'ok' });
  expect((await ask(server, 'GET /readyz')).json).toEqual({ status: 'ready' });
});

test('the icon that browsers ask every page for is the panel’s', async () => {
  const { status, headers } = await fetch(`${server.url}/favicon.ico`, { redirect: 'manual' });
  expect([status, headers.get('location')]).toEqual([302, '/panel/icon.svg']);
});
