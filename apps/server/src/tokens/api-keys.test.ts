import { expect, test } from 'vitest';
import { ask, expectRefusal } from '../testing/ask.ts';
import { serveDemoCompany } from '../testing/demo-company.ts';
import { dump } from '../testing/dump.ts';
import { addSecondCompany } from '../testing/second-company.ts';

interface Key {
  id: number;
  name: string;
  key: string;
  createdAt: string;
  lastUsedAt: string | null;
  revokedAt: string | null;
}
const { server, token } = await serveDemoCompany();

const create = async (name: string, headers = {}) =>
  (await ask(server, 'POST /api/v1/api-keys', { token, body: { name }, headers })).json as Key;
const list = async (as = token) =>
  (await ask(server, 'GET /api/v1/api-keys', { token: as })).json as { count: number; items: Key[] };
const organizations = (headers: Record<string, string>) => ask(server, 'GET /api/company/organization', { headers });

test('is shown in the answer that made it, never again, and stored nowhere as it is', async () => {
  const answer = await ask(server, 'POST /api/v1/api-keys', { token, body: { name: '  CRM  ' } });
  expect(answer.status).toBe(201);
  const { key, ...shown } = answer.json as Key;
  expect(shown).toEqual({
    id: 1,
    name: 'CRM',
    createdAt: '2026-03-02T09:00:00.000Z',
    lastUsedAt: null,
    revokedAt: null,
  });
  expect(Buffer.from(key.replace(/^sbk_/, ''), 'base64url').length).toBeGreaterThanOrEqual(16);
  expect(await list()).toEqual({ count: 1, items: [shown] });
  expect(await dump(server)).not.toContain(key);
});

test('is not stored as it is for a repeat by Idempotency-Key either, and the repeat still shows it', async () => {
  const idempotent = { 'Idempotency-Key': '6d2f7a0c-93a0-4c76-8a5c-2f1f4b1a7a11' };
  const first = await create('Once', idempotent);
  expect(await create('Once', idempotent)).toEqual(first);
  const stored = await dump(server);
  expect(stored).not.toContain(first.key);
  expect(stored).not.toContain(idempotent['Idempotency-Key']);
});

test('works wherever a company token does, in both headers', async () => {
  const { key } = await create('Headers');
  const forms: Record<string, string>[] = [
    { 'X-Authorization-Key': key },
    { Authorization: `Bearer ${key}` },
    { Authorization: key },
  ];
  for (const headers of forms) {
    expect((await organizations(headers)).status).toBe(200);
  }
  const added = await ask(server, 'POST /api/operator/synchronize', {
    headers: { 'X-Authorization-Key': key },
    body: [{ organizationId: 24, name: 'By key' }],
  });
  expect(added.status).toBe(200);
});

test('is no operator: the operator face refuses it', async () => {
  const { key } = await create('Not an operator');
  expectRefusal(await ask(server, 'GET /api/v1/users/me', { token: key }), 403, 'forbidden');
});

test('shows when it was last used, to the minute', async () => {
  const { key, id } = await create('Used');
  const used = async () => (await list()).items.find((item) => item.id === id)?.lastUsedAt;
  expect(await used()).toBeNull();
  await organizations({ 'X-Authorization-Key': key });
  expect(await used()).toBe('2026-03-02T09:00:00.000Z');
  server.clock.advance(61_000);
  await organizations({ 'X-Authorization-Key': key });
  expect(await used()).toBe('2026-03-02T09:01:01.000Z');
});

test('revoked, it is refused at once and stays in the list; revoking twice keeps the first time', async () => {
  const { key, id } = await create('Short-lived');
  const revoke = () => ask(server, `DELETE /api/v1/api-keys/${id}`, { token });
  expect(await revoke()).toMatchObject({ status: 200, text: '' });
  expectRefusal(await organizations({ 'X-Authorization-Key': key }), 401, 'unauthorized');
  const revokedAt = (await list()).items.find((item) => item.id === id)?.revokedAt;
  expect(revokedAt).toBe(new Date(server.clock.now()).toISOString());
  server.clock.advance(1000);
  await revoke();
  expect((await list()).items.find((item) => item.id === id)?.revokedAt).toBe(revokedAt);
});

test('administrators manage them, operators do not', async () => {
  const administrator = await server.asOperator(100);
  const made = await ask(server, 'POST /api/v1/api-keys', { token: administrator.token, body: { name: 'By admin' } });
  expect(made.status).toBe(201);
  expect((await list(administrator.token)).items.map(({ name }) => name)).toContain('By admin');
  const operator = await server.asOperator(101);
  expectRefusal(await ask(server, 'GET /api/v1/api-keys', { token: operator.token }), 403, 'forbidden');
});

test('of another company: not listed, not revocable', async () => {
  const rival = await addSecondCompany(server);
  const { id, key } = await create('Ours');
  expect((await list(rival.company.token)).items.map(({ name }) => name)).toEqual(['Rival key']);
  const foreign = await ask(server, `DELETE /api/v1/api-keys/${id}`, { token: rival.administrator.token });
  expectRefusal(foreign, 404, 'not_found');
  expect((await organizations({ 'X-Authorization-Key': key })).status).toBe(200);
});

test.each([['', 'abc', '0', '1.5', '99999999999999999999']])('no such key: %s', async (...ids) => {
  for (const id of ids) {
    const answer = await ask(server, `DELETE /api/v1/api-keys/${id}`, { token });
    expect([400, 404]).toContain(answer.status);
  }
});

test('a key nobody made is 401', async () => {
  for (const key of ['sbk_', `sbk_${'a'.repeat(44)}`, "sbk_' OR 1=1 --"]) {
    expectRefusal(await organizations({ 'X-Authorization-Key': key }), 401, 'unauthorized');
  }
});
