import * as argon2 from '@node-rs/argon2';
import { closeCodes } from '@switchboard/protocol';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ask, expectRefusal } from '../testing/ask.ts';
import { claimsOf } from '../testing/claims.ts';
import { dump } from '../testing/dump.ts';
import { addSecondCompany } from '../testing/second-company.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';

// The real thing, counted: the time of a sign-in is the time of its argon2.
vi.mock('@node-rs/argon2', { spy: true });

interface Pair {
  token: string;
  refreshToken: string;
}
const john = { email: 'john.smith@example.com', password: 'demo-password' };
const day = 24 * 3600;
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const login = (body: unknown) => ask(server, 'POST /api/v1/auth/login', { body });
const signedIn = async (body: unknown = john) => (await login(body)).json as Pair;
const refresh = (refreshToken: string, more = {}) =>
  ask(server, 'POST /api/v1/auth/refresh', { body: { refreshToken, ...more } });
const me = (token: string) => ask(server, 'GET /api/v1/users/me', { token });
const secondsOf = (token: string) => Number(claimsOf(token).payload.exp) - Math.floor(server.clock.now() / 1000);

describe('login', () => {
  test('gives a token for a week and a refresh token, and nothing else', async () => {
    const answer = await login(john);
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.json as Pair).sort()).toEqual(['refreshToken', 'token']);
    const { token } = answer.json as Pair;
    expect(claimsOf(token).payload).toMatchObject({ operator_id: 101 });
    expect(secondsOf(token)).toBe(7 * day);
    expect((await me(token)).json).toMatchObject({ id: 101, email: john.email });
  });

  test('the address may be written in any case and with spaces around it', async () => {
    expect((await login({ ...john, email: '  John.Smith@EXAMPLE.com ' })).status).toBe(200);
  });

  test('ttl in seconds, up to 30 days', async () => {
    expect(secondsOf((await signedIn({ ...john, ttl: 3600 })).token)).toBe(3600);
    expect(secondsOf((await signedIn({ ...john, ttl: 30 * day })).token)).toBe(30 * day);
    for (const ttl of [0, -1, 59, 30 * day + 1, 1.5, '3600', 1e30]) {
      expect(expectRefusal(await login({ ...john, ttl }), 400, 'invalid_request')).toMatchObject([{ path: '/ttl' }]);
    }
  });

  test('what the vendor sends beside it does no harm', async () => {
    expect((await login({ ...john, companyId: null, extra: { a: 1 } })).status).toBe(200);
  });

  test('names every bad field; an object is no password', async () => {
    const details = expectRefusal(
      await login({ email: { $gt: '' }, password: ['x'], ttl: {} }),
      400,
      'invalid_request',
    );
    expect(details.map(({ path }) => path).sort()).toEqual(['/email', '/password', '/ttl']);
    expect(expectRefusal(await login({}), 400, 'invalid_request')).toHaveLength(2);
  });

  test('the token ends at its second, with the words the SDK waits for', async () => {
    const { token } = await signedIn({ ...john, ttl: 60 });
    server.clock.advance(60_000 - 1);
    expect((await me(token)).status).toBe(200);
    server.clock.advance(1);
    const late = await me(token);
    expectRefusal(late, 401, 'token_expired');
    expect(late.json).toMatchObject({ error: 'Token is expired.' });
  });
});

describe('a wrong password, an unknown login, a switched-off operator and one without a password', () => {
  const cases = {
    'wrong password': { email: john.email, password: 'guess' },
    'unknown login': { email: 'nobody@example.com', password: 'guess' },
    'switched off, right password': { email: 'mike.wilson@example.com', password: 'demo-password' },
    'without a password': { email: 'fresh@example.com', password: 'guess' },
    'without a password, none given': { email: 'fresh@example.com', password: '' },
  };
  beforeAll(async () => {
    const { call } = await server.asCompany();
    await call('synchronizeOperators', { body: [{ organizationId: 24, name: 'Fresh', email: 'fresh@example.com' }] });
  });

  test('are answered in the same words, status and headers', async () => {
    const answers = [];
    for (const body of Object.values(cases)) {
      const { status, headers, json } = await login(body);
      const { date, ...rest } = Object.fromEntries(headers);
      answers.push({ status, rest, json: { ...(json as object), requestId: '' } });
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]?.status).toBe(401);
  });

  test('cost the same: one argon2 verification each, with the same parameters', async () => {
    await login(cases['unknown login']);
    const costs = new Set<string>();
    for (const body of Object.values(cases)) {
      vi.mocked(argon2.verify).mockClear();
      vi.mocked(argon2.hash).mockClear();
      await login(body);
      expect(argon2.hash).not.toHaveBeenCalled();
      expect(argon2.verify).toHaveBeenCalledOnce();
      costs.add(String(vi.mocked(argon2.verify).mock.calls[0]?.[0]).split('$').slice(1, 4).join('$'));
    }
    expect([...costs]).toEqual(['argon2id$v=19$m=19456,t=2,p=1']);
  });

  test('so do the company logins', async () => {
    for (const login of ['demo', 'nobody']) {
      vi.mocked(argon2.verify).mockClear();
      await ask(server, 'POST /api/company/get-token', { body: { login, password: 'guess' } });
      expect(argon2.verify).toHaveBeenCalledOnce();
    }
  });
});

