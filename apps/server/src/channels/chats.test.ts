import { describe, expect, test } from 'vitest';
import { demo } from '../demo/seed.ts';
import { ask, expectRefusal } from '../testing/ask.ts';
import { serveDemoCompany } from '../testing/demo-company.ts';
import { dump } from '../testing/dump.ts';
import { playScene, sarahId } from '../testing/scene.ts';
import { addSecondCompany } from '../testing/second-company.ts';
import { inScope, refusal, say, table, theSession } from '../testing/table.ts';

const { server, token } = await serveDemoCompany();
const company = server.withToken(token);
const [admin, john] = [await server.asOperator(100), await server.asOperator(101)];
const rival = await addSecondCompany(server);
const group = await company.call('createGroup', { body: { organizationId: 24, name: 'Returns' } });
const foreignGroup = await company.call('createGroup', { body: { organizationId: 6, name: 'Invoices' } });
const addBot = (organizationId: number, deletedAt: number | null = null) =>
  server.app.transact(async (tx) => {
    const id = tx.uuid();
    const times = { created_at: tx.at, updated_at: tx.at, deleted_at: deletedAt };
    await tx.db
      .insertInto('bots')
      .values({ id, organization_id: organizationId, name: 'Greeter', script: '{}', ...times })
      .execute();
    return id;
  });
const [botId, foreignBotId, deletedBotId] = [await addBot(24), await addBot(6), await addBot(24, 1)];

const create = (body: object, as = token) =>
  ask(server, 'POST /api/v1/chats', { token: as, body: { organizationId: 24, name: 'Shop', ...body } });
const change = (id: string, body: unknown, as = token) => ask(server, `PATCH /api/v1/chats/${id}`, { token: as, body });
const remove = (id: string, as = token) => ask(server, `DELETE /api/v1/chats/${id}`, { token: as });
const open = (guid: string, headers: Record<string, string> = {}) =>
  ask(server, 'POST /api/v1/widget/open', { body: { guid }, headers });

const hours = {
  timeZone: 'Europe/Kyiv',
  week: {
    mon: [
      { from: '09:00', to: '13:00' },
      { from: '13:00', to: '24:00' },
    ],
  },
  closed: ['2026-12-25'],
};
const everything = {
  groupId: group.id,
  botId,
  priority: -3,
  greeting: 'Hello!',
  operatorsBusyMessage: 'Please wait.',
  sessionTtl: 300,
  allowableOperatorIdleTime: 120,
  timerFirstAnswer: 30,
  timerNextAnswers: 60,
  stickyWait: 20,
  hours,
  results: ['sold', 'not sold'],
  afterClosing: 'bot',
  whileOffline: 'bot',
  whileBusy: 'bot',
  waitingSteps: {
    forOperator: [
      { afterSeconds: 30, text: { default: 'Soon', uk: 'Скоро' } },
      { afterSeconds: 60, toBot: true },
    ],
  },
  allowedOrigins: ['https://shop.example', 'http://localhost:8080'],
  colours: { main: '#123456' },
};

test('make, read, change: every field', async () => {
  const made = await create({ ...everything, name: ' Shop ', id: demo.channelId, deleted_at: 1, messengerType: 'X' });
  expect(made.status).toBe(201);
  const { id, createdAt } = made.json as { id: string; createdAt: string };
  const shown = { id, organizationId: 24, messengerType: 'WIDGET', name: 'Shop', ...everything, createdAt };
  expect(made.json).toEqual(shown);
  for (const as of [company, admin]) expect(await as.call('chat', { params: { chatId: id } })).toEqual(shown);
  const plain = {
    groupId: null,
    botId: null,
    priority: 0,
    greeting: null,
    operatorsBusyMessage: null,
    sessionTtl: 86_400,
    allowableOperatorIdleTime: 0,
    timerFirstAnswer: null,
    timerNextAnswers: null,
    stickyWait: 0,
    hours: null,
    results: [],
    afterClosing: 'lastOperator',
    whileOffline: 'help',
    whileBusy: 'help',
    waitingSteps: {},
    allowedOrigins: [],
    colours: {},
  };
  expect((await create({})).json).toMatchObject(plain);
  expect((await change(id, { name: 'Other', organizationId: 6 })).json).toEqual({ ...shown, name: 'Other' });
  expect((await change(id, plain)).json).toEqual({ ...shown, ...plain, name: 'Other' });
  expect((await change(id, everything)).json).toEqual({ ...shown, name: 'Other' });
  expect((await change(id, {})).json).toEqual({ ...shown, name: 'Other' });
});

