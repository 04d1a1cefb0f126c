import type { Script } from '@switchboard/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demo } from '../demo/seed.ts';
import { ask, expectRefusal } from '../testing/ask.ts';
import { dump } from '../testing/dump.ts';
import { administratorId, playScene, type Scene, sarahId } from '../testing/scene.ts';
import { addSecondCompany, type SecondCompany } from '../testing/second-company.ts';
import { inScope, say, theSession } from '../testing/table.ts';

let scene: Scene;
let rival: SecondCompany;
let token: string;
beforeAll(async () => {
  scene = await playScene();
  rival = await addSecondCompany(scene.server);
  token = (await scene.server.asOperator(administratorId)).token;
});
afterAll(() => scene[Symbol.asyncDispose]());

const bye: Script = { start: 'bye', steps: { bye: { say: 'Bye', close: true } } };
const create = (script: unknown, more: object = {}) =>
  ask(scene.server, 'POST /api/v1/bots', { token, body: { organizationId: 24, name: 'Greeter', script, ...more } });

test('make, read, list, change, delete: by the administrator and by the company', async () => {
  const { admin, server } = scene;
  const company = await server.asCompany();
  const made = await create(bye, { name: ' Greeter ', id: demo.channelId, deletedAt: 1 });
  const createdAt = new Date(server.clock.now()).toISOString();
  expect(made.status).toBe(201);
  const { id } = made.json as { id: string };
  const shown = { id, organizationId: 24, name: 'Greeter', script: bye, createdAt, updatedAt: createdAt };
  expect(id).not.toBe(demo.channelId);
  expect(made.json).toEqual(shown);
  const { id: otherId } = await company.call('createBot', { body: { organizationId: 6, name: 'Biller', script: bye } });
  for (const as of [admin, company]) {
    expect(await as.call('bot', { params: { botId: id } })).toEqual(shown);
    expect(await as.call('bots', { query: { organizationId: 24 } })).toEqual({ count: 1, items: [shown] });
    const names = (await as.call('bots', { query: { sort: 'name' } })).items?.map(({ name }) => name);
    expect(names).toEqual(['Biller', 'Greeter']);
    expect(await as.call('bots', { query: { keyword: 'reet', withoutItems: true } })).toEqual({ count: 1 });
  }

  server.clock.advance(1000);
  const updatedAt = new Date(server.clock.now()).toISOString();
  const renamed = await admin.call('changeBot', { params: { botId: id }, body: { name: 'Guide' } });
  expect(renamed).toEqual({ ...shown, name: 'Guide', updatedAt });
  const script: Script = { start: 'people', steps: { people: { handOver: { operatorId: sarahId } } } };
  expect(await admin.call('changeBot', { params: { botId: id }, body: { script } })).toEqual({ ...renamed, script });

  for (const botId of [id, otherId]) await admin.call('deleteBot', { params: { botId } });
  for (const request of ['GET', 'PATCH', 'DELETE']) {
    const answer = await ask(server, `${request} /bots/${id}`, { token, ...(request === 'PATCH' && { body: {} }) });
    expectRefusal(answer, 404, 'not_found');
  }
  expect(await admin.call('bots')).toEqual({ count: 0, items: [] });
});

test('every mistake is named and nothing is stored', async () => {
  const before = await dump(scene.server);
  const script = {
    start: 'hello',
    steps: {
      hello: {
        say: 'Hi',
        buttons: [
          { text: 'A', goTo: 'group' },
          { text: 'B', goTo: 'nowhere' },
        ],
      },
      group: { handOver: { groupId: rival.groupId } },
      operator: { handOver: { operatorId: rival.operatorId } },
      loop: { say: 'Round', goTo: 'loop' },
    },
  };
  const details = expectRefusal(await create(script), 400, 'invalid_request');
  expect(details).toEqual([
    { path: '/script/steps/hello/buttons/1/goTo', message: 'names no step; there are hello, group, operator, loop' },
    { path: '/script/steps/loop/goTo', message: 'goes round for ever: loop → loop. One must stop for the client' },
    { path: '/script/steps/operator', message: 'is never reached: no step leads here from the start' },
    { path: '/script/steps/loop', message: 'is never reached: no step leads here from the start' },
    { path: '/script/steps/group/handOver/groupId', message: "is no group of the bot's organization" },
    { path: '/script/steps/operator/handOver/operatorId', message: "is no operator of the bot's organization" },
  ]);
  expect(await dump(scene.server)).toBe(before);
});

