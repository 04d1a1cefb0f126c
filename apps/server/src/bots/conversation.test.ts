import { describe } from 'vitest';
import { after, created, givenBot, greeted, menu, switched } from '../testing/bot-scene.ts';
import { sarahId } from '../testing/scene.ts';
import { inScope, say, table, theSession } from '../testing/table.ts';

describe('the bot has it', () => {
  table([
    {
      does: 'the first message is greeted, after itself',
      given: givenBot,
      act: (scene) => after(scene, 'Hello'),
      answers: {
        status: 'BOT',
        operatorType: 'BOT',
        botStatus: 'ACTIVE',
        operatorId: null,
        unreadClientMessageCount: 0,
        unreadClientMessageExists: false,
        firstClientMessageAfterLastOperatorMessage: null,
        lastMessage: { body: 'What is it about?', authorType: 'BOT', authorName: 'Greeter' },
        said: ['CLIENT Hello', menu],
      },
      told: {
        ...inScope('chatSessionStarted', 'chatSessionUpdated'),
        client: [...created(2), 'client: chatSessionUpdated'],
      },
    },
    {
      does: 'first words that it understands are answered at once',
      given: givenBot,
      act: (scene) => after(scene, 'A REFUND, please'),
      answers: {
        status: 'BOT',
        said: ['CLIENT A REFUND, please', 'BOT What is it about?', 'BOT Refunds take three days.', menu],
      },
      told: {
        ...inScope('chatSessionStarted', 'chatSessionUpdated'),
        client: [...created(4), 'client: chatSessionUpdated'],
      },
    },
    {
      does: 'a button is pressed: the message says so; a name is asked',
      given: greeted,
      act: (scene) => after(scene, 'An order'),
      answers: { status: 'BOT', said: ['CLIENT Hello', menu, 'CLIENT An order (An order)', 'BOT Your name, please.'] },
      told: { ...inScope('chatSessionUpdated'), client: [...created(2), 'client: chatSessionUpdated'] },
    },
    {
      does: "a name goes onto the client's card",
      given: async (scene) => {
        await greeted(scene);
        await say(scene, 'An order');
      },
      act: (scene) => after(scene, 'Ada  Lovelace'),
      answers: { status: 'BOT', clientName: 'Ada Lovelace', name: 'Ada Lovelace' },
      told: { ...inScope('chatSessionUpdated'), client: [...created(2), 'client: chatSessionUpdated'] },
    },
    {
      does: 'whoever has it open hears both',
      given: async (scene) => {
        await greeted(scene);
        await scene.sarah.call('watchSession', { params: { sessionId: await theSession(scene) } });
      },
      act: (scene) => say(scene, 'возврат?'),
      told: {
        ...inScope('chatSessionUpdated'),
        sarah: [...Array.from({ length: 3 }, () => 'sarah: chatMessageCreated'), 'org: chatSessionUpdated'],
        client: [...created(3), 'client: chatSessionUpdated'],
      },
    },
    {
      does: 'a repeat of a message is not heard twice',
      given: async (scene) => {
        await greeted(scene);
        await say(scene, 'refund', { localId: 'one' });
      },
      act: (scene) => say(scene, 'refund', { localId: 'one' }),
      told: {},
    },
    {
      does: 'an operator may not write into it',
      given: greeted,
      act: async (scene) =>
        scene.john.call('sendMessage', { params: { sessionId: await theSession(scene) }, body: { body: 'Me too' } }),
      refuses: { status: 403, code: 'not_your_session' },
    },
    {
      does: 'it closes',
      given: greeted,
      act: (scene) => after(scene, 'Nothing'),
      answers: {
        status: 'CLOSED',
        closedBy: 'BOT',
        botStatus: 'FINISHED',
        unreadClientMessageCount: 0,
        firstClientMessageAfterLastOperatorMessage: null,
      },
      told: { ...inScope('chatSessionUpdated'), client: [...created(2), 'client: chatSessionUpdated'] },
    },
  ]);
});

