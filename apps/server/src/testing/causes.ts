import type { Body, WaitingSteps } from '@switchboard/protocol';
import { demo } from '../demo/seed.ts';
import type { Cast, CastName, OperatorName } from './cast.ts';

/** One thing that happens (docs/events.md), and who the people are that the table speaks of. */
export interface Cause {
  given?(cast: Cast): Promise<unknown>;
  act(cast: Cast): Promise<unknown>;
  /** Its operators, main and second, when it is told. */
  its?: OperatorName[];
  /** Who has it on the screen without being one of them. */
  open?: OperatorName[];
  gets?: OperatorName;
  loses?: OperatorName;
  /** Whom the act is about. */
  that?: OperatorName;
  /** Of a group: its members, and whoever leads. */
  hearing?: OperatorName[];
  /** Where the scope becomes another: who is in it then. */
  scopeAfter?: OperatorName[];
}

const sessionOf = async ({ callers, client }: Cast): Promise<string> => {
  const { items = [] } = await callers.admin.call('sessions', { query: { clientId: client.clientId, limit: 1 } });
  if (!items[0]) throw new Error('the client has no session');
  return items[0].id;
};
const firstAnswer = async ({ callers, ...cast }: Cast): Promise<string> => {
  const { items = [] } = await callers.admin.call('messages', await one({ callers, ...cast }));
  return items.find(({ authorType }) => authorType === 'OPERATOR')?.id ?? '';
};
const lastMessage = async (cast: Cast): Promise<string> =>
  (await cast.callers.admin.call('session', { params: { sessionId: await sessionOf(cast) } })).lastMessage?.id ?? '';

const writes = ({ client }: Cast, body = 'Hello') => client.call('widgetSend', { body: { body } });
const one = async (cast: Cast) => ({ params: { sessionId: await sessionOf(cast) } });
const withUser = async (cast: Cast, name: OperatorName) => ({
  params: { sessionId: await sessionOf(cast), userId: cast.ids[name] },
});
const answers = async ({ callers, ...cast }: Cast, body = 'Yes?') =>
  callers.john.call('sendMessage', { ...(await one({ callers, ...cast })), body: { body } });
const nobody = (cast: Cast) => cast.callers.john.call('pause');
const opens = async (cast: Cast) => cast.callers.watcher.call('watchSession', await one(cast));

/** John has it, with a second operator; a colleague has it open. */
async function mine(cast: Cast): Promise<void> {
  await writes(cast);
  await cast.callers.john.call('addSessionOperator', await withUser(cast, 'second'));
  await opens(cast);
}
async function answered(cast: Cast): Promise<void> {
  await mine(cast);
  await answers(cast);
}
async function closedAfterAnswer(cast: Cast): Promise<void> {
  await answered(cast);
  await cast.callers.john.call('finishSession', await one(cast));
}
const johns = async (cast: Cast, messageId: string) => ({ params: { ...(await one(cast)).params, messageId } });
const edits = async (cast: Cast, messageId: string) =>
  cast.callers.john.call('editMessage', { ...(await johns(cast, messageId)), body: { body: 'No?' } });
const deletes = async (cast: Cast, messageId: string) =>
  cast.callers.john.call('deleteMessage', await johns(cast, messageId));
const clientReads = async (cast: Cast) =>
  cast.client.call('widgetRead', { body: { messageId: await lastMessage(cast) } });
const johnReads = async (cast: Cast) =>
  cast.callers.john.call('readSession', { ...(await one(cast)), body: { messageId: await lastMessage(cast) } });