test('lists', async () => {
  const far = await company.call('createChat', { body: { organizationId: 6, name: 'Zebra' } });
  const names = async (query: object) => ((await admin.call('chats', { query })).items ?? []).map(({ name }) => name);
  expect((await names({ sort: '-name', limit: 1000 }))[0]).toBe('Zebra');
  expect(await names({ organizationId: 6 })).toEqual(['Zebra']);
  expect(await names({ keyword: 'DEMO' })).toEqual(['Demo shop']);
  expect(await names({ keyword: 'rival' })).toEqual([]);
  expect(await company.call('chats', { query: { keyword: 'zebra', fields: 'id' } })).toEqual({
    count: 1,
    items: [{ id: far.id }],
  });
});

describe('every bad part is named, and nothing is made or changed', () => {
  test.each<[string, object, string[]]>([
    ['a group of elsewhere', { groupId: foreignGroup.id }, ['/groupId']],
    ["another company's group", { groupId: rival.groupId }, ['/groupId']],
    ['a bot of elsewhere', { botId: foreignBotId }, ['/botId']],
    ['a deleted bot', { botId: deletedBotId }, ['/botId']],
    ['no time zone', { hours: { ...hours, timeZone: 'Europe/Nowhere' } }, ['/hours/timeZone']],
    ['an offset', { hours: { ...hours, timeZone: '+02:00' } }, ['/hours/timeZone']],
    [
      'no time',
      { hours: { ...hours, week: { mon: [{ from: '9:00', to: '24:30' }] } } },
      ['/hours/week/mon/0/from', '/hours/week/mon/0/to'],
    ],
    [
      'spans',
      {
        hours: {
          timeZone: 'Nowhere',
          week: {
            tue: [
              { from: '10:00', to: '10:00' },
              { from: '09:00', to: '12:00' },
              { from: '11:59', to: '13:00' },
            ],
            sun: [{ from: '24:00', to: '01:00' }],
          },
          closed: ['2026-02-28', '2026-02-30', '2026-13-01'],
        },
      },
      [
        '/hours/timeZone',
        '/hours/week/tue/0',
        '/hours/week/tue/2',
        '/hours/week/sun/0',
        '/hours/closed/1',
        '/hours/closed/2',
      ],
    ],
    [
      'steps',
      {
        waitingSteps: {
          forOperator: [{ afterSeconds: 1 }, { afterSeconds: 2, toBot: false }, { afterSeconds: 3, toBot: true }],
          onHold: [{ afterSeconds: 1, text: { uk: 'Зараз' } }],
        },
      },
      [
        '/waitingSteps/forOperator/0',
        '/waitingSteps/forOperator/1',
        '/waitingSteps/onHold/0/text/default',
        '/waitingSteps/forOperator/2/toBot',
      ],
    ],
    [
      'origins',
      {
        allowedOrigins: [
          'https://shop.example',
          'https://shop.example/',
          'shop.example',
          'ftp://x.example',
          'null',
          '*',
        ],
      },
      [1, 2, 3, 4, 5].map((index) => `/allowedOrigins/${index}`),
    ],
    [
      'numbers',
      { sessionTtl: 299, priority: 1001, stickyWait: -1, timerFirstAnswer: 0 },
      ['/priority', '/sessionTtl', '/timerFirstAnswer', '/stickyWait'],
    ],
  ])('%s', async (_, body, paths) => {
    const before = await dump(server);
    const named = (answer: Awaited<ReturnType<typeof create>>) =>
      expectRefusal(answer, 400, 'invalid_request').map(({ path }) => path);
    expect(named(await create(body)).sort()).toEqual([...paths].sort());
    expect(named(await change(demo.channelId, body)).sort()).toEqual([...paths].sort());
    expect(await dump(server)).toBe(before);
  });

  test.each(['afterClosing', 'whileOffline', 'whileBusy'])('%s says bot, and there is none', async (field) => {
    const refused = [{ path: `/${field}`, message: 'needs a bot: name it in botId' }];
    expect(expectRefusal(await create({ [field]: 'bot' }), 400, 'invalid_request')).toEqual(refused);
    expect(expectRefusal(await create({ [field]: 'bot', botId: null }), 400, 'invalid_request')).toEqual(refused);
    const { id } = (await create({})).json as { id: string };
    expect(expectRefusal(await change(id, { [field]: 'bot' }), 400, 'invalid_request')).toEqual(refused);
    expect((await change(id, { [field]: 'bot', botId })).status).toBe(200);

    const before = await dump(server);
    const stays = [{ path: '/botId', message: `must stay: ${field} may hand to the bot` }];
    expect(expectRefusal(await change(id, { botId: null }), 400, 'invalid_request')).toEqual(stays);
    expect(await dump(server)).toBe(before);
    expect((await change(id, { botId: null, [field]: 'help' })).status).toBe(200);
  });

  test('a bot that the channel may hand to stays', async () => {
    const { id } = (await create(everything)).json as { id: string };
    expect(expectRefusal(await change(id, { botId: null }), 400, 'invalid_request')).toEqual([
      { path: '/botId', message: 'must stay: afterClosing, whileOffline, whileBusy, waitingSteps may hand to the bot' },
    ]);
    const some = { botId: null, waitingSteps: {}, whileBusy: 'bot', whileOffline: 'help' };
    expect(expectRefusal(await change(id, some), 400, 'invalid_request')).toEqual([
      { path: '/whileBusy', message: 'needs a bot: name it in botId' },
      { path: '/botId', message: 'must stay: afterClosing may hand to the bot' },
    ]);
    const none = { botId: null, waitingSteps: {}, afterClosing: 'help', whileBusy: 'help', whileOffline: 'help' };
    expect((await change(id, none)).status).toBe(200);
  });

  test('foreign and unknown channels do not exist; operators may not', async () => {
    const before = await dump(server);
    for (const [id, as] of [
      [rival.channelId, token],
      [demo.channelId, rival.administrator.token],
      ['00000000-0000-4000-8000-00000000ffff', token],
    ] as const) {
      expectRefusal(await change(id, { name: 'X' }, as), 404, 'not_found');
      expectRefusal(await remove(id, as), 404, 'not_found');
      expectRefusal(await ask(server, `GET /api/v1/chats/${id}`, { token: as }), 404, 'not_found');
    }
    expectRefusal(await create({ organizationId: rival.organizationId }), 404, 'not_found');
    for (const refused of [
      await create({}, john.token),
      await change(demo.channelId, { name: 'X' }, john.token),
      await remove(demo.channelId, john.token),
      await ask(server, 'GET /api/v1/chats', { token: john.token }),
    ]) {
      expectRefusal(refused, 403, 'forbidden');
    }
    expect(await dump(server)).toBe(before);
  });
});