describe('it hands over', () => {
  table([
    {
      does: 'to whoever is free: all that was said to the bot is unread',
      given: async (scene) => {
        await greeted(scene);
        await say(scene, 'An order');
        await say(scene, 'Ada');
        scene.server.clock.advance(5000);
      },
      act: (scene) => after(scene, '+380 44 123 45 67'),
      answers: {
        status: 'ACTIVE',
        operatorId: 101,
        botStatus: 'HANDED_OVER',
        unreadClientMessageCount: 4,
        unreadClientMessageExists: true,
      },
      told: {
        john: ['john: chatSessionAdded', ...switched.map((event) => `org: ${event}`)],
        sarah: switched.map((event) => `org: ${event}`),
        admin: switched.map((event) => `org: ${event}`),
        client: [...created(2), 'client: chatSessionUpdated'],
      },
    },
    {
      does: 'to the operator it names, not to the one whose turn it is',
      given: greeted,
      act: (scene) => after(scene, 'Sarah'),
      answers: { status: 'ACTIVE', operatorId: sarahId },
      told: {
        john: switched.map((event) => `org: ${event}`),
        sarah: ['sarah: chatSessionAdded', ...switched.map((event) => `org: ${event}`)],
        admin: switched.map((event) => `org: ${event}`),
        client: [...created(1), 'client: chatSessionUpdated'],
      },
    },
    {
      does: 'to routing where that operator is not there',
      given: async (scene) => {
        await scene.sarah.call('pause');
        await greeted(scene);
      },
      act: (scene) => after(scene, 'Sarah'),
      answers: { status: 'ACTIVE', operatorId: 101 },
      told: {
        john: ['john: chatSessionAdded', ...switched.map((event) => `org: ${event}`)],
        sarah: switched.map((event) => `org: ${event}`),
        admin: switched.map((event) => `org: ${event}`),
        client: [...created(1), 'client: chatSessionUpdated'],
      },
    },
    {
      does: 'after two messages that nothing understands',
      given: async (scene) => {
        await greeted(scene);
        await say(scene, 'hm');
      },
      act: (scene) => after(scene, 'hm'),
      answers: { status: 'ACTIVE', said: ['CLIENT Hello', menu, 'CLIENT hm', menu, 'CLIENT hm'] },
      told: {
        john: ['john: chatSessionAdded', ...switched.map((event) => `org: ${event}`)],
        sarah: switched.map((event) => `org: ${event}`),
        admin: switched.map((event) => `org: ${event}`),
        client: [...created(1), 'client: chatSessionUpdated'],
      },
    },
    {
      does: 'to help where nobody is free: the client is told of the queue',
      given: async (scene) => {
        await Promise.all([scene.john.call('pause'), scene.sarah.call('pause')]);
        await greeted(scene);
      },
      act: (scene) => after(scene, 'Sarah'),
      answers: { status: 'HELP', operatorId: null, operatorType: null, botStatus: 'HANDED_OVER' },
      told: {
        ...inScope('operatorNotFound', 'chatSessionUpdated', 'chatSessionSwitchedFromBotToOperator'),
        client: [...created(1), 'client: chatSessionUpdated', ...created(1), 'client: chatSessionUpdated'],
      },
    },
    {
      does: 'and hears nothing of what the client writes then',
      given: async (scene) => {
        await greeted(scene);
        await say(scene, 'Sarah');
      },
      act: (scene) => say(scene, 'refund'),
      told: { sarah: ['sarah: chatMessageCreated'], client: created(1) },
    },
    {
      does: 'it breaks: people have it, the client is told, the message is there',
      given: async (scene) => {
        const botId = await givenBot(scene);
        await say(scene);
        await scene.server.app.transact((tx) =>
          tx.db.updateTable('bots').set({ script: '{"start":' }).where('id', '=', botId).execute(),
        );
      },
      act: (scene) => after(scene, 'An order'),
      answers: {
        status: 'ACTIVE',
        botStatus: 'FAILED',
        said: [
          'CLIENT Hello',
          menu,
          'CLIENT An order (An order)',
          'SYSTEM The bot cannot go on. A person will answer you here.',
        ],
      },
      told: {
        john: ['john: chatSessionAdded', ...switched.map((event) => `org: ${event}`)],
        sarah: switched.map((event) => `org: ${event}`),
        admin: switched.map((event) => `org: ${event}`),
        client: [...created(2), 'client: chatSessionUpdated'],
      },
    },
    {
      does: 'its step is gone from the script: it begins anew',
      given: async (scene) => {
        const botId = await givenBot(scene);
        await say(scene);
        await say(scene, 'An order');
        const body = {
          script: {
            start: 'new',
            steps: { new: { say: 'Hello again.', ask: 'name', goTo: 'bye' }, bye: { close: true } },
          },
        } as const;
        await scene.admin.call('changeBot', { params: { botId }, body });
      },
      act: async (scene) => (await after(scene, 'Ada')).said.slice(-2),
      answers: ['CLIENT Ada', 'BOT Hello again.'],
      told: { ...inScope('chatSessionUpdated'), client: [...created(2), 'client: chatSessionUpdated'] },
    },
    {
      does: 'handed back, it begins anew; its place serves help',
      given: async (scene) => {
        await greeted(scene);
        await say(scene, 'Sarah');
      },
      act: async (scene) => {
        await scene.sarah.call('handToBot', { params: { sessionId: await theSession(scene) } });
        return after(scene);
      },
      answers: { status: 'BOT', botStatus: 'ACTIVE', said: ['CLIENT Hello', menu, 'CLIENT Sarah (Sarah)', menu] },
      told: {
        ...inScope('operatorStatusChanged', 'chatSessionUpdated', 'chatSessionUpdated'),
        sarah: [
          'sarah: chatSessionDeleted',
          'org: operatorStatusChanged',
          'org: chatSessionUpdated',
          'org: chatSessionUpdated',
        ],
        client: ['client: chatSessionUpdated', ...created(1), 'client: chatSessionUpdated'],
      },
    },
  ]);
});
