import { closeCodes } from '@switchboard/protocol';
import { expect, test } from 'vitest';
import { demo } from '../demo/seed.ts';
import { ask, expectRefusal } from '../testing/ask.ts';
import { serveDemoCompany } from '../testing/demo-company.ts';
import { dump } from '../testing/dump.ts';
import { fence } from '../testing/fence.ts';
import { playScene, sarahId } from '../testing/scene.ts';
import { addSecondCompany } from '../testing/second-company.ts';
import { refusal, say } from '../testing/table.ts';

const { server, token } = await serveDemoCompany();

const setStatus = (id: unknown, status: unknown, as = token) =>
  ask(server, 'POST /api/operator/status', { token: as, body: { id, status } });
const statusOf = async (id: number) => {
  const { json } = await ask(server, 'GET /api/operator?organizationId=24', { token });
  return (json as { id: number; status: number }[]).find((operator) => operator.id === id)?.status;
};

test('200 with an empty body, from each status to each', async () => {
  for (const status of [0, 1, 2, 0, 2, 1, 0, 0]) {
    const answer = await setStatus(103, status);
    expect({ status: answer.status, text: answer.text }).toEqual({ status: 200, text: '' });
    expect(answer.headers.get('content-length')).toBe('0');
    expect(await statusOf(103)).toBe(status);
  }
});

test('a body that is not {id, status} is refused and changes nothing', async () => {
  const before = await dump(server);
  const paths = async (body: unknown) =>
    expectRefusal(await ask(server, 'POST /api/operator/status', { token, body }), 400, 'invalid_request').map(
      ({ path }) => path,
    );
  expect(await paths({})).toEqual(['/id', '/status']);
  expect(await paths({ id: '103', status: '0' })).toEqual(['/id', '/status']);
  expect(await paths({ id: 103, status: 3 })).toEqual(['/status']);
  expect(await paths({ id: 103.5, status: true })).toContain('/id');
  expect(await paths({ id: 2 ** 60, status: null })).toContain('/status');
  expect(await dump(server)).toBe(before);
});

test("an unknown operator and another company's are the same 404", async () => {
  const rival = await addSecondCompany(server);
  const before = await dump(server);
  expectRefusal(await setStatus(999_999, 1), 404, 'not_found');
  expectRefusal(await setStatus(rival.operatorId, 1), 404, 'not_found');
  expectRefusal(await setStatus(101, 1, rival.company.token), 404, 'not_found');
  expect(await dump(server)).toBe(before);
});

test('an operator may not switch anybody, nor itself', async () => {
  const operator = await server.asOperator(101);
  expectRefusal(await setStatus(101, 1, operator.token), 403, 'forbidden');
});

test.each([
  [1, 'inactive'],
  [2, 'deleted'],
])('status %i takes effect at once: tokens refused, live connections closed for good', async (status, reason) => {
  const signedIn = await server.asSignedIn('john.smith@example.com');
  const issued = await server.asOperator(101);
  const [panel, crm] = await Promise.all([signedIn.listen(), signedIn.listen()]);
  await panel.until('operatorStatusChanged', ({ presence }) => presence === 'online');

  expect((await setStatus(101, status)).status).toBe(200);
  for (const { token: dead } of [signedIn, issued]) {
    expectRefusal(await ask(server, 'GET /api/v1/users/me', { token: dead }), 401, 'unauthorized');
    expectRefusal(await ask(server, 'GET /api/operator?organizationId=24', { token: dead }), 401, 'unauthorized');
  }
  const refresh = { body: { refreshToken: signedIn.refreshToken } };
  expectRefusal(await ask(server, 'POST /api/v1/auth/refresh', refresh), 401, 'unauthorized');
  const login = { body: { email: 'john.smith@example.com', password: 'demo-password' } };
  expectRefusal(await ask(server, 'POST /api/v1/auth/login', login), 401, 'wrong_credentials');
  expectRefusal(
    await ask(server, 'POST /api/operator/get-token', {
      token,
      body: { id: 101, expiresAt: new Date(server.clock.now() + 3600_000).toISOString() },
    }),
    422,
    'operator_not_active',
  );

  for (const listener of [panel, crm]) {
    expect((await listener.until('operatorBlocked')).data).toEqual({ reason });
    expect(await listener.disconnected).toEqual(closeCodes.operatorNotActive);
    // The real client takes 4500 and above as final: it is disconnected, not connecting.
    expect(listener.centrifuge.state).toBe('disconnected');
  }

  expect((await setStatus(101, 0)).status).toBe(200);
  for (const { token: dead } of [signedIn, issued]) {
    expectRefusal(await ask(server, 'GET /api/v1/users/me', { token: dead }), 401, 'unauthorized');
  }
  expect((await server.asOperator(101)).token).toBeTruthy();
});

test('a second operator is none any more, also of a session of a group that is not theirs', async () => {
  const scene = await playScene();
  const company = await scene.server.asCompany();
  const back = Promise.all([scene.lines.john.connected(), scene.lines.admin.connected()]);
  const asked = { organizationId: 24, name: 'Experts', operators: [101] };
  const { id: groupId } = await company.call('createGroup', { body: asked });
  await back;
  await company.call('changeChat', { params: { chatId: demo.channelId }, body: { groupId } });
  const { sessionId } = await say(scene);
  await scene.john.call('addSessionOperator', { params: { sessionId, userId: sarahId } });
  const inScope = ['org: operatorStatusChanged', `group:${groupId}: chatSessionUpdated`];
  expect(await scene.told(() => company.call('operatorStatus', { body: { id: sarahId, status: 1 } }))).toEqual({
    john: inScope,
    admin: inScope,
    sarah: ['sarah: operatorBlocked', 'org: operatorStatusChanged', 'sarah: chatSessionDeleted'],
  });
  const { operators } = await scene.john.call('session', { params: { sessionId } });
  expect(operators.map(({ id }) => id)).toEqual([101]);
  await company.call('operatorStatus', { body: { id: sarahId, status: 0 } });
  const again = await scene.server.asOperator(sarahId);
  expect(await again.call('session', { params: { sessionId } }).catch(refusal)).toMatchObject({ status: 404 });
  const line = await again.listen();
  await say(scene, 'Are you there?');
  await fence(scene.server, [line]);
  expect(line.names().filter((event) => event !== 'fence')).toEqual([]);
  await scene[Symbol.asyncDispose]();
});

test('open sessions of the one who goes find another operator', async () => {
  const [john, sarah] = [await server.asOperator(101), await server.asOperator(102)];
  const panel = await john.listen();
  await panel.until('operatorStatusChanged', ({ id, presence }) => id === 101 && presence === 'online');
  const client = await server.asClient();
  const { sessionId } = await client.call('widgetSend', { body: { body: 'Hello' } });
  expect((await panel.until('chatSessionAdded')).data.id).toBe(sessionId);
  const other = await sarah.listen();
  await other.until('operatorStatusChanged', ({ id, presence }) => id === 102 && presence === 'online');
  await setStatus(101, 2);
  expect((await other.until('chatSessionAdded')).data).toMatchObject({ id: sessionId, operatorId: 102 });
  expect((await panel.until('chatSessionDeleted')).data).toMatchObject({ sessionId });
  await setStatus(101, 0);
});