/** Nobody is free: it waits; a colleague has it open. */
async function waits(cast: Cast): Promise<void> {
  await nobody(cast);
  await writes(cast);
  await opens(cast);
}
async function withBot(cast: Cast): Promise<void> {
  await cast.setChannel({ bot_id: cast.botId });
  await writes(cast);
  await opens(cast);
}
/** With a bot that no channel names any more. */
async function withPassingBot(cast: Cast): Promise<void> {
  const script = { start: 'hello', steps: { hello: { say: 'Hello!', buttons: [{ text: 'Again', goTo: 'hello' }] } } };
  const body = { organizationId: demo.organizationId, name: 'Passing', script };
  await cast.setChannel({ bot_id: (await cast.callers.admin.call('createBot', { body })).id });
  await writes(cast);
  await opens(cast);
  await cast.setChannel({ bot_id: null });
}
async function deletesPassingBot({ callers }: Cast): Promise<void> {
  const { items = [] } = await callers.admin.call('bots', { query: { keyword: 'Passing' } });
  for (const { id } of items) await callers.admin.call('deleteBot', { params: { botId: id } });
}
/** A first message would go to the bot. */
async function wroteBefore(cast: Cast): Promise<void> {
  await writes(cast);
  await cast.client.call('widgetFinish');
}
/** The bot of the channel stands in where nobody is free. */
async function knownToBot(cast: Cast): Promise<void> {
  await wroteBefore(cast);
  const change = { bot_id: cast.botId, after_closing: 'help', while_busy: 'bot', while_offline: 'bot' };
  await cast.setChannel(change);
}
const says = (cast: Cast, kind: keyof WaitingSteps, step: object = { text: { default: 'It takes a while.' } }) =>
  cast.setChannel({
    bot_id: cast.botId,
    after_closing: 'help',
    waiting_steps: JSON.stringify({ [kind]: [{ afterSeconds: 30, ...step }] }),
  });
/** It is done, and the connections that it sent away are there again. */
async function sendsAway(cast: Cast, names: OperatorName[], act: () => Promise<unknown>): Promise<void> {
  const back = names.map((name) => cast.lines[name].connected());
  await act();
  await Promise.all(back);
  await cast.server.settled();
}
const leads = ['supervisor', 'admin'] satisfies OperatorName[];
const sarahWorks = (cast: Cast) => cast.callers.sarah.call('activate');
const both = { its: ['john', 'second'], open: ['watcher'] } satisfies Partial<Cause>;
const open = { open: ['watcher'] } satisfies Partial<Cause>;
const fromJohnToSarah = { its: ['sarah', 'second'], ...open, loses: 'john', gets: 'sarah' } satisfies Partial<Cause>;
const inMs = (cast: Cast, ms: number): string => new Date(cast.server.clock.now() + ms).toISOString();

async function leaves(cast: Cast, name: CastName): Promise<void> {
  const stats = () => cast.server.live.server.stats().connections;
  const left = stats() - 1;
  cast.lines[name].close();
  while (stats() > left) await new Promise((resolve) => setImmediate(resolve));
  await cast.server.settled();
}

