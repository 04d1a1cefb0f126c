import { closeCodes } from '@switchboard/protocol';
import { describe, expect, test } from 'vitest';
import { ask, expectRefusal } from '../testing/ask.ts';
import { serveDemoCompany } from '../testing/demo-company.ts';
import { dump } from '../testing/dump.ts';
import { addSecondCompany } from '../testing/second-company.ts';
import { inScope, say, table } from '../testing/table.ts';

const { server, token } = await serveDemoCompany();
const company = server.withToken(token);
const admin = await server.asOperator(100);
const john = await server.asOperator(101);
const rival = await addSecondCompany(server);
const group = await company.call('createGroup', { body: { organizationId: 24, name: 'Returns' } });
const foreignGroup = await company.call('createGroup', { body: { organizationId: 6, name: 'Invoices' } });

const create = (body: unknown, as = token) => ask(server, 'POST /api/v1/users', { token: as, body });
const change = (id: number, body: unknown, as = token) => ask(server, `PATCH /api/v1/users/${id}`, { token: as, body });
const added = async (more: object = {}) =>
  company.call('createUser', { body: { organizationId: 24, name: 'Emily Davis', ...more } });
const signIn = (email: string, password: string) =>
  ask(server, 'POST /api/v1/auth/login', { body: { email, password } });

