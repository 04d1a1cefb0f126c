import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from './ask.ts';
import { startTestServer, type TestServer } from './start-test-server.ts';

// The published guide's examples in its order, against the demo data: what it prints is what one gets.
let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const headers = { Accept: 'text/plain' };
const say = async (what: string, body?: unknown, as: 'Bearer' | 'X-Authorization-Key' = 'Bearer') => {
  const said: Record<string, string> =
    as === 'Bearer' ? { Authorization: `Bearer ${token}` } : { 'X-Authorization-Key': token };
  const answer = await ask(server, what, { headers: { ...headers, ...(token && said) }, body });
  expect(answer.status).toBe(200);
  return answer;
};

test('1 the company token is the JSON of a string', async () => {
  const answer = await ask(server, 'POST /api/company/get-token', {
    headers,
    body: { login: 'demo', password: 'demo-password' },
  });
  token = String(answer.json);
  expect(token.split('.')).toHaveLength(3);
});

test('2 organizations', async () => {
  expect((await say('GET /api/company/organization', undefined, 'X-Authorization-Key')).json).toContainEqual({
    id: 24,
    name: 'Customer Support',
  });
});

test('3 operators of an organization, the inactive one too', async () => {
  const organization = { id: 24, name: 'Customer Support' };
  expect((await say('GET /api/operator?organizationId=24')).json).toEqual([
    { id: 101, name: 'John Smith', status: 0, organization },
    { id: 102, name: 'Sarah Johnson', status: 0, organization },
    { id: 103, name: 'Mike Wilson', status: 1, organization },
  ]);
});

test('4 added operators have the next ids', async () => {
  const rows = [
    { organizationId: 24, name: 'Emily Davis' },
    { organizationId: 24, name: 'Robert Brown' },
  ];
  expect((await say('POST /api/operator/synchronize', rows)).json).toEqual([
    { id: 104, name: 'Emily Davis', status: 0 },
    { id: 105, name: 'Robert Brown', status: 0 },
  ]);
});

test('5 an operator is activated, deactivated, deleted: no body', async () => {
  for (const status of [0, 1, 2]) {
    expect((await say('POST /api/operator/status', { id: 103, status })).text).toBe('');
  }
  const { json } = await say('GET /api/operator?organizationId=24');
  expect((json as { status: number }[]).map(({ status }) => status)).toEqual([0, 0, 2, 0, 0]);
});

test('6 an operator token for 24 hours, and what validating it says', async () => {
  const expiresAt = new Date(server.clock.now() + 24 * 3600_000).toISOString();
  const operatorToken = (await say('POST /api/operator/get-token', { id: 101, expiresAt })).json;
  expect((await say('POST /api/operator/validate-token', { token: operatorToken })).json).toEqual({
    isValid: true,
    valid: true,
    operatorId: 101,
    clientId: 0,
    expiresAt,
    error: null,
  });
  expect((await say('POST /api/operator/validate-token', { token: 'eyJhbGciOiJIUzI1NiJ9.e30.x' })).json).toEqual({
    isValid: false,
    valid: false,
    error: 'Invalid token',
  });
});
