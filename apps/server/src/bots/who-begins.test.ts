import type { ChangedChat } from '@switchboard/protocol';
import { describe } from 'vitest';
import { after, created, givenBot, switched } from '../testing/bot-scene.ts';
import { type Scene, sarahId } from '../testing/scene.ts';
import { inScope, say, table, theSession } from '../testing/table.ts';

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
  client: [...created(2), 'client: chatSessionUpdated'],
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