describe('making an operator', () => {
  test('with everything that a request may name, and nothing that it may not', async () => {
    const answer = await create({
      organizationId: 24,
      name: '  Emily Davis ',
      email: 'Emily.Davis@Example.com',
      phone: '+380441234567',
      password: 'long enough words',
      role: 'SUPERVISOR',
      groups: [group.id],
      maxSessions: 3,
      settings: { sound: true, theme: 'dark', volume: 3, nothing: null },
      // Mass assignment.
      id: 7,
      companyId: rival.companyId,
      company_id: rival.companyId,
      status: 2,
      online: 1,
      open_sessions: -5,
    });
    expect(answer.status).toBe(201);
    const user = answer.json as { id: number };
    expect(user).toMatchObject({
      companyId: 1,
      organizationId: 24,
      name: 'Emily Davis',
      firstName: 'Emily',
      lastName: 'Davis',
      email: 'emily.davis@example.com',
      phone: '+380441234567',
      roles: [{ name: 'SUPERVISOR', company_id: 1 }],
      settings: { sound: true, theme: 'dark', volume: 3, nothing: null },
      status: 0,
      presence: 'offline',
      groups: [{ id: group.id, name: 'Returns' }],
      activeSessions: 0,
      maxSessions: 3,
    });
    expect(user.id).not.toBe(7);
    const { token: own } = (await signIn('emily.davis@example.com', 'long enough words')).json as { token: string };
    expect(await server.withToken(own).call('me')).toEqual(user);
    expect(await company.call('user', { params: { userId: user.id } })).toEqual(user);
  });

  test('with a name alone', async () => {
    expect(await added()).toMatchObject({
      email: null,
      phone: null,
      roles: [{ name: 'OPERATOR' }],
      settings: {},
      groups: [],
      maxSessions: 5,
    });
  });

  test('the same Idempotency-Key makes one', async () => {
    const once = () =>
      ask(server, 'POST /api/v1/users', {
        token,
        body: { organizationId: 24, name: 'Once' },
        headers: { 'Idempotency-Key': 'make one' },
      });
    const [first, second] = [await once(), await once()];
    expect(second.headers.get('idempotent-replay')).toBe('true');
    expect(second.json).toEqual(first.json);
  });

  test('what is wrong is named, and nobody is made', async () => {
    const before = await dump(server);
    const organizationId = 24;
    const paths = async (body: unknown) =>
      expectRefusal(await create(body), 400, 'invalid_request').map(({ path }) => path);
    expect(await paths({})).toEqual(['/name', '/organizationId']);
    expect(await paths({ organizationId, name: ' ', password: 'short', role: 'GOD', maxSessions: 0 })).toEqual(
      expect.arrayContaining(['/name', '/password', '/role', '/maxSessions']),
    );
    expect(await paths({ organizationId, name: 'E', groups: [group.id, foreignGroup.id, rival.groupId] })).toEqual([
      '/groups/1',
      '/groups/2',
    ]);
    expect(await paths({ organizationId, name: 'E', settings: { deep: {} } })).toHaveLength(1);
    const used = { organizationId, name: 'E', email: 'JOHN.smith@example.com' };
    expect(expectRefusal(await create(used), 409, 'email_in_use')).toEqual([
      { path: '/email', message: 'is in use already' },
    ]);
    // Of whatever company: an address signs in as one operator.
    expectRefusal(await create({ ...used, email: 'rita@rival.example' }), 409, 'email_in_use');
    expectRefusal(await create({ organizationId: 999, name: 'E' }), 404, 'not_found');
    expectRefusal(await create({ organizationId: rival.organizationId, name: 'E' }), 404, 'not_found');
    expect(await dump(server)).toBe(before);
  });

  test('two at once with one address: one is made', async () => {
    const body = { organizationId: 24, name: 'Twin', email: 'twin@example.com' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => create(body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
  });
});

describe('reading', () => {
  test('who sees whom', async () => {
    const far = await company.call('createUser', { body: { organizationId: 6, name: 'Bill Ing' } });
    const ids = async (as: typeof john, query: object = {}) =>
      ((await as.call('users', { query: { limit: 1000, ...query } })).items ?? []).map(({ id }) => id);
    expect(await ids(company)).toEqual(expect.arrayContaining([100, 101, 102, 103, far.id]));
    expect(await ids(admin)).toEqual(await ids(company));
    expect(await ids(john)).not.toContain(far.id);
    expect(await ids(john)).not.toContain(100);
    expect(await ids(company)).not.toContain(rival.operatorId);
    expect(await ids(company, { organizationId: 6 })).toEqual([far.id]);
    expect(await ids(company, { organizationId: rival.organizationId })).toEqual([]);
    expect(await ids(company, { roles: 'ADMIN' })).toEqual([100]);
    expect(await ids(company, { keyword: 'sarah' })).toEqual([102]);
    const read = (as: typeof john, id: number) => ask(server, `GET /api/v1/users/${id}`, { token: as.token });
    expectRefusal(await read(john, far.id), 404, 'not_found');
    expectRefusal(await read(john, rival.operatorId), 404, 'not_found');
    expect((await read(john, 102)).status).toBe(200);
    await company.call('operatorStatus', { body: { id: far.id, status: 2 } });
    expectRefusal(await read(company, far.id), 404, 'not_found');
    expect(await ids(company)).not.toContain(far.id);
  });

  test('without count, without items, some fields', async () => {
    const { count } = await company.call('users');
    expect(await company.call('users', { query: { withoutItems: true } })).toEqual({ count });
    const { count: none, items = [] } = await company.call('users', { query: { withoutCount: true, fields: 'id' } });
    expect({ none, first: items[0] }).toEqual({ none: undefined, first: { id: 100 } });
  });
});

describe('changing an operator', () => {
  test('only what is named changes', async () => {
    const user = await added({ email: 'one@example.com', settings: { a: 1 }, maxSessions: 2, groups: [group.id] });
    const changed = await change(user.id, { name: ' One ', settings: { b: 2 }, status: 2, organizationId: 6 });
    expect(changed.json).toEqual({ ...user, name: 'One', firstName: 'One', lastName: '', settings: { b: 2 } });
    expect((await change(user.id, { maxSessions: null, email: null, groups: [] })).json).toMatchObject({
      email: null,
      maxSessions: 5,
      groups: [],
    });
    expect((await change(user.id, {})).json).toMatchObject({ name: 'One' });
  });

  test('what is wrong is named and changes nothing', async () => {
    const before = await dump(server);
    const bad = expectRefusal(await change(101, { groups: [foreignGroup.id] }), 400, 'invalid_request');
    expect(bad).toEqual([{ path: '/groups/0', message: 'is not a group of this organization' }]);
    expectRefusal(await change(101, { email: 'sarah.johnson@example.com', maxSessions: 9 }), 409, 'email_in_use');
    expectRefusal(await change(101, { name: '' }), 400, 'invalid_request');
    expectRefusal(await change(999_999, { name: 'X' }), 404, 'not_found');
    expectRefusal(await change(rival.operatorId, { name: 'X' }), 404, 'not_found');
    expectRefusal(await change(101, { name: 'X' }, rival.administrator.token), 404, 'not_found');
    expectRefusal(await change(101, { role: 'ADMIN' }, john.token), 403, 'forbidden');
    expect(await dump(server)).toBe(before);
  });

  test('a new password ends every sign-in and connection, and is the one that opens', async () => {
    const user = await added({ email: 'new.password@example.com', password: 'the first password' });
    const signed = (await signIn('new.password@example.com', 'the first password')).json as {
      token: string;
      refreshToken: string;
    };
    const issued = await server.asOperator(user.id);
    const caller = server.withToken(signed.token);
    const lines = await Promise.all([caller.listen(), caller.listen()]);
    const panel = await john.listen();
    await lines[0].until('operatorStatusChanged', ({ id, presence }) => id === user.id && presence === 'online');
    expect((await change(user.id, { password: 'the second password' })).json).toMatchObject({ presence: 'offline' });
    for (const line of lines) {
      expect((await line.until('operatorLoggedOut')).data).toEqual({ reason: 'password' });
      expect(await line.disconnected).toEqual(closeCodes.loggedOut);
    }
    await panel.until('operatorStatusChanged', ({ id, presence }) => id === user.id && presence === 'offline');
    for (const dead of [signed.token, issued.token]) {
      expectRefusal(await ask(server, 'GET /api/v1/users/me', { token: dead }), 401, 'unauthorized');
    }
    const refresh = { body: { refreshToken: signed.refreshToken } };
    expectRefusal(await ask(server, 'POST /api/v1/auth/refresh', refresh), 401, 'unauthorized');
    expectRefusal(await signIn('new.password@example.com', 'the first password'), 401, 'wrong_credentials');
    expect((await signIn('new.password@example.com', 'the second password')).status).toBe(200);
    panel.close();
  });

  test('a role holds at once, and its connections come back to what they now hear', async () => {
    const user = await added();
    const caller = await server.asOperator(user.id);
    const line = await caller.listen();
    expect(line.feeds().sort()).toEqual([`operator:${user.id}`, 'organization:24']);
    const back = line.connected();
    await change(user.id, { role: 'SUPERVISOR' });
    await back;
    expect(line.comebacks).toEqual([closeCodes.feedsChanged.code]);
    expect(line.feeds()).toContain(`group:${group.id}`);
    expectRefusal(await create({ organizationId: 24, name: 'X' }, caller.token), 403, 'forbidden');
    await change(user.id, { role: 'ADMIN' });
    expect((await create({ organizationId: 24, name: 'X' }, caller.token)).status).toBe(201);
    line.close();
  });

  test('the last active administrator stays one', async () => {
    const before = await dump(server);
    // Belongs to no organization, so could be nothing else.
    expectRefusal(await change(100, { role: 'OPERATOR' }), 400, 'invalid_request');
    expect(await dump(server)).toBe(before);
    const [one, other] = [await added({ role: 'ADMIN' }), await added({ role: 'ADMIN' })];
    await company.call('operatorStatus', { body: { id: 100, status: 1 } });
    for (const { id } of (await company.call('users', { query: { roles: 'ADMIN', limit: 1000 } })).items ?? []) {
      if (![100, one.id, other.id].includes(id)) await change(id, { role: 'OPERATOR' });
    }
    const both = await Promise.all([change(one.id, { role: 'OPERATOR' }), change(other.id, { role: 'SUPERVISOR' })]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 422]);
    const refused = both.find(({ status }) => status === 422);
    if (refused) expectRefusal(refused, 422, 'last_administrator');
    await company.call('operatorStatus', { body: { id: 100, status: 0 } });
  });
});

describe('an administrator cannot shut the company out', () => {
  const setStatus = (id: number, status: number, as: string) =>
    ask(server, 'POST /api/operator/status', { token: as, body: { id, status } });
  const last = async (...asked: Parameters<typeof change>) =>
    expectRefusal(await change(...asked), 422, 'last_administrator');
  const inOrder = ({ status }: { status: number }) => status;

  test('by role, by taking the address away, by status: one stays who can sign in', async () => {
    const first = await server.asOperator(100);
    // Comes in by tokens of the company alone.
    await added({ role: 'ADMIN' });
    const before = await dump(server);
    await last(100, { email: null }, first.token);
    expectRefusal(await setStatus(100, 1, first.token), 403, 'forbidden');
    expectRefusal(await setStatus(100, 2, first.token), 403, 'forbidden');
    expectRefusal(await ask(server, 'DELETE /api/v1/users/100', { token: first.token }), 404, 'not_found');
    expect(await dump(server)).toBe(before);

    const login = { email: 'second.admin@example.com', password: 'long enough words' };
    const second = await added({ role: 'ADMIN', ...login });
    const { token: own } = (await signIn(login.email, login.password)).json as { token: string };
    const both = await Promise.all([change(100, { email: null }), change(second.id, { role: 'OPERATOR' })]);
    expect(both.map(inOrder).sort()).toEqual([200, 422]);
    await change(100, { email: 'admin@example.com' });
    await change(second.id, { role: 'ADMIN' });
    // Who cannot sign in any more is no last one who can.
    expect((await change(second.id, { email: null }, own)).status).toBe(200);
    expect((await change(second.id, { role: 'OPERATOR' })).status).toBe(200);
  });

  test('the company itself may, and finds its way back', async () => {
    const { token: own } = await server.asOperator(100);
    for (const { id } of (await company.call('users', { query: { roles: 'ADMIN', limit: 1000 } })).items ?? []) {
      expect((await setStatus(id, 1, token)).status).toBe(200);
    }
    expectRefusal(await ask(server, 'GET /api/v1/users/me', { token: own }), 401, 'unauthorized');
    expect((await setStatus(100, 0, token)).status).toBe(200);
    expect((await signIn('admin@example.com', 'demo-password')).status).toBe(200);
  });
});

describe('what it sets free', () => {
  const userChange = (body: object) => ({ params: { userId: 101 }, body });
  table([
    {
      does: 'a larger maxSessions takes the head of help at once',
      given: async (scene) => {
        await scene.sarah.call('pause');
        await scene.admin.call('changeUser', userChange({ maxSessions: 1 }));
        await scene.otherClient.call('widgetSend', { body: { body: 'First' } });
        await say(scene, 'Second');
      },
      act: (scene) => scene.admin.call('changeUser', userChange({ maxSessions: 2 })),
      answers: { id: 101, maxSessions: 2, activeSessions: 2 },
      told: {
        ...inScope('chatSessionUpdated', 'operatorStatusChanged'),
        john: ['john: chatSessionAdded', 'org: chatSessionUpdated', 'org: operatorStatusChanged'],
        client: ['client: chatSessionUpdated'],
      },
    },
    {
      does: 'a smaller one takes nothing away and tells nobody',
      given: async (scene) => say(scene),
      act: (scene) => scene.admin.call('changeUser', userChange({ maxSessions: 1, name: 'John Smith' })),
      answers: { maxSessions: 1 },
    },
    {
      does: 'another name is shown where the old one was, also to the client',
      given: async (scene) => {
        await scene.sarah.call('pause');
        await say(scene);
      },
      act: (scene) => scene.admin.call('changeUser', userChange({ name: 'Jack Smith' })),
      answers: { name: 'Jack Smith' },
      told: { ...inScope('chatSessionUpdated'), client: ['client: chatSessionUpdated'] },
    },
    {
      does: 'a refusal tells nobody',
      act: (scene) => scene.admin.call('changeUser', userChange({ email: 'sarah.johnson@example.com' })),
      refuses: { status: 409, code: 'email_in_use' },
    },
  ]);
});
