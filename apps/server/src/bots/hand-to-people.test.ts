import type { ChangedChat, Script } from '@switchboard/protocol';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { demo } from '../demo/seed.ts';
import { playScene, type Scene, sarahId } from '../testing/scene.ts';
import { say, theSession } from '../testing/table.ts';

let scene: Scene;
let groupId: number;
beforeAll(async () => {
  scene = await playScene();
  const body = { organizationId: 24, name: 'Returns', operators: [sarahId], timerFirstAnswer: 30 };
  // Whoever hears the new group comes back to hear it.
  const back = Promise.all([scene.lines.sarah.connected(), scene.lines.admin.connected()]);
  groupId = (await scene.admin.call('createGroup', { body })).id;
  await back;
});
afterAll(() => scene[Symbol.asyncDispose]());
beforeEach(() => scene.again());

const card = (): Script => ({
  start: 'name',
  steps: {
    name: { say: 'Name?', ask: 'name', goTo: 'phone' },
    phone: { say: 'Phone?', ask: 'phone', goTo: 'email' },
    email: { say: 'E-mail?', ask: 'email', goTo: 'group' },
    group: { say: 'Our people for returns come.', handOver: { groupId } },
  },
});
async function useBot(script: Script, rules: ChangedChat = {}): Promise<void> {
  const { id: botId } = await scene.admin.call('createBot', { body: { organizationId: 24, name: 'Asker', script } });
  const plain: ChangedChat = { botId, whileBusy: 'help', whileOffline: 'help', groupId: null };
  await scene.admin.call('changeChat', { params: { chatId: demo.channelId }, body: { ...plain, ...rules } });
}
const session = async () => scene.admin.call('session', { params: { sessionId: await theSession(scene) } });

test('name, phone and e-mail are on the card; a member of the group has it, in whose scope it is then', async () => {
  await useBot(card());
  for (const body of ['Hello', 'Ada', '+380 (44) 123-45-67']) await say(scene, body);
  const told = await scene.told(() => say(scene, ' Ada@Example.com '));
  const group = `group:${groupId}`;
  const events = [
    `${group}: chatSessionUpdated`,
    'org: operatorStatusChanged',
    `${group}: chatSessionSwitchedFromBotToOperator`,
    'org: chatSessionUpdated',
  ];
  expect(told).toEqual({
    john: ['org: operatorStatusChanged', 'org: chatSessionUpdated'],
    sarah: ['sarah: chatSessionAdded', ...events],
    admin: events,
    client: ['client: chatMessageCreated', 'client: chatMessageCreated', 'client: chatSessionUpdated'],
  });
  expect(await session()).toMatchObject({ groupId, operatorId: sarahId, timerFirstAnswer: 30, clientName: 'Ada' });
  const { app } = scene.server;
  const client = app.read
    .selectFrom('clients')
    .select(['name', 'phone', 'email'])
    .where('id', '=', scene.client.clientId);
  expect(await client.executeTakeFirst()).toEqual({ name: 'Ada', phone: '+380441234567', email: 'ada@example.com' });
});

test('service levels begin when people get it, not when the client wrote to the bot', async () => {
  await useBot(card());
  for (const body of ['Hello', 'Ada', '0441234567']) await say(scene, body);
  expect(await session()).toMatchObject({ answerDueAt: null, firstClientMessageAfterLastOperatorMessage: null });
  scene.server.clock.advance(600_000);
  await say(scene, 'ada@example.com');
  const now = scene.server.clock.now();
  expect(await session()).toMatchObject({
    firstClientMessageAfterLastOperatorMessage: new Date(now).toISOString(),
    answerDueAt: new Date(now + 30_000).toISOString(),
    answerLate: false,
  });
});

test('a group in which nobody is free: its help; the bot keeps it where the channel says so', async () => {
  await scene.sarah.call('pause');
  await useBot(card());
  for (const body of ['Hello', 'Ada', '0441234567', 'ada@example.com']) await say(scene, body);
  expect(await session()).toMatchObject({ status: 'HELP', groupId, operatorId: null });

  await scene.again();
  await scene.sarah.call('pause');
  await useBot(card(), { whileBusy: 'bot' });
  for (const body of ['Hello', 'Ada', '0441234567', 'ada@example.com']) await say(scene, body);
  expect(await session()).toMatchObject({ status: 'BOT', groupId: null, lastMessage: { body: 'E-mail?' } });
  await scene.sarah.call('activate');
  await say(scene, 'ada@example.com');
  expect(await session()).toMatchObject({ status: 'ACTIVE', groupId, operatorId: sarahId });
});

test('a group that is gone since: routing finds whoever is free', async () => {
  const { id } = await scene.admin.call('createGroup', { body: { organizationId: 24, name: 'Short-lived' } });
  await useBot({ start: 'a', steps: { a: { handOver: { groupId: id } } } });
  await scene.admin.call('deleteGroup', { params: { groupId: id } });
  await say(scene);
  expect(await session()).toMatchObject({ status: 'ACTIVE', groupId: null, operatorId: demo.operatorId });
});

test('fifty first messages at once: one session, one bot, each message once, the greeting first', async () => {
  await useBot({ start: 'a', tries: 10, steps: { a: { say: 'Name?', ask: 'phone', goTo: 'b' }, b: { close: true } } });
  const sent = await Promise.all(
    Array.from({ length: 50 }, (_, index) => say(scene, `Hello ${index}`, { localId: `first ${index}` })),
  );
  expect(new Set(sent.map(({ sessionId }) => sessionId)).size).toBe(1);
  const { items = [] } = await scene.client.call('widgetMessages', { query: { limit: 1000 } });
  expect(new Set(items.filter(({ authorType }) => authorType === 'CLIENT').map(({ localId }) => localId)).size).toBe(
    50,
  );
  // The greeting, nine times that it did not understand, and the tenth time people have it.
  const fromBot = items.filter(({ authorType }) => authorType === 'BOT').map(({ number }) => number);
  expect(fromBot).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
  expect(items.map(({ number }) => number)).toEqual(items.map((_, index) => index + 1));
  expect(await session()).toMatchObject({
    status: 'ACTIVE',
    operatorId: demo.operatorId,
    unreadClientMessageCount: 50,
  });
});
