import { closeCodes } from '@switchboard/protocol';
import { describe, expect, test } from 'vitest';
import { demo } from '../demo/seed.ts';
import { ask, expectRefusal } from '../testing/ask.ts';
import { serveDemoCompany } from '../testing/demo-company.ts';
import { dump } from '../testing/dump.ts';
import { fence } from '../testing/fence.ts';
import type { Listener } from '../testing/listen.ts';
import { addSecondCompany } from '../testing/second-company.ts';
import type { Caller } from '../testing/start-test-server.ts';

const { server, token } = await serveDemoCompany();
const company = server.withToken(token);
const rival = await addSecondCompany(server);
const [admin, john, sarah] = await Promise.all([100, 101, 102].map((id) => server.asOperator(id)));
if (!admin || !john || !sarah) throw new Error('somebody is missing');

const create = (body: unknown, as = token) => ask(server, 'POST /api/v1/groups', { token: as, body });
const change = (id: number, body: unknown, as = token) =>
  ask(server, `PATCH /api/v1/groups/${id}`, { token: as, body });
const remove = (id: number, as = token) => ask(server, `DELETE /api/v1/groups/${id}`, { token: as });
const added = (more: object = {}) =>
  company.call('createGroup', { body: { organizationId: 24, name: 'Returns', ...more } });

test('make, read, change, delete', async () => {
  const asked = { organizationId: 24, name: ' Returns ', timerFirstAnswer: 60, operators: [102, 101] };
  const made = await create({ ...asked, id: 9, company_id: 9, deleted_at: 5 });
  expect(made.status).toBe(201);
  const { id } = made.json as { id: number };
  const shown = {
    id,
    organizationId: 24,
    name: 'Returns',
    timerFirstAnswer: 60,
    timerNextAnswers: null,
    operators: [
      { id: 101, name: 'John Smith' },
      { id: 102, name: 'Sarah Johnson' },
    ],
  };
  for (const as of [company, admin, john]) {
    expect(await as.call('group', { params: { groupId: id } })).toEqual(shown);
    expect(await as.call('groups', { query: { keyword: 'RETUR' } })).toEqual({ count: 1, items: [shown] });
  }
  expect((await change(id, { timerFirstAnswer: null, timerNextAnswers: 90, organizationId: 6 })).json).toEqual({
    ...shown,
    timerFirstAnswer: null,
    timerNextAnswers: 90,
  });
  expect((await change(id, { operators: [101], name: 'Back' })).json).toMatchObject({
    name: 'Back',
    operators: [{ id: 101 }],
  });
  expect(await john.call('me')).toMatchObject({ groups: [{ id, name: 'Back' }] });
  expect(await remove(id)).toMatchObject({ status: 200, text: '' });
  for (const gone of [
    await remove(id),
    await change(id, {}),
    await ask(server, `GET /api/v1/groups/${id}`, { token }),
  ]) {
    expectRefusal(gone, 404, 'not_found');
  }
  expect(await john.call('me')).toMatchObject({ groups: [] });
  expect(await company.call('groups')).toEqual({ count: 0, items: [] });
});

test('what is wrong is named and changes nothing', async () => {
  const { id } = await added({ operators: [101] });
  const far = await company.call('createUser', { body: { organizationId: 6, name: 'Bill Ing' } });
  const deleted = await company.call('createUser', { body: { organizationId: 24, name: 'Gone' } });
  await company.call('operatorStatus', { body: { id: deleted.id, status: 2 } });
  const before = await dump(server);
  const paths = (answer: Awaited<ReturnType<typeof create>>) =>
    expectRefusal(answer, 400, 'invalid_request').map(({ path }) => path);
  const operators = [101, far.id, rival.operatorId, deleted.id, 100, 999_999];
  const named = [1, 2, 3, 4, 5].map((index) => `/operators/${index}`);
  expect(paths(await create({ organizationId: 24, name: 'X', operators }))).toEqual(named);
  expect(paths(await change(id, { operators }))).toEqual(named);
  expect(paths(await create({ name: ' ', timerFirstAnswer: 0 }))).toEqual(
    expect.arrayContaining(['/organizationId', '/name', '/timerFirstAnswer']),
  );
  expectRefusal(await create({ organizationId: rival.organizationId, name: 'X' }), 404, 'not_found');
  expectRefusal(await change(rival.groupId, { name: 'X' }), 404, 'not_found');
  expectRefusal(await remove(rival.groupId), 404, 'not_found');
  expectRefusal(await remove(id, rival.administrator.token), 404, 'not_found');
  for (const refused of [
    await create({ organizationId: 24, name: 'X' }, john.token),
    await change(id, { name: 'X' }, john.token),
    await remove(id, john.token),
  ]) {
    expectRefusal(refused, 403, 'forbidden');
  }
  expect(await dump(server)).toBe(before);
  await remove(id);
});

test('a supervisor reads its own organization, a company all of its own', async () => {
  const far = await company.call('createGroup', { body: { organizationId: 6, name: 'Invoices' } });
  const near = await added();
  const { id } = await company.call('createUser', { body: { organizationId: 24, name: 'Sue', role: 'SUPERVISOR' } });
  const supervisor = await server.asOperator(id);
  const ids = async (as: Caller, query: object = {}) =>
    ((await as.call('groups', { query })).items ?? []).map((one) => one.id);
  expect(await ids(supervisor)).toEqual([near.id]);
  expect(await ids(company, { sort: '-id' })).toEqual([near.id, far.id]);
  expect(await ids(company, { organizationId: 6 })).toEqual([far.id]);
  expectRefusal(await ask(server, `GET /api/v1/groups/${far.id}`, { token: supervisor.token }), 404, 'not_found');
  expectRefusal(await create({ organizationId: 24, name: 'X' }, supervisor.token), 403, 'forbidden');
  await remove(far.id);
  await remove(near.id);
});