describe('tries are limited', () => {
  let limited: TestServer;
  beforeAll(async () => {
    limited = await startTestServer({
      config: { 'sign-in-limit': 3, 'sign-in-limit-address': 4, 'trust-proxy': 1 },
    });
  });
  afterAll(() => limited[Symbol.asyncDispose]());

  const from = (address: string, body: unknown) =>
    ask(limited, 'POST /api/v1/auth/login', { body, headers: { 'X-Forwarded-For': address } });

  test('per login, however it is written; the clock lets it through again', async () => {
    const spellings = [john.email, ` ${john.email}`, 'JOHN.smith@example.com\t'];
    for (const email of spellings) expect((await from('10.0.0.1', { email, password: 'guess' })).status).toBe(401);
    vi.mocked(argon2.verify).mockClear();
    const refused = await from('10.0.0.2', john);
    expectRefusal(refused, 429, 'too_many_requests');
    expect(refused.headers.get('retry-after')).toBe('900');
    expect(refused.headers.get('ratelimit-limit')).toBe('3');
    expect(refused.headers.get('ratelimit-remaining')).toBe('0');
    expect(argon2.verify).not.toHaveBeenCalled();
    expect((await from('10.0.0.2', { ...john, email: 'sarah.johnson@example.com' })).status).toBe(200);
    limited.clock.advance(900_000);
    expect((await from('10.0.0.2', john)).status).toBe(200);
  });

  test('per address, over both faces; behind an own proxy each address has its own', async () => {
    for (const name of ['a', 'b']) {
      expect((await from('10.0.0.3', { email: `${name}@x.yz`, password: 'guess' })).status).toBe(401);
      const body = { login: name, password: 'guess' };
      const headers = { 'X-Forwarded-For': '10.0.0.3' };
      expect((await ask(limited, 'POST /api/company/get-token', { body, headers })).status).toBe(401);
    }
    expectRefusal(await from('10.0.0.3', john), 429, 'too_many_requests');
    expect((await from('10.0.0.4', john)).status).toBe(200);
    limited.clock.advance(900_000);
    expect((await from('10.0.0.3', john)).status).toBe(200);
  });

  test('also when they come all at once', async () => {
    const guess = { email: 'admin@example.com', password: 'guess' };
    const statuses = (await Promise.all(Array.from({ length: 12 }, () => from('10.0.0.5', guess)))).map(
      (a) => a.status,
    );
    expect(statuses.sort()).toEqual([401, 401, 401, ...Array(9).fill(429)]);
  });

  test('nor one that stands before what our own proxy has added', async () => {
    await using proxied = await startTestServer({ config: { 'sign-in-limit-address': 4, 'trust-proxy': 1 } });
    const statuses: number[] = [];
    for (let n = 0; n < 6; n++) {
      const body = { email: `somebody${n}@example.com`, password: 'guess' };
      const headers = { 'X-Forwarded-For': `10.0.2.${n}, 192.0.2.1` };
      statuses.push((await ask(proxied, 'POST /api/v1/auth/login', { body, headers })).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 429, 429]);
  });

  test('an address that the caller invents is not believed where no proxy is ours', async () => {
    const invented = (address: string) =>
      ask(server, 'POST /api/v1/auth/login', {
        body: { email: `${address}@x.yz`, password: 'guess' },
        headers: { 'X-Forwarded-For': address, Forwarded: `for=${address}` },
      });
    let refusedAfter = 0;
    while (refusedAfter < 60 && (await invented(`10.0.1.${refusedAfter}`)).status === 401) refusedAfter++;
    expect(refusedAfter).toBeLessThanOrEqual(50);
    server.clock.advance(900_000);
  });
});

