import { describe, expect, test } from 'vitest';
import { eventually } from '../testing/fence.ts';
import { playScene, type Scene, sarahId } from '../testing/scene.ts';
import { addSecondCompany } from '../testing/second-company.ts';
import { finish, givenHelp, givenMine, inScope, refusal, say, table, theSession } from '../testing/table.ts';
import { later } from '../testing/time.ts';

type Who = 'john' | 'sarah' | 'billing' | 'admin';
const johnId = 101;
const org = (...events: string[]) => events.map((event) => `org: ${event}`);
const one = async (scene: Scene) => ({ sessionId: await theSession(scene) });
const notYours = { status: 403, code: 'not_your_session' };
const notFound = { status: 404, code: 'not_found' };

const botId = '00000000-0000-4000-8000-0000000000b0';
const setBot = (scene: Scene, id: string | null) =>
  scene.server.app.transact(async ({ db, at }) => {
    const script = JSON.stringify({ start: 'a', steps: { a: { say: 'Hello' } } });
    const bot = {
      id: botId,
      organization_id: 24,
      name: 'Greeter',
      script,
      created_at: at,
      updated_at: at,
      deleted_at: null,
    };
    await db
      .insertInto('bots')
      .values(bot)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await db.updateTable('channels').set({ bot_id: id }).where('organization_id', '=', 24).execute();
  });
/** John has the client's session, in a channel that has a bot. */
async function givenMineAndBot(scene: Scene) {
  await setBot(scene, null);
  await givenMine(scene);
  await setBot(scene, botId);
}
const toBot = (who: Who) => async (scene: Scene) => scene[who].call('handToBot', { params: await one(scene) });
async function givenBot(scene: Scene) {
  await givenMineAndBot(scene);
  await toBot('john')(scene);
}

describe('back to the bot', () => {
  test('its operator loses it, everyone in scope sees that the bot has it, and help gets the place', async () => {
    await using scene = await playScene();
    await givenMineAndBot(scene);
    const sessionId = await theSession(scene);
    const { server } = scene;
    await server.app.transact(({ db }) =>
      db.updateTable('operators').set({ max_sessions: 1 }).where('id', '=', johnId).execute(),
    );
    await scene.sarah.call('pause');
    await setBot(scene, null);
    await scene.otherClient.call('widgetSend', { body: { body: 'I wait' } });
    await setBot(scene, botId);
    const heard = await scene.heard(() => toBot('john')(scene));
    const own = heard.john.filter(({ feed }) => feed === `operator:${johnId}`);
    expect(own.map(({ event }) => event)).toEqual(['chatSessionDeleted', 'chatSessionAdded']);
    expect(own[0]?.data).toEqual({ sessionId, reason: 'bot' });
    expect(own[1]?.data).toMatchObject({ clientId: scene.otherClient.clientId, reason: 'routing' });
    const [seen] = heard.sarah.filter(({ event }) => event === 'chatSessionUpdated');
    expect(seen?.data).toMatchObject({
      id: sessionId,
      status: 'BOT',
      operatorType: 'BOT',
      operatorId: null,
      previousOperator: { id: johnId },
    });
  });

  table([
    {
      does: 'what it has already',
      given: givenBot,
      act: toBot('admin'),
      answers: { status: 'BOT', botStatus: 'ACTIVE' },
    },
    { does: 'a colleague’s', given: givenMineAndBot, act: toBot('sarah'), refuses: notYours },
    { does: 'from another organization', given: givenMineAndBot, act: toBot('billing'), refuses: notFound },
    {
      does: 'where the channel has none',
      given: async (scene) => {
        await setBot(scene, null);
        await givenMine(scene);
      },
      act: toBot('john'),
      refuses: { status: 422, code: 'no_bot' },
    },
    {
      does: 'what is closed',
      given: async (scene) => {
        await givenMineAndBot(scene);
        await finish(scene);
      },
      act: toBot('john'),
      refuses: { status: 422, code: 'session_closed' },
    },
  ]);
});

describe('out of the bot’s hands', () => {
  const takes = (who: Who) => async (scene: Scene) => scene[who].call('takeSession', { params: await one(scene) });
  const transfers = (who: Who, userId: number) => async (scene: Scene) =>
    scene[who].call('transferSession', { params: { ...(await one(scene)), userId } });
  const switched = org('chatSessionUpdated', 'operatorStatusChanged', 'chatSessionSwitchedFromBotToOperator');
  const told = {
    john: switched,
    sarah: ['sarah: chatSessionAdded', ...switched],
    admin: switched,
    client: ['client: chatSessionUpdated'],
  };
  table([
    {
      does: 'taken by an operator who sees it',
      given: givenBot,
      act: takes('sarah'),
      answers: { status: 'ACTIVE', operatorId: sarahId, botStatus: 'HANDED_OVER' },
      told,
    },
    {
      does: 'given to an operator by who leads',
      given: givenBot,
      act: transfers('admin', sarahId),
      answers: { status: 'ACTIVE', operatorId: sarahId },
      told,
    },
    { does: 'given by who merely sees it', given: givenBot, act: transfers('john', sarahId), refuses: notYours },
    { does: 'taken from another organization', given: givenBot, act: takes('billing'), refuses: notFound },
  ]);
});

