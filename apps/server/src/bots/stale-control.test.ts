import type { Message, Script } from '@switchboard/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OperatorActor } from '../actor.ts';
import { demo } from '../demo/seed.ts';
import { takeSession } from '../routing/take-session.ts';
import { getSession } from '../sessions/session.store.ts';
import { playScene, type Scene } from '../testing/scene.ts';
import { say, theSession } from '../testing/table.ts';
import { storeBotMessage } from './store-bot-message.ts';

let scene: Scene;
let bot: { id: string; name: string };
beforeAll(async () => {
  scene = await playScene();
  const script: Script = { start: 'a', steps: { a: { say: 'Name?', ask: 'name', goTo: 'a' } } };
  bot = await scene.admin.call('createBot', { body: { organizationId: 24, name: 'Asker', script } });
  await scene.admin.call('changeChat', { params: { chatId: demo.channelId }, body: { botId: bot.id } });
});
afterAll(() => scene[Symbol.asyncDispose]());

const late = { body: 'Too late', buttons: [] };
/** What the bot decided on: the session as it was then. */
const control = async () => {
  const sessionId = await theSession(scene);
  const { control_epoch: controlEpoch } = await getSession(scene.server.app.read, sessionId);
  return { sessionId, controlEpoch };
};
const writes = (decidedOn: Awaited<ReturnType<typeof control>>) =>
  scene.server.app.transact((tx) => storeBotMessage(tx, decidedOn, bot, late));

test('a bot that decided before an operator took it is refused, and nobody hears it', async () => {
  await scene.again();
  await say(scene);
  const decidedOn = await control();
  await scene.john.call('takeSession', { params: { sessionId: decidedOn.sessionId } });
  const told = await scene.told(async () => {
    await expect(writes(decidedOn)).rejects.toMatchObject({ code: 'stale_control' });
  });
  expect(told).toEqual({});
});

test('so is one that has it again since: it was handed back', async () => {
  const decidedOn = await control();
  await scene.john.call('handToBot', { params: { sessionId: decidedOn.sessionId } });
  const told = await scene.told(async () => {
    await expect(writes(decidedOn)).rejects.toMatchObject({ code: 'stale_control' });
  });
  expect(told).toEqual({});
  await writes(await control());
});

// Who comes first is the engine's business; that the late one is refused is shown above.
test('at the same moment: the bot speaks before the operator has it, or not at all', async () => {
  const { john } = scene;
  const { companyId } = await john.call('me');
  const asJohn: OperatorActor = {
    kind: 'operator',
    operatorId: demo.operatorId,
    companyId,
    organizationId: demo.organizationId,
    name: 'John Smith',
    role: 'OPERATOR',
    signInId: '',
    login: '',
    expiresAt: 0,
  };
  for (let round = 0; round < 12; round += 1) {
    await scene.again();
    await say(scene);
    const decidedOn = await control();
    const acts = [
      () => takeSession(scene.server.app, asJohn, { sessionId: decidedOn.sessionId }),
      () => writes(decidedOn),
      () => say(scene, 'Ada'),
    ];
    const turned = acts.map((_, index) => (index + round) % acts.length);
    const { john: heardByJohn, client: heardByClient } = await scene.heard(async () => {
      const settled = await Promise.allSettled(turned.map((index) => acts[index]?.()));
      const [took, wrote, said] = acts.map((_, index) => settled[turned.indexOf(index)]);
      expect(took?.status).toBe('fulfilled');
      expect(said?.status).toBe('fulfilled');
      if (wrote?.status === 'fulfilled') return;
      expect(wrote?.reason).toMatchObject({ code: 'stale_control' });
    });
    const bodies = (heard: typeof heardByJohn) =>
      heard.flatMap(({ event, data }) => (event === 'chatMessageCreated' ? [data as Message] : []));
    expect(bodies(heardByJohn).filter(({ authorType }) => authorType === 'BOT')).toEqual([]);
    const { items = [] } = await john.call('messages', { params: { sessionId: decidedOn.sessionId } });
    expect(items.slice(2).map(({ id }) => id)).toEqual(bodies(heardByClient).map(({ id }) => id));
  }
});