test.each<[string, unknown, string]>([
  ['no script', undefined, '/script'],
  ['no steps', { start: 'a', steps: {} }, '/script/steps'],
  ['a part that is none', { start: 'a', steps: { a: { say: 'A', close: true, shout: true } } }, '/script/steps/a'],
  [
    'a button without words',
    { start: 'a', steps: { a: { say: 'A', buttons: [{ text: '', goTo: 'a' }] } } },
    '/script/steps/a/buttons/0/text',
  ],
  [
    'a question that nobody knows',
    { start: 'a', steps: { a: { say: 'A', ask: 'age', goTo: 'a' } } },
    '/script/steps/a/ask',
  ],
  ['too many tries', { start: 'a', tries: 11, steps: { a: { close: true } } }, '/script/tries'],
])('%s', async (_, script, path) => {
  const details = expectRefusal(await create(script), 400, 'invalid_request');
  expect(details.map((one) => one.path)).toContain(path);
});

test('a change is refused with its mistakes, and changes nothing', async () => {
  const { id } = (await create(bye)).json as { id: string };
  const before = await dump(scene.server);
  const body = { name: 'Other', script: { start: 'x', steps: { bye: { close: true } } } };
  const refused = await ask(scene.server, `PATCH /api/v1/bots/${id}`, { token, body });
  expect(expectRefusal(refused, 400, 'invalid_request')).toEqual([
    { path: '/script/start', message: 'names no step; there are bye' },
  ]);
  expect(await dump(scene.server)).toBe(before);
});

test('of an organization that is not there, or is another company’s: 404', async () => {
  for (const organizationId of [999, rival.organizationId]) {
    expectRefusal(await create(bye, { organizationId }), 404, 'not_found');
  }
});

test('deleted: not while a channel names it; what it has goes to people', async () => {
  const { admin } = scene;
  const script: Script = { start: 'a', steps: { a: { say: 'Name?', ask: 'name', goTo: 'b' }, b: { close: true } } };
  const { id: botId } = await admin.call('createBot', { body: { organizationId: 24, name: 'Asker', script } });
  const channel = { chatId: demo.channelId };
  await admin.call('changeChat', { params: channel, body: { botId } });
  await say(scene);
  const sessionId = await theSession(scene);
  expect(await admin.call('session', { params: { sessionId } })).toMatchObject({ status: 'BOT', botStatus: 'ACTIVE' });

  const before = await dump(scene.server);
  const refused = await ask(scene.server, `DELETE /api/v1/bots/${botId}`, { token });
  expectRefusal(refused, 422, 'in_use');
  expect(refused.text).toContain('This bot answers in Demo shop. Give');
  expect(await dump(scene.server)).toBe(before);

  await admin.call('changeChat', { params: channel, body: { botId: null } });
  const told = await scene.told(() => admin.call('deleteBot', { params: { botId } }));
  const heard = inScope('chatSessionUpdated', 'operatorStatusChanged', 'chatSessionSwitchedFromBotToOperator');
  expect(told).toEqual({
    ...heard,
    john: ['john: chatSessionAdded', ...(heard.john ?? [])],
    client: ['client: chatSessionUpdated'],
  });
  expect(await admin.call('session', { params: { sessionId } })).toMatchObject({
    status: 'ACTIVE',
    operatorId: demo.operatorId,
    botStatus: 'HANDED_OVER',
    unreadClientMessageCount: 1,
  });
});

test('refused: twenty of the channels that name it, and how many more', async () => {
  const { admin } = scene;
  const { id: botId } = await admin.call('createBot', {
    body: { organizationId: 24, name: 'Everywhere', script: bye },
  });
  for (let number = 1; number <= 23; number++) {
    const name = `Page ${String(number).padStart(2, '0')}`;
    await admin.call('createChat', { body: { organizationId: 24, name, botId } });
  }
  const refused = await ask(scene.server, `DELETE /api/v1/bots/${botId}`, { token });
  expectRefusal(refused, 422, 'in_use');
  expect(refused.text).toMatch(/answers in Page 01, Page 02, .*, Page 20 and 3 more\. Give/);
  expect(refused.text).not.toContain('Page 21');
});