describe('taking by force', () => {
  const takes =
    (who: Who, force = true) =>
    async (scene: Scene) =>
      scene[who].call('takeSession', { params: await one(scene), body: { force } });
  const lead = (scene: Scene, role: string) =>
    scene.server.app.transact(({ db }) =>
      db.updateTable('operators').set({ role }).where('id', '=', sarahId).execute(),
    );
  const events = org('operatorStatusChanged', 'chatSessionUpdated', 'operatorStatusChanged');
  table([
    {
      does: 'by a supervisor: the old one loses it',
      given: async (scene) => {
        await givenMine(scene);
        await lead(scene, 'SUPERVISOR');
      },
      act: takes('sarah'),
      answers: { operatorId: sarahId, previousOperator: { id: johnId } },
      told: {
        john: ['john: chatSessionDeleted', ...events],
        sarah: [events[0] ?? '', 'sarah: chatSessionAdded', ...events.slice(1)],
        admin: events,
        client: ['client: chatSessionUpdated'],
      },
    },
    {
      does: 'by a supervisor who did not say so',
      given: async (scene) => {
        await givenMine(scene);
        await lead(scene, 'SUPERVISOR');
      },
      act: takes('sarah', false),
      refuses: { status: 409, code: 'already_taken' },
    },
    {
      does: 'by an operator',
      given: async (scene) => {
        await givenMine(scene);
        await lead(scene, 'OPERATOR');
      },
      act: takes('sarah'),
      refuses: { status: 403, code: 'forbidden' },
    },
    {
      does: 'by an operator, of what waits in help: no force is needed',
      given: givenHelp,
      act: takes('sarah'),
      answers: { operatorId: sarahId },
      told: {
        ...inScope('chatSessionUpdated', 'operatorStatusChanged'),
        sarah: ['sarah: chatSessionAdded', ...org('chatSessionUpdated', 'operatorStatusChanged')],
        client: ['client: chatSessionUpdated'],
      },
    },
  ]);
});