test('what the widget hears of it, and from which pages', async () => {
  const { id } = (await create({ hours, greeting: 'Hi', allowedOrigins: ['https://shop.example'] })).json as {
    id: string;
  };
  expect((await open(id, { Origin: 'https://shop.example' })).json).toMatchObject({
    channel: { id, name: 'Shop', greeting: 'Hi', hours, online: false },
  });
  expectRefusal(await open(id, { Origin: 'https://evil.example' }), 403, 'forbidden');
  expect((await open(demo.channelId)).json).toMatchObject({ channel: { hours: null } });
});

describe('what is heard', () => {
  const params = { chatId: demo.channelId };
  table([
    {
      does: 'a change tells nobody',
      given: say,
      act: (scene) => scene.admin.call('changeChat', { params, body: { sessionTtl: 600, timerFirstAnswer: 5 } }),
      answers: { sessionTtl: 600, timerFirstAnswer: 5 },
    },
    {
      does: 'another name is told to all in scope, once, and not to the client',
      given: say,
      act: async (scene) => {
        const { name } = await scene.admin.call('changeChat', { params, body: { name: ' Demo shop ', priority: 1 } });
        await scene.admin.call('changeChat', { params, body: { name: 'Our shop' } });
        return { name };
      },
      answers: { name: 'Demo shop' },
      told: inScope('chatSessionUpdated'),
    },
    {
      does: 'a refusal neither',
      act: (scene) => scene.admin.call('changeChat', { params, body: { groupId: 999 } }),
      refuses: { status: 400, code: 'invalid_request' },
    },
  ]);

  test('renamed: every open session of it, as a load shows it, in the scope of its group too', async () => {
    await using scene = await playScene();
    const { john, admin } = scene;
    const { id: groupId } = await admin.call('createGroup', {
      body: { organizationId: 24, name: 'Returns', operators: [sarahId] },
    });
    const other = await admin.call('createChat', { body: { organizationId: 24, name: 'Elsewhere' } });
    const writes = async (guid: string) => {
      const { clientToken } = await scene.server.withToken('').call('widgetOpen', { body: { guid } });
      const client = scene.server.withToken(clientToken);
      return (await client.call('widgetSend', { body: { body: 'Hello' } })).sessionId;
    };
    await writes(other.id);
    await say(scene);
    await scene.otherClient.call('widgetSend', { body: { body: 'Closed by then' } });
    await scene.otherClient.call('widgetFinish');
    const plain = await theSession(scene);
    await admin.call('changeChat', { params, body: { groupId } });
    await john.call('pause');
    const ofGroup = await writes(demo.channelId);
    expect(await admin.call('session', { params: { sessionId: ofGroup } })).toMatchObject({ operatorId: sarahId });

    const before = await admin.call('session', { params: { sessionId: ofGroup } });
    const heard = await scene.heard(() => admin.call('changeChat', { params, body: { name: 'Our shop' } }));
    const sessions = (name: 'john' | 'sarah' | 'admin') => heard[name].map(({ data }) => [data.id, data.channel]);
    expect(sessions('john')).toEqual([[plain, 'Our shop']]);
    const both = [plain, ofGroup].map((id) => [id, 'Our shop']);
    for (const name of ['sarah', 'admin'] as const) expect(sessions(name).sort()).toEqual(both.sort());
    const loaded = await admin.call('session', { params: { sessionId: ofGroup } });
    expect(heard.sarah.find(({ data }) => data.id === ofGroup)?.data).toEqual(loaded);
    expect(loaded.revision).toBe(before.revision + 1);
  });

  test('deleted: those who wait are closed before places are freed; the widget is not found any more', async () => {
    const scene = await playScene();
    await scene.sarah.call('pause');
    await scene.admin.call('changeUser', { params: { userId: 101 }, body: { maxSessions: 1 } });
    await say(scene);
    await scene.otherClient.call('widgetSend', { body: { body: 'I wait' } });
    const inScope = ['org: chatSessionUpdated', 'org: operatorStatusChanged', 'org: chatSessionUpdated'];
    const told = await scene.told(() => scene.admin.call('deleteChat', { params }));
    expect(told).toEqual({
      john: [inScope[0], 'john: chatSessionDeleted', ...inScope.slice(1)],
      sarah: inScope,
      admin: inScope,
      client: ['client: chatSessionUpdated'],
      otherClient: ['otherClient: chatSessionUpdated'],
    });
    const { items = [] } = await scene.admin.call('sessions');
    expect(items.map(({ status, closedBy }) => [status, closedBy])).toEqual([
      ['CLOSED', 'SUPERVISOR'],
      ['CLOSED', 'SUPERVISOR'],
    ]);
    const notFound = { status: 404, code: 'not_found' };
    const { call } = scene.server.withToken('');
    expect(await call('widgetOpen', { body: { guid: demo.channelId } }).catch(refusal)).toMatchObject(notFound);
    expect(await say(scene).catch(refusal)).toMatchObject(notFound);
    expect(await scene.admin.call('deleteChat', { params }).catch(refusal)).toMatchObject(notFound);
    expect(await scene.admin.call('chats')).toMatchObject({ count: 0 });
    await scene[Symbol.asyncDispose]();
  });
});