describe('refresh', () => {
  test('gives a new pair; the old refresh token is worth nothing', async () => {
    const first = await signedIn();
    const answer = await refresh(first.refreshToken);
    expect(answer.status).toBe(200);
    const second = answer.json as Pair;
    expect(Object.keys(second).sort()).toEqual(['refreshToken', 'token']);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect((await me(second.token)).status).toBe(200);
    expect(secondsOf(((await refresh(second.refreshToken, { ttl: 120 })).json as Pair).token)).toBe(120);
  });

  test('one that comes back revokes its whole family and closes its connections, no other sign-in', async () => {
    const [thief, other] = [await signedIn(), await signedIn()];
    const next = (await refresh(thief.refreshToken)).json as Pair;
    const panel = await server.withToken(next.token).listen();
    expectRefusal(await refresh(thief.refreshToken), 401, 'unauthorized');
    for (const token of [thief.token, next.token]) expectRefusal(await me(token), 401, 'unauthorized');
    expectRefusal(await refresh(next.refreshToken), 401, 'unauthorized');
    expect(await panel.disconnected).toEqual(closeCodes.loggedOut);
    expect((await me(other.token)).status).toBe(200);
  });

  test('two at once: one wins', async () => {
    const { refreshToken } = await signedIn();
    const answers = await Promise.all(Array.from({ length: 6 }, () => refresh(refreshToken)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401, 401]);
  });

  test('outlives its token by a week, not longer', async () => {
    const { token, refreshToken } = await signedIn({ ...john, ttl: 3600 });
    server.clock.advance(3600_000 + 7 * day * 1000 - 1);
    expect((await me(token)).status).toBe(401);
    const next = (await refresh(refreshToken, { ttl: 60 })).json as Pair;
    server.clock.advance(60_000 + 7 * day * 1000);
    expectRefusal(await refresh(next.refreshToken), 401, 'unauthorized');
  });

  test('an expired token in the header is no hindrance: that is when one refreshes', async () => {
    const { refreshToken, token } = await signedIn();
    const answer = await ask(server, 'POST /api/v1/auth/refresh', {
      body: { refreshToken },
      headers: { Authorization: `${token.slice(0, -3)}xxx` },
    });
    expect(answer.status).toBe(200);
  });

  test('anything else is refused', async () => {
    const { token } = await signedIn();
    for (const bad of ['', 'nonsense', token]) expectRefusal(await refresh(bad), 401, 'unauthorized');
    for (const body of [{}, { refreshToken: null }, { refreshToken: {} }, { refreshToken: 'x'.repeat(501) }]) {
      const answer = await ask(server, 'POST /api/v1/auth/refresh', { body });
      expect(expectRefusal(answer, 400, 'invalid_request')).toMatchObject([{ path: '/refreshToken' }]);
    }
  });

  test('neither token is stored as it is', async () => {
    const { token, refreshToken } = await signedIn();
    const stored = await dump(server);
    expect(stored).not.toContain(refreshToken);
    expect(stored).not.toContain(token);
  });
});

describe('logout', () => {
  test('ends this sign-in and its connections; another sign-in of the same operator goes on', async () => {
    const [one, other] = [await server.asSignedIn(john.email), await server.asSignedIn(john.email)];
    const panel = await one.listen();
    const answer = await ask(server, 'POST /api/v1/auth/logout', { token: one.token });
    expect({ status: answer.status, json: answer.json }).toEqual({ status: 200, json: {} });
    expect((await panel.until('operatorLoggedOut')).data).toEqual({ reason: 'logout' });
    expect(await panel.disconnected).toEqual(closeCodes.loggedOut);
    expectRefusal(await me(one.token), 401, 'unauthorized');
    expectRefusal(await refresh(one.refreshToken), 401, 'unauthorized');
    expectRefusal(await ask(server, 'POST /api/v1/auth/logout', { token: one.token }), 401, 'unauthorized');
    expect((await me(other.token)).json).toMatchObject({ presence: 'offline' });
  });

  test('leaves the operator at work while another token of the company is connected', async () => {
    const [one, other] = [await server.asOperator(101), await server.asOperator(101)];
    const panel = await one.listen();
    const crm = await other.listen();
    await server.settled();
    await ask(server, 'POST /api/v1/auth/logout', { token: one.token });
    expect(await panel.disconnected).toEqual(closeCodes.loggedOut);
    expect((await me(other.token)).json).toMatchObject({ presence: 'online' });
    expect(crm.heard.map(({ event }) => event)).not.toContain('operatorLoggedOut');
  });
});