describe('to a group', () => {
  /** John works in the first, Sarah in the second, nobody in the third; the last is another organization's. */
  async function givenGroups(scene: Scene): Promise<number[]> {
    const ids = await scene.server.app.transact(async ({ db, at }) => {
      const group = (name: string, organization_id = 24, seconds: number | null = null) => ({
        organization_id,
        name,
        timer_first_answer: seconds,
        timer_next_answers: null,
        created_at: at,
      });
      const rows = [group('Orders'), group('Returns', 24, 60), group('Night'), group('Bills', 6)];
      const made = [];
      for (const row of rows)
        made.push(await db.insertInto('groups').values(row).returning('id').executeTakeFirstOrThrow());
      const [orders, returns] = made;
      await db
        .insertInto('group_members')
        .values([
          { group_id: orders?.id ?? 0, operator_id: johnId },
          { group_id: returns?.id ?? 0, operator_id: sarahId },
        ])
        .execute();
      return made.map(({ id }) => id);
    });
    for (const name of ['john', 'sarah', 'admin'] as const) {
      scene.lines[name].close();
      scene.lines[name] = await scene[name].listen();
    }
    return ids;
  }
  const transfers = async (scene: Scene, who: Who, groupId = 0, note?: string) =>
    scene[who].call('transferToGroup', { params: { ...(await one(scene)), groupId }, ...(note && { body: { note } }) });

  test('whoever is free there gets it; who saw it before hears that it is gone', async () => {
    await using scene = await playScene();
    const [, returns = 0] = await givenGroups(scene);
    await givenMine(scene);
    const told = await scene.told(async () => {
      expect(await transfers(scene, 'john', returns, 'Wants money back')).toMatchObject({
        status: 'ACTIVE',
        operatorId: sarahId,
        groupId: returns,
        timerFirstAnswer: 60,
        answerDueAt: '2026-03-02T09:01:00.000Z',
        previousOperator: { id: johnId },
        lastMessage: { type: 'NOTE', body: 'Wants money back' },
      });
    });
    const inGroup = `group:${returns}: chatSessionUpdated`;
    expect(told).toEqual({
      john: [
        'john: chatSessionDeleted',
        ...org('operatorStatusChanged', 'operatorStatusChanged', 'chatSessionUpdated'),
      ],
      sarah: [
        'org: operatorStatusChanged',
        'sarah: chatSessionAdded',
        inGroup,
        'org: operatorStatusChanged',
        'org: chatSessionUpdated',
        'sarah: chatMessageCreated',
      ],
      admin: ['org: operatorStatusChanged', inGroup, ...org('operatorStatusChanged', 'chatSessionUpdated')],
      client: ['client: chatSessionUpdated'],
    });
    // The note is for the group alone.
    const parting = scene.lines.john.heard.findLast(({ event }) => event === 'chatSessionUpdated');
    expect(parting?.data).toMatchObject({ groupId: returns, lastMessage: { type: 'TEXT' } });
    const params = await one(scene);
    expect(await scene.john.call('session', { params }).catch(refusal)).toMatchObject(notFound);
    expect((await scene.sarah.call('sessionRouting', { params })).items?.[0]).toMatchObject({
      cause: 'transfer',
      operatorId: sarahId,
    });
  });

  test('nobody free: it waits in that group’s help, and never returns to whom it was taken from', async () => {
    await using scene = await playScene();
    const [orders = 0, , night = 0] = await givenGroups(scene);
    await givenMine(scene);
    for (const groupId of [orders, night]) {
      const answer = await transfers(scene, 'admin', groupId);
      expect(answer).toMatchObject({ status: 'HELP', operatorId: null, groupId });
    }
    // Out of help John may have it again.
    expect(await transfers(scene, 'admin', orders)).toMatchObject({ status: 'ACTIVE', operatorId: johnId });
  });

  test('an operator from outside keeps hearing of a session that is theirs', async () => {
    await using scene = await playScene();
    const [orders = 0] = await givenGroups(scene);
    await givenMine(scene);
    await transfers(scene, 'admin', orders);
    await transfers(scene, 'admin', orders);
    await scene.admin.call('transferSession', { params: { ...(await one(scene)), userId: sarahId } });
    const told = await scene.told(async () =>
      scene.admin.call('renameSession', { params: { ...(await one(scene)), name: 'Ours' } }),
    );
    expect(told).toEqual({
      john: [`group:${orders}: chatSessionUpdated`],
      sarah: ['sarah: chatSessionUpdated'],
      admin: [`group:${orders}: chatSessionUpdated`],
    });
  });

  test('so does a second one, while it waits in help: of its client, too', async () => {
    await using scene = await playScene();
    const [, , night = 0] = await givenGroups(scene);
    await givenMine(scene);
    await transfers(scene, 'admin', night);
    const params = await one(scene);
    await scene.admin.call('addSessionOperator', { params: { ...params, userId: sarahId } });
    const says = () => scene.sarah.call('sendMessage', { params, body: { body: 'A moment, please.' } });
    let messageId = '';
    const written = await scene.told(async () => {
      messageId = (await says()).id;
    });
    expect(written).toEqual({
      sarah: ['sarah: chatMessageCreated', 'sarah: chatSessionUpdated'],
      admin: [`group:${night}: chatSessionUpdated`],
      client: ['client: chatMessageCreated'],
    });
    expect(await scene.told(() => scene.client.call('widgetRead', { body: { messageId } }))).toEqual({
      sarah: ['sarah: chatMessageRead'],
      admin: [`group:${night}: chatMessageRead`],
    });
    const { server } = scene;
    const connections = () => server.live.server.stats().connections;
    const left = connections() - 1;
    const told = await scene.told(async () => {
      scene.lines.client.close();
      await eventually(() => connections() === left);
      await later(scene, 10_000);
      await server.settled();
    });
    expect(told).toEqual({ sarah: ['sarah: clientOffline'], admin: [`group:${night}: clientOffline`] });
  });

  test('is refused, and changes and tells nothing', async () => {
    await using scene = await playScene();
    const [orders = 0, returns = 0, night = 0, bills = 0] = await givenGroups(scene);
    const rival = await addSecondCompany(scene.server);
    await givenMine(scene);
    await scene.server.app.transact(({ db, at }) =>
      db.updateTable('groups').set({ deleted_at: at }).where('id', '=', night).execute(),
    );
    const told = await scene.told(async () => {
      for (const groupId of [night, bills, rival.groupId, 999_999]) {
        expect(await transfers(scene, 'john', groupId).catch(refusal)).toMatchObject(notFound);
      }
      expect(await transfers(scene, 'sarah', returns).catch(refusal)).toMatchObject(notYours);
      expect(await transfers(scene, 'billing', bills).catch(refusal)).toMatchObject(notFound);
    });
    expect(told).toEqual({});
    expect(await scene.john.call('session', { params: await one(scene) })).toMatchObject({
      operatorId: johnId,
      groupId: null,
    });
    await finish(scene);
    expect(await transfers(scene, 'john', orders).catch(refusal)).toMatchObject({
      status: 422,
      code: 'session_closed',
    });
  });
});

test('a note stays among operators: its client does not load it, nor reply to it', async () => {
  await using scene = await playScene();
  await givenMine(scene);
  await scene.john.call('transferSession', {
    params: { ...(await one(scene)), userId: sarahId },
    body: { note: 'Secret' },
  });
  const { items = [] } = await scene.sarah.call('messages', { params: await one(scene) });
  expect(items.map(({ type, body }) => [type, body])).toEqual([
    ['TEXT', 'Hello'],
    ['NOTE', 'Secret'],
  ]);
  const noteId = items[1]?.id ?? '';
  expect((await scene.client.call('widgetMessages')).items?.map(({ body }) => body)).toEqual(['Hello']);
  expect(await say(scene, 'What?', { replyToMessageId: noteId }).catch(refusal)).toMatchObject({ status: 400 });
});
