import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, expectRefusal } from '../testing/ask.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

test('a bare array of id and name, nothing else', async () => {
  const { token } = await server.asCompany();
  const answer = await ask(server, 'GET /api/company/organization', { token });
  expect(answer.status).toBe(200);
  expect(answer.json).toEqual([
    { id: 6, name: 'Billing' },
    { id: 24, name: 'Customer Support' },
    { id: 42, name: 'Technical Support' },
  ]);
});

test('an operator token is refused with 403', async () => {
  const { token } = await server.asOperator();
  expectRefusal(await ask(server, 'GET /api/company/organization', { token }), 403, 'forbidden');
});