describe('one operator on two faces', () => {
  test("either face's token is good on both, with and without /api/v1", async () => {
    for (const { token } of [await server.asSignedIn(john.email), await server.asOperator(101)]) {
      for (const path of ['/api/v1/users/me', '/users/me']) {
        expect((await ask(server, `GET ${path}`, { token })).json).toMatchObject({ id: 101 });
      }
      expect((await ask(server, 'GET /api/operator?organizationId=24', { token })).status).toBe(200);
    }
  });

  test('the whole sign-in without the prefix', async () => {
    const { token, refreshToken } = (await ask(server, 'POST /auth/login', { body: john })).json as Pair;
    const next = (await ask(server, 'POST /auth/refresh', { body: { refreshToken } })).json as Pair;
    expect((await ask(server, 'GET /timestamp', { token })).json).toEqual({
      timestamp: Math.floor(server.clock.now() / 1000),
      ms: server.clock.now(),
    });
    expect((await ask(server, 'POST /auth/logout', { token: next.token })).status).toBe(200);
  });
});

test('/users/me whole', async () => {
  const { token } = await server.asOperator(102);
  expect((await me(token)).json).toEqual({
    id: 102,
    companyId: 1,
    organizationId: 24,
    firstName: 'Sarah',
    lastName: 'Johnson',
    middleName: '',
    name: 'Sarah Johnson',
    email: 'sarah.johnson@example.com',
    phone: null,
    roles: [{ name: 'OPERATOR', company_id: 1 }],
    settings: {},
    avatar: null,
    status: 0,
    presence: 'offline',
    groups: [],
    activeSessions: 0,
    maxSessions: 5,
  });
});

test('activate and pause by PATCH, POST and PUT, with and without /api/v1; the answer is the operator', async () => {
  const operator = await server.asOperator(102);
  const panel = await operator.listen();
  await panel.until('operatorStatusChanged', ({ id, presence }) => id === 102 && presence === 'online');
  for (const verb of ['PATCH', 'POST', 'PUT']) {
    for (const prefix of ['/api/v1', '']) {
      const turn = (to: string) => ask(server, `${verb} ${prefix}/users/me/${to}`, { token: operator.token });
      expect((await turn('pause')).json).toMatchObject({ id: 102, presence: 'paused' });
      expect((await turn('activate')).json).toMatchObject({ id: 102, presence: 'online' });
    }
  }
  panel.close();
});

describe('/users', () => {
  const users = async (query: string, token: string) =>
    (await ask(server, `GET /api/v1/users${query}`, { token })).json as { count: number; items: { id: number }[] };

  test('of the own organization; administrators see the company; nobody sees another company', async () => {
    const rival = await addSecondCompany(server);
    const operator = await server.asOperator(101);
    const administrator = await server.asOperator(100);
    expect((await users('', operator.token)).items.map(({ id }) => id)).toContain(102);
    expect((await users('', operator.token)).items.map(({ id }) => id)).not.toContain(100);
    expect((await users('?limit=1000', administrator.token)).items.map(({ id }) => id)).not.toContain(rival.operatorId);
    expect((await users('', rival.operator.token)).items.map(({ id }) => id)).toEqual([rival.operatorId]);
    expect(await users(`?groupId=${rival.groupId}`, operator.token)).toEqual({ count: 0, items: [] });
  });

  test('filters and list conventions', async () => {
    const { token } = await server.asOperator(100);
    const found = async (query: string) => (await users(query, token)).items?.map(({ id }) => id);
    expect(await found('?keyword=SARAH')).toEqual([102]);
    expect(await found('?keyword=%25')).toEqual([]);
    expect(await found('?roles=ADMIN')).toEqual([100]);
    expect(await found('?roles=ADMIN,SUPERVISOR&keyword=admin')).toEqual([100]);
    expect((await found('?sort=-id&limit=2'))?.[1]).toBeGreaterThan(102);
    expect(await found('?sort=%2Bname&limit=1')).toEqual([100]);
    expect(await found('?limit=1&offset=1')).toEqual([101]);
    expect(await found('?limit=1&page=3')).toEqual([102]);
    expect(await users('?fields=id,name&limit=1&withoutCount=true', token)).toEqual({
      items: [{ id: 100, name: 'Administrator' }],
    });
    expect(Object.keys(await users('?withoutItems=1', token))).toEqual(['count']);
    for (const bad of ['limit=0', 'limit=1001', 'sort=password_hash', 'fields=password_hash', 'online=maybe']) {
      expectRefusal(await ask(server, `GET /api/v1/users?${bad}`, { token }), 400, 'invalid_request');
    }
  });

  test('names are found in every alphabet, whichever case', async () => {
    const { call } = await server.asCompany();
    const [made] = await call('synchronizeOperators', { body: [{ organizationId: 24, name: 'Їжакевич Олена' }] });
    const { token } = await server.asOperator(101);
    const keyword = encodeURIComponent('їЖАКЕВИЧ');
    expect((await users(`?keyword=${keyword}`, token)).items.map(({ id }) => id)).toEqual([made?.id]);
  });
});