// long because: one case for each thing that happens.
/** By the words of the table's first column. */
export const causes: Record<string, Cause> = {
  'a first message, somebody is free': { act: writes, its: ['john'], gets: 'john' },
  'a first message, nobody is free': { given: nobody, act: writes },
  'a first message, the channel has a bot': {
    given: (cast) => cast.setChannel({ bot_id: cast.botId }),
    act: writes,
  },
  'a message after closing, all are full or paused, the bot stands in': {
    given: async (cast) => {
      await knownToBot(cast);
      await nobody(cast);
    },
    act: writes,
  },
  'a message after closing, nobody is there, the bot stands in': {
    given: async (cast) => {
      await knownToBot(cast);
      await cast.setChannel({ hours: JSON.stringify({ timeZone: 'Europe/Kyiv', week: {} }) });
    },
    act: writes,
  },
  'a first message of somebody whom an operator knows': {
    given: async (cast) => {
      await sarahWorks(cast);
      await nobody(cast);
      await writes(cast);
      await cast.client.call('widgetFinish');
      await cast.callers.john.call('activate');
    },
    act: writes,
    its: ['sarah'],
    gets: 'sarah',
  },
  'the bot answers': { given: withBot, act: (cast) => writes(cast, 'What?'), ...open },
  'the bot hands over, somebody is free': {
    given: withBot,
    act: (cast) => writes(cast, 'people'),
    ...open,
    its: ['john'],
    gets: 'john',
  },
  'the bot hands over, nobody is free': {
    given: async (cast) => {
      await nobody(cast);
      await withBot(cast);
    },
    act: (cast) => writes(cast, 'people'),
    ...open,
  },
  'the bot wants to hand over, nobody is free, and it stands in': {
    given: async (cast) => {
      await nobody(cast);
      await withBot(cast);
      await cast.setChannel({ while_busy: 'bot' });
    },
    act: (cast) => writes(cast, 'people'),
    ...open,
  },
  'the bot closes it': { given: withBot, act: (cast) => writes(cast, 'bye'), ...open },
  'an operator takes it from help': {
    given: waits,
    act: async (cast) => cast.callers.sarah.call('takeSession', await one(cast)),
    its: ['sarah'],
    gets: 'sarah',
  },
  'a supervisor takes it from a colleague': {
    given: mine,
    act: async (cast) => cast.callers.supervisor.call('takeSession', { ...(await one(cast)), body: { force: true } }),
    ...fromJohnToSarah,
    its: ['supervisor', 'second'],
    gets: 'supervisor',
  },
  'somebody becomes free while it waits': {
    given: waits,
    act: (cast) => cast.callers.sarah.call('activate'),
    its: ['sarah'],
    gets: 'sarah',
  },
  'a transfer to an operator': {
    given: async (cast) => {
      await mine(cast);
      await sarahWorks(cast);
    },
    act: async (cast) => cast.callers.john.call('transferSession', await withUser(cast, 'sarah')),
    ...fromJohnToSarah,
  },
  'a transfer with a note': {
    given: async (cast) => {
      await mine(cast);
      await sarahWorks(cast);
    },
    act: async (cast) =>
      cast.callers.john.call('transferSession', { ...(await withUser(cast, 'sarah')), body: { note: 'Knows it' } }),
    ...fromJohnToSarah,
  },
  'a transfer to a group, somebody is free there': {
    given: async (cast) => {
      await mine(cast);
      await sarahWorks(cast);
    },
    act: async (cast) =>
      cast.callers.john.call('transferToGroup', {
        params: { sessionId: await sessionOf(cast), groupId: cast.otherGroupId },
      }),
    ...fromJohnToSarah,
    scopeAfter: ['sarah', 'second', 'outsider', 'supervisor', 'admin'],
  },
  'a transfer to a group, nobody is free there': {
    given: mine,
    act: async (cast) =>
      cast.callers.john.call('transferToGroup', {
        params: { sessionId: await sessionOf(cast), groupId: cast.otherGroupId },
      }),
    its: ['second'],
    ...open,
    loses: 'john',
    scopeAfter: ['sarah', 'second', 'outsider', 'supervisor', 'admin'],
  },
  'an operator takes it from the bot': {
    given: withBot,
    act: async (cast) => cast.callers.john.call('takeSession', await one(cast)),
    ...open,
    its: ['john'],
    gets: 'john',
  },
  'its bot is deleted, somebody is free': {
    given: withPassingBot,
    act: deletesPassingBot,
    ...open,
    its: ['john'],
    gets: 'john',
  },
  'its bot is deleted, nobody is free': {
    given: async (cast) => {
      await nobody(cast);
      await withPassingBot(cast);
    },
    act: deletesPassingBot,
    ...open,
  },
  'an operator hands it to the bot': {
    given: async (cast) => {
      await mine(cast);
      await cast.setChannel({ bot_id: cast.botId });
    },
    act: async (cast) => cast.callers.john.call('handToBot', await one(cast)),
    its: ['second'],
    ...open,
    loses: 'john',
  },
  'its operator is idle for too long': {
    given: async (cast) => {
      await cast.setChannel({ allowable_idle: 60 });
      await mine(cast);
      await sarahWorks(cast);
    },
    act: (cast) => cast.later(60),
    ...fromJohnToSarah,
  },
  'its operator is away for too long': {
    given: async (cast) => {
      await mine(cast);
      await sarahWorks(cast);
      await leaves(cast, 'john');
      await cast.later(30);
    },
    act: async (cast) => {
      await cast.later(180);
      const back = cast.lines.john.connected();
      cast.lines.john.centrifuge.connect();
      await back;
      await cast.server.settled();
    },
    ...fromJohnToSarah,
  },
  'its operator is away for too long, nobody is free': {
    given: async (cast) => {
      await mine(cast);
      await nobody(cast);
      await leaves(cast, 'john');
      await cast.later(30);
    },
    act: async (cast) => {
      await cast.later(180);
      const back = cast.lines.john.connected();
      cast.lines.john.centrifuge.connect();
      await back;
      await cast.server.settled();
    },
    its: ['second'],
    loses: 'john',
  },
  'its operator is deactivated or deleted, nobody is free': {
    given: mine,
    act: async (cast) =>
      (await cast.server.asCompany()).call('operatorStatus', { body: { id: demo.operatorId, status: 1 } }),
    its: ['second'],
    ...open,
    loses: 'john',
    that: 'john',
  },
  'its client waits in help, and the channel speaks up': {
    given: async (cast) => {
      await wroteBefore(cast);
      await says(cast, 'forOperator');
      await waits(cast);
    },
    act: (cast) => cast.later(30),
    ...open,
  },
  'its client waits for an answer, and the channel speaks up': {
    given: async (cast) => {
      await wroteBefore(cast);
      await says(cast, 'forAnswer');
      await mine(cast);
    },
    act: (cast) => cast.later(30),
    ...both,
  },
  'its client waits for an answer, and a step of the channel hands it to the bot': {
    given: async (cast) => {
      await wroteBefore(cast);
      await says(cast, 'forAnswer', { toBot: true });
      await mine(cast);
    },
    act: (cast) => cast.later(30),
    its: ['second'],
    ...open,
    loses: 'john',
  },
  'it is paused, and the channel speaks up': {
    given: async (cast) => {
      await wroteBefore(cast);
      await says(cast, 'onHold');
      await mine(cast);
      await cast.callers.john.call('pauseSession', await one(cast));
    },
    act: (cast) => cast.later(30),
    ...both,
  },
  'its operator is deactivated or deleted': {
    given: async (cast) => {
      await mine(cast);
      await sarahWorks(cast);
    },
    act: async (cast) =>
      (await cast.server.asCompany()).call('operatorStatus', { body: { id: demo.operatorId, status: 1 } }),
    ...fromJohnToSarah,
    that: 'john',
  },
  'an operator signs out': { act: ({ callers }) => callers.outsider.call('logout'), that: 'outsider' },
  'an operator signs in elsewhere': {
    given: async (cast) => {
      cast.lines.john.close();
      cast.lines.john = await (await cast.server.asSignedIn(demo.operatorEmail)).listen();
      await cast.server.settled();
    },
    act: async (cast) => {
      const line = await (await cast.server.asSignedIn(demo.operatorEmail)).listen();
      await cast.lines.john.disconnected;
      line.close();
    },
    that: 'john',
  },
  'an operator pauses or is back': { act: ({ callers }) => callers.outsider.call('activate'), that: 'outsider' },
  'an operator connects': {
    given: async (cast) => {
      await leaves(cast, 'outsider');
      await cast.later(30);
    },
    act: async (cast) => {
      const back = cast.lines.outsider.connected();
      cast.lines.outsider.centrifuge.connect();
      await back;
      await cast.server.settled();
    },
    that: 'outsider',
  },
  'an operator is gone, and their grace is over': {
    given: (cast) => leaves(cast, 'outsider'),
    act: (cast) => cast.later(30),
    that: 'outsider',
  },
  'an operator gets a new password': {
    act: async (cast) =>
      (await cast.server.asCompany()).call('changeUser', {
        params: { userId: cast.ids.outsider },
        body: { password: 'another-password' },
      }),
    that: 'outsider',
  },
  'an operator finishes it': {
    given: mine,
    act: async (cast) => cast.callers.second.call('finishSession', await one(cast)),
    ...both,
  },
  'its client finishes it': { given: mine, act: ({ client }) => client.call('widgetFinish'), ...both },
  'its client finishes it in help': { given: waits, act: ({ client }) => client.call('widgetFinish'), ...open },
  'its client is silent for too long': {
    given: async (cast) => {
      await cast.setChannel({ session_ttl: 300 });
      await mine(cast);
    },
    act: (cast) => cast.later(300),
    ...both,
  },
  'its client is banned': {
    given: mine,
    act: ({ callers, client }) => callers.john.call('banClient', { params: { clientId: client.clientId } }),
    ...both,
  },
  'its client is unbanned': {
    given: async (cast) => {
      await mine(cast);
      await cast.callers.john.call('banClient', { params: { clientId: cast.client.clientId } });
    },
    act: ({ callers, client }) => callers.john.call('unbanClient', { params: { clientId: client.clientId } }),
    ...both,
  },
  'a second operator is added': {
    given: async (cast) => {
      await writes(cast);
      await opens(cast);
    },
    act: async (cast) => cast.callers.john.call('addSessionOperator', await withUser(cast, 'second')),
    ...both,
    gets: 'second',
  },
  'a second operator is taken away': {
    given: mine,
    act: async (cast) => cast.callers.john.call('removeSessionOperator', await withUser(cast, 'second')),
    ...both,
    loses: 'second',
  },
  'it is renamed, or marked as spam or not': {
    given: mine,
    act: async (cast) => {
      const { params } = await one(cast);
      await cast.callers.john.call('renameSession', { params: { ...params, name: 'An order' } });
      await cast.callers.john.call('markSpam', { params });
      await cast.callers.john.call('markNotSpam', { params });
    },
    ...both,
  },
  'it is paused or woken': {
    given: mine,
    act: async (cast) => {
      await cast.callers.john.call('pauseSession', await one(cast));
      await cast.callers.john.call('resumeSession', await one(cast));
    },
    ...both,
  },
  'its pause ends': {
    given: async (cast) => {
      await mine(cast);
      await cast.callers.john.call('pauseSession', { ...(await one(cast)), body: { until: inMs(cast, 60_000) } });
    },
    act: (cast) => cast.later(60),
    ...both,
  },
  'its client writes while it is paused': {
    given: async (cast) => {
      await mine(cast);
      await cast.callers.john.call('pauseSession', await one(cast));
    },
    act: (cast) => writes(cast, 'And?'),
    ...both,
  },
  'its answer is late': {
    given: async (cast) => {
      await cast.setChannel({ timer_first_answer: 60 });
      await mine(cast);
    },
    act: (cast) => cast.later(60),
    ...both,
  },
  'its client writes': { given: answered, act: (cast) => writes(cast, 'And?'), ...both },
  'its client writes in help': { given: waits, act: (cast) => writes(cast, 'And?'), ...open },
  'an operator writes': { given: answered, act: (cast) => answers(cast, 'One moment'), ...both },
  'its client writes, and the time for an answer begins': {
    given: async (cast) => {
      await cast.setChannel({ timer_next_answers: 60 });
      await answered(cast);
    },
    act: (cast) => writes(cast, 'And?'),
    ...both,
  },
  'an operator writes while an answer is due': {
    given: async (cast) => {
      await cast.setChannel({ timer_first_answer: 60 });
      await mine(cast);
    },
    act: (cast) => answers(cast),
    ...both,
  },
  'who leads writes a note in help': {
    given: waits,
    act: async (cast) =>
      cast.callers.supervisor.call('sendMessage', { ...(await one(cast)), body: { body: 'Old order', type: 'NOTE' } }),
    ...open,
  },
  'an operator writes a note': {
    given: answered,
    act: async (cast) =>
      cast.callers.second.call('sendMessage', { ...(await one(cast)), body: { body: 'Knows it', type: 'NOTE' } }),
    ...both,
  },
  'an operator edits its last message': {
    given: answered,
    act: async (cast) => edits(cast, await lastMessage(cast)),
    ...both,
  },
  'an operator edits an older message': {
    given: async (cast) => {
      await answered(cast);
      await answers(cast, 'One moment');
    },
    act: async (cast) => edits(cast, await firstAnswer(cast)),
    ...both,
  },
  'its main operator edits its last message after closing': {
    given: closedAfterAnswer,
    act: async (cast) => edits(cast, await lastMessage(cast)),
    ...both,
    that: 'john',
  },
  'an operator deletes its last message': {
    given: answered,
    act: async (cast) => deletes(cast, await lastMessage(cast)),
    ...both,
  },
  'an operator deletes an older message': {
    given: async (cast) => {
      await answered(cast);
      await answers(cast, 'One moment');
    },
    act: async (cast) => deletes(cast, await firstAnswer(cast)),
    ...both,
  },
  'its client has read': { given: answered, act: clientReads, ...both },
  'its client has read, in help': { given: waits, act: clientReads, ...open },
  'its client has read, after closing': { given: closedAfterAnswer, act: clientReads, ...both },
  'an operator has read': { given: mine, act: johnReads, ...both },
  'an operator has read, after closing': {
    given: async (cast) => {
      await mine(cast);
      await cast.client.call('widgetFinish');
    },
    act: johnReads,
    ...both,
  },
  'its client types': { given: mine, act: ({ client }) => client.call('widgetTyping'), ...both },
  'an operator types': {
    given: mine,
    act: async (cast) => cast.callers.second.call('typing', await one(cast)),
    ...both,
    that: 'second',
  },
  'its client goes': {
    given: mine,
    act: async (cast) => {
      await leaves(cast, 'client');
      await cast.later(30);
    },
    ...both,
  },
  'its client comes': {
    given: async (cast) => {
      await mine(cast);
      await leaves(cast, 'client');
      await cast.later(30);
    },
    act: async (cast) => {
      cast.lines.client = await cast.client.listen();
      await cast.server.settled();
    },
    ...both,
  },
  'its client comes in help': {
    given: async (cast) => {
      await waits(cast);
      await leaves(cast, 'client');
      await cast.later(30);
    },
    act: async (cast) => {
      cast.lines.client = await cast.client.listen();
      await cast.server.settled();
    },
    ...open,
  },
  'its place in help changes': {
    given: async (cast) => {
      await nobody(cast);
      await cast.otherClient.call('widgetSend', { body: { body: 'First' } });
      await writes(cast);
      await cast.later(3);
      await cast.otherClient.call('widgetFinish');
    },
    act: (cast) => cast.later(3),
  },
  'its channel is deleted': {
    given: mine,
    act: async (cast) => (await cast.server.asCompany()).call('deleteChat', { params: { chatId: demo.channelId } }),
    ...both,
  },
  'its channel is renamed': {
    given: mine,
    act: async (cast) =>
      (await cast.server.asCompany()).call('changeChat', {
        params: { chatId: demo.channelId },
        body: { name: 'Our shop' },
      }),
    ...both,
  },
  'its group is deleted': {
    given: async (cast) => {
      await writes(cast);
      const company = await cast.server.asCompany();
      const { sarah, second } = cast.ids;
      let groupId = 0;
      await sendsAway(cast, ['sarah', 'second', ...leads], async () => {
        const body = { organizationId: demo.organizationId, name: 'Passing', operators: [sarah, second] };
        groupId = (await company.call('createGroup', { body })).id;
      });
      await sarahWorks(cast);
      await cast.callers.john.call('transferToGroup', { params: { sessionId: await sessionOf(cast), groupId } });
    },
    act: (cast) =>
      sendsAway(cast, ['sarah', 'second', ...leads], async () => {
        const { groupId } = await cast.callers.admin.call('session', await one(cast));
        await (await cast.server.asCompany()).call('deleteGroup', { params: { groupId: groupId ?? 0 } });
      }),
    its: ['sarah'],
    hearing: ['sarah', 'second', ...leads],
  },
  'a group is made or renamed': {
    act: async (cast) => {
      const company = await cast.server.asCompany();
      const hear: OperatorName[] = ['outsider', 'sarah', ...leads];
      const operators = [cast.ids.outsider, cast.ids.sarah];
      let groupId = 0;
      await sendsAway(cast, hear, async () => {
        const body = { organizationId: demo.organizationId, name: 'Refunds', operators };
        groupId = (await company.call('createGroup', { body })).id;
      });
      await sendsAway(cast, hear, () =>
        company.call('changeGroup', { params: { groupId }, body: { name: 'Returns and refunds' } }),
      );
    },
    hearing: ['outsider', 'sarah', ...leads],
  },
  'an operator comes into a group, leaves one, or gets another role': {
    act: async (cast) => {
      const company = await cast.server.asCompany();
      const params = { userId: cast.ids.outsider };
      const changes: Body<'changeUser'>[] = [
        { groups: [] },
        { groups: [cast.otherGroupId] },
        { role: 'SUPERVISOR' },
        { role: 'OPERATOR' },
      ];
      for (const body of changes) {
        await sendsAway(cast, ['outsider'], () => company.call('changeUser', { params, body }));
      }
    },
    that: 'outsider',
  },
  'its operator is renamed': {
    given: mine,
    act: async (cast) =>
      (await cast.server.asCompany()).call('changeUser', {
        params: { userId: demo.operatorId },
        body: { name: 'John R. Smith' },
      }),
    ...both,
  },
  'its client goes in help': {
    given: waits,
    act: async (cast) => {
      await leaves(cast, 'client');
      await cast.later(30);
    },
    ...open,
  },
};
