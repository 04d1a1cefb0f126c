import type { ChangedChat, Script } from '@switchboard/protocol';
import { describe } from 'vitest';
import { demo } from '../demo/seed.ts';
import { type Scene, sarahId } from '../testing/scene.ts';
import { inScope, say, table, theSession } from '../testing/table.ts';

const script: Script = {
  start: 'hello',
  steps: {
    hello: {
      say: 'What is it about?',
      buttons: [
        { text: 'An order', goTo: 'name' },
        { text: 'Sarah', goTo: 'sarah' },
        { text: 'Nothing', goTo: 'bye' },
      ],
      keywords: [{ words: ['refund', 'возврат'], goTo: 'refund' }],
    },
    refund: { say: 'Refunds take three days.', goTo: 'hello' },
    name: { say: 'Your name, please.', ask: 'name', goTo: 'phone' },
    phone: { say: 'And your phone?', ask: 'phone', goTo: 'people' },
    people: { say: 'One moment, please.', handOver: {} },
    sarah: { handOver: { operatorId: sarahId } },
    bye: { say: 'Goodbye!', close: true },
  },
};

/** The demo shop's channel has a bot with this script from now on. */
async function givenBot({ admin }: Scene, rules: ChangedChat = {}, itsScript = script): Promise<string> {
  const { id } = await admin.call('createBot', { body: { organizationId: 24, name: 'Greeter', script: itsScript } });
  const plain: ChangedChat = {
    botId: id,
    whileBusy: 'help',
    whileOffline: 'help',
    afterClosing: 'lastOperator',
    groupId: null,
  };
  const body = { ...plain, hours: null, ...rules };
  await admin.call('changeChat', { params: { chatId: demo.channelId }, body });
  return id;
}

const greeted = async (scene: Scene) => {
  await givenBot(scene);
  return say(scene);
};
const session = async (scene: Scene) => scene.admin.call('session', { params: { sessionId: await theSession(scene) } });
const conversation = async (scene: Scene) => {
  const { items = [] } = await scene.client.call('widgetMessages', { query: { limit: 100 } });
  return items.map(({ authorType, body, keyboard, answers }) =>
    [authorType, body, ...keyboard.map(({ text }) => `[${text}]`), ...answers.map(({ text }) => `(${text})`)].join(' '),
  );
};
/** Says it all, and answers what was said by both and what the session is then. */
const after = async (scene: Scene, ...words: string[]) => {
  for (const body of words) await say(scene, body);
  return { ...(await session(scene)), said: await conversation(scene) };
};
const created = (count: number) => Array.from({ length: count }, () => 'client: chatMessageCreated');
const menu = 'BOT What is it about? [An order] [Sarah] [Nothing]';

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

const switched = ['chatSessionUpdated', 'operatorStatusChanged', 'chatSessionSwitchedFromBotToOperator'];

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

/** One session of this client is closed already. */
const wroteBefore = async (scene: Scene, rules: ChangedChat, closedBy: 'bot' | 'sarah' = 'bot') => {
  await givenBot(scene, rules);
  await say(scene);
  await say(scene, closedBy === 'bot' ? 'Nothing' : 'Sarah');
  if (closedBy === 'bot') return;
  await scene.sarah.call('finishSession', { params: { sessionId: await theSession(scene) } });
};
const nobodyFree = ({ john, sarah }: Scene) => Promise.all([john.call('pause'), sarah.call('pause')]);
/** Of the newest session, who has it. */
const startedWith = async (scene: Scene) => {
  await say(scene, 'Again');
  const { items = [] } = await scene.admin.call('sessions', { query: { clientId: scene.client.clientId } });
  return items[0] && { status: items[0].status, operatorId: items[0].operatorId };
};
const startedWithBot = {
  ...inScope('chatSessionStarted', 'chatSessionUpdated'),
  client: [...created(2), 'client: chatSessionUpdated'],
};
const toJohn = {
  ...inScope('chatSessionStarted', 'chatSessionUpdated', 'operatorStatusChanged'),
  john: [
    'org: chatSessionStarted',
    'john: chatSessionAdded',
    'org: chatSessionUpdated',
    'org: operatorStatusChanged',
    'john: chatMessageCreated',
  ],
  client: ['client: chatSessionUpdated', ...created(1)],
};
const toHelp = {
  ...inScope('chatSessionStarted', 'operatorNotFound', 'chatSessionUpdated'),
  client: ['client: chatSessionUpdated', ...created(2), 'client: chatSessionUpdated'],
};