describe('what is heard', () => {
  /** Feeds of the connection as it stands now. */
  const feedsNow = async (as: Caller): Promise<string[]> => {
    const line = await as.listen();
    const feeds = line.feeds();
    line.close();
    return feeds;
  };
  const backAfter = async (lines: Listener[], act: () => Promise<unknown>) => {
    const back = Promise.all(lines.map((line) => line.connected()));
    await act();
    await back;
  };

  test('members and who leads come back at once to the feeds that are theirs; nobody is seen to leave', async () => {
    const [johns, sarahs, admins] = await Promise.all([john.listen(), sarah.listen(), admin.listen()]);
    await fence(server, [johns, sarahs, admins]);
    for (const line of [johns, sarahs, admins]) line.heard.length = 0;
    let id = 0;
    await backAfter([johns, admins], async () => {
      ({ id } = await added({ operators: [101] }));
    });
    expect(johns.feeds()).toContain(`group:${id}`);
    expect(admins.feeds()).toContain(`group:${id}`);

    // Leads hear every group, so that members change is nothing to them.
    await backAfter([johns, sarahs], () => change(id, { operators: [102] }));
    expect(await feedsNow(john)).not.toContain(`group:${id}`);
    expect(sarahs.feeds()).toContain(`group:${id}`);
    // The same members, other timers: nobody's feeds change.
    await change(id, { operators: [102], timerFirstAnswer: 30, name: ' Returns ' });
    // Another name is loaded anew with the groups.
    await backAfter([sarahs, admins], () => change(id, { name: 'Other' }));
    await backAfter([johns], () => company.call('changeUser', { params: { userId: 101 }, body: { groups: [id] } }));
    await backAfter([johns, sarahs, admins], () => remove(id));
    expect(await feedsNow(sarah)).not.toContain(`group:${id}`);
    await server.settled();

    const code = closeCodes.feedsChanged.code;
    expect(johns.comebacks).toEqual([code, code, code, code]);
    expect(sarahs.comebacks).toEqual([code, code, code]);
    expect(admins.comebacks).toEqual([code, code, code]);
    for (const line of [johns, sarahs, admins]) {
      expect(line.heard.filter(({ event }) => event !== 'fence')).toEqual([]);
      line.close();
    }
  });

  test('a session of the group: its members hear it, and who joins gets what waits at once', async () => {
    await sarah.call('pause');
    const group = await added({ operators: [102] });
    const params = { chatId: demo.channelId };
    await company.call('changeChat', { params, body: { groupId: group.id } });
    const [johns, admins] = await Promise.all([john.listen(), admin.listen()]);
    await fence(server, [johns]);
    const client = await server.asClient();
    const { sessionId } = await client.call('widgetSend', { body: { body: 'Hello' } });
    await admins.until('operatorNotFound', ({ id }) => id === sessionId);
    await fence(server, [johns]);
    expect(johns.heard.filter(({ event }) => event === 'operatorNotFound')).toEqual([]);
    expectRefusal(await ask(server, `GET /api/v1/sessions/${sessionId}`, { token: john.token }), 404, 'not_found');

    // Refused while the channel sends its sessions there.
    const before = await dump(server);
    expectRefusal(await remove(group.id), 422, 'in_use');
    expect(await dump(server)).toBe(before);

    await backAfter([johns], () => change(group.id, { operators: [101, 102] }));
    const got = await johns.until('chatSessionAdded', ({ id }) => id === sessionId);
    expect(got.data).toMatchObject({ operatorId: 101, groupId: group.id, reason: 'routing' });
    await admin.call('finishSession', { params: { sessionId } });
    johns.close();
    admins.close();
    await company.call('changeChat', { params, body: { groupId: null } });
    await remove(group.id);
  });

  test('deleted while a channel begins to name it: one of the two is refused', async () => {
    const { id } = await added();
    const params = { chatId: demo.channelId };
    const name = ask(server, `PATCH /api/v1/chats/${demo.channelId}`, { token, body: { groupId: id } });
    const [named, removed] = await Promise.all([name, remove(id)]);
    if (named.status === 200) expectRefusal(removed, 422, 'in_use');
    else {
      expectRefusal(named, 400, 'invalid_request');
      expect(removed.status).toBe(200);
    }
    await company.call('changeChat', { params, body: { groupId: null } });
  });

  test('deleted: its open sessions are of the whole organization, and those in help find somebody', async () => {
    await sarah.call('pause');
    const group = await added({ operators: [102] });
    const params = { chatId: demo.channelId };
    await company.call('changeChat', { params, body: { groupId: group.id } });
    const johns = await john.listen();
    await fence(server, [johns]);
    const client = await server.asClient();
    const { sessionId } = await client.call('widgetSend', { body: { body: 'Hello' } });
    await company.call('changeChat', { params, body: { groupId: null } });
    expect(await remove(group.id)).toMatchObject({ status: 200 });
    const got = await johns.until('chatSessionAdded', ({ id }) => id === sessionId);
    expect(got.data).toMatchObject({ operatorId: 101, groupId: null, status: 'ACTIVE' });
    await fence(server, [johns]);
    const ofIt = johns.heard.filter(({ feed, data }) => feed === 'organization:24' && data.id === sessionId);
    expect(ofIt.map(({ event, data }) => [event, data.status])).toEqual([
      ['chatSessionUpdated', 'HELP'],
      ['chatSessionUpdated', 'ACTIVE'],
    ]);
    johns.close();
  });
});