describe('a client who wrote before', () => {
  table([
    {
      does: 'after closing, the bot',
      given: (scene) => wroteBefore(scene, { afterClosing: 'bot' }),
      act: startedWith,
      answers: { status: 'BOT' },
      told: startedWithBot,
    },
    {
      does: 'after closing, people: whoever is free',
      given: (scene) => wroteBefore(scene, { afterClosing: 'help' }, 'sarah'),
      act: startedWith,
      answers: { status: 'ACTIVE', operatorId: 101 },
      told: toJohn,
    },
    {
      does: 'after closing, the last operator',
      given: (scene) => wroteBefore(scene, { afterClosing: 'lastOperator' }, 'sarah'),
      act: startedWith,
      answers: { status: 'ACTIVE', operatorId: sarahId },
      told: {
        ...toJohn,
        john: toJohn.sarah ?? [],
        sarah: [
          'org: chatSessionStarted',
          'sarah: chatSessionAdded',
          'org: chatSessionUpdated',
          'org: operatorStatusChanged',
          'sarah: chatMessageCreated',
        ],
      },
    },
    {
      does: 'while busy, the bot instead of help',
      given: async (scene) => {
        await wroteBefore(scene, { whileBusy: 'bot' });
        await nobodyFree(scene);
      },
      act: startedWith,
      answers: { status: 'BOT' },
      told: startedWithBot,
    },
    {
      does: 'while busy, help',
      given: async (scene) => {
        await wroteBefore(scene, { whileOffline: 'bot' });
        await nobodyFree(scene);
      },
      act: startedWith,
      answers: { status: 'HELP' },
      told: toHelp,
    },
    {
      does: 'after hours, the bot though somebody is there',
      given: (scene) => wroteBefore(scene, { whileOffline: 'bot', hours: { timeZone: 'Europe/Kyiv', week: {} } }),
      act: startedWith,
      answers: { status: 'BOT' },
      told: startedWithBot,
    },
    {
      does: 'after hours, people where the channel does not mind',
      given: (scene) => wroteBefore(scene, { hours: { timeZone: 'Europe/Kyiv', week: {} } }),
      act: startedWith,
      answers: { status: 'ACTIVE', operatorId: 101 },
      told: toJohn,
    },
  ]);
});

describe('the bot keeps what nobody can have', () => {
  table([
    {
      does: 'while busy: the client is told, and may choose again; nobody is announced',
      given: async (scene) => {
        await nobodyFree(scene);
        await givenBot(
          scene,
          { whileBusy: 'bot' },
          {
            start: 'hello',
            steps: {
              hello: { say: 'What?', buttons: [{ text: 'People', goTo: 'people' }] },
              people: { say: 'They come.', handOver: {} },
            },
          },
        );
        await say(scene);
      },
      act: (scene) => after(scene, 'People'),
      answers: {
        status: 'BOT',
        said: [
          'CLIENT Hello',
          'BOT What? [People]',
          'CLIENT People (People)',
          'SYSTEM Thank you for writing. You are in the queue, and whoever is free next will answer you.',
          'BOT What? [People]',
        ],
      },
      told: { ...inScope('chatSessionUpdated'), client: [...created(3), 'client: chatSessionUpdated'] },
    },
    {
      does: 'not where it has nothing to say but that',
      given: async (scene) => {
        await nobodyFree(scene);
        await givenBot(scene, { whileBusy: 'bot' }, { start: 'people', steps: { people: { handOver: {} } } });
      },
      act: (scene) => after(scene, 'Hello'),
      answers: { status: 'HELP' },
      told: {
        ...inScope(
          'chatSessionStarted',
          'operatorNotFound',
          'chatSessionUpdated',
          'chatSessionSwitchedFromBotToOperator',
        ),
        client: [...created(1), 'client: chatSessionUpdated', ...created(1), 'client: chatSessionUpdated'],
      },
    },
    {
      does: 'not where somebody is free',
      given: (scene) => givenBot(scene, { whileBusy: 'bot', whileOffline: 'bot' }),
      act: async (scene) => {
        await say(scene);
        return after(scene, 'Sarah');
      },
      answers: { status: 'ACTIVE', operatorId: sarahId },
      told: {
        john: ['chatSessionStarted', 'chatSessionUpdated', ...switched].map((event) => `org: ${event}`),
        admin: ['chatSessionStarted', 'chatSessionUpdated', ...switched].map((event) => `org: ${event}`),
        sarah: [
          'org: chatSessionStarted',
          'org: chatSessionUpdated',
          'sarah: chatSessionAdded',
          ...switched.map((event) => `org: ${event}`),
        ],
        client: [...created(2), 'client: chatSessionUpdated', ...created(1), 'client: chatSessionUpdated'],
      },
    },
  ]);
});
