import { closeCodes, type OperatorEventName } from '@switchboard/protocol';
import { describe, expect, test } from 'vitest';
import { findClient } from '../clients/client.store.ts';
import { demo } from '../demo/seed.ts';
import { feedOf, scopeFeed } from '../events/feeds.ts';
import { revokeSignInsOf } from '../operators/sign-in.store.ts';
import { openSession } from '../sessions/open-session.ts';
import { changeControl, getSession, updateSession } from '../sessions/session.store.ts';
import { showSession } from '../sessions/tell.ts';
import { eventually } from './fence.ts';
import { after, load, picture, reload } from './panel-state.ts';
import { playScene, type Scene } from './scene.ts';
import { givenHelp, givenMine } from './table.ts';

interface Case {
  /** Until just before it; answers the session concerned, null when it begins with the event. */
  given(scene: Scene): Promise<string | null>;
  act(scene: Scene, sessionId: string): Promise<unknown>;
  viewer?: 'john' | 'sarah';
  /** What the same act tells of something else. */
  beside?: OperatorEventName[];
  /** Where the event alone brings about what a load shows. Elsewhere others of the same act tell of it too. */
  alone?: 'everywhere' | 'in the lists' | 'on screen' | 'changes nothing';
}

const clientOf = (scene: Scene) => ({
  kind: 'client' as const,
  clientId: scene.client.clientId,
  companyId: 1,
  organizationId: demo.organizationId,
  channelId: demo.channelId,
});

/** As it is before routing has looked at it. */
const begins = (scene: Scene): Promise<string> =>
  scene.server.app.transact(async (tx) => {
    const client = await findClient(tx.db, scene.client.clientId);
    const opened = client && (await openSession({ ...tx, need: async () => {} }, clientOf(scene), client));
    if (!opened) throw new Error('no session began');
    return opened.session.id;
  });

const mine = async (scene: Scene): Promise<string> => (await givenMine(scene)).sessionId;
const help = async (scene: Scene): Promise<string> => (await givenHelp(scene)).sessionId;
const takes = (scene: Scene, sessionId: string) => scene.john.call('takeSession', { params: { sessionId } });
const answers = (scene: Scene, sessionId: string) =>
  scene.john.call('sendMessage', { params: { sessionId }, body: { body: 'Yes?' } });
const answered = async (scene: Scene): Promise<string> => {
  const sessionId = await mine(scene);
  await answers(scene, sessionId);
  return sessionId;
};
const blocks = async (scene: Scene) =>
  (await scene.server.asCompany()).call('operatorStatus', { body: { id: demo.operatorId, status: 1 } });

async function clientLeaves({ server, lines }: Scene): Promise<void> {
  const connections = () => server.live.server.stats().connections;
  const left = connections() - 1;
  lines.client.close();
  await eventually(() => connections() === left);
  server.clock.advance(10_000);
  await server.tick();
  await server.settled();
}

/** John has written twice, and the second quotes the first. */
const quoted = async (scene: Scene): Promise<string> => {
  const sessionId = await answered(scene);
  const [replyToMessageId = ''] = await ofJohn(scene.john, sessionId);
  await scene.john.call('sendMessage', { params: { sessionId }, body: { body: 'As I said', replyToMessageId } });
  return sessionId;
};
const ofJohn = async (john: Scene['john'], sessionId: string): Promise<string[]> => {
  const { items = [] } = await john.call('messages', { params: { sessionId } });
  return items.filter(({ authorId }) => authorId === demo.operatorId).map(({ id }) => id);
};

/** One for each name: a new event does not compile before it has its own. */
const cases: Record<OperatorEventName, Case> = {
  chatSessionStarted: {
    given: async () => null,
    act: begins,
  },
  chatSessionAdded: {
    given: help,
    act: takes,
    beside: ['operatorStatusChanged'],
  },
  operatorNotFound: {
    viewer: 'sarah',
    given: async (scene) => {
      const sessionId = await help(scene);
      await takes(scene, sessionId);
      return sessionId;
    },
    act: blocks,
  },
  // There are no bots yet.
  chatSessionSwitchedFromBotToOperator: {
    given: async (scene) => {
      const sessionId = await begins(scene);
      await scene.server.app.transact((tx) => updateSession(tx.db, sessionId, { status: 'BOT' }));
      return sessionId;
    },
    act: ({ server }, sessionId) =>
      server.app.transact(async (tx) => {
        const session = await getSession(tx.db, sessionId);
        await changeControl(tx.db, session, { status: 'HELP', help_since: tx.at });
        const shown = await showSession(tx.db, sessionId);
        tx.append([scopeFeed(session)], 'chatSessionSwitchedFromBotToOperator', shown);
      }),
  },
  chatSessionUpdated: {
    given: mine,
    act: async (scene, sessionId) => {
      const { lastMessage } = await scene.john.call('session', { params: { sessionId } });
      await scene.john.call('readSession', { params: { sessionId }, body: { messageId: lastMessage?.id ?? '' } });
    },
  },
  chatSessionDeleted: {
    given: mine,
    act: ({ admin }, sessionId) => admin.call('finishSession', { params: { sessionId } }),
    beside: ['operatorStatusChanged'],
    // On screen it stays, and only the update says what became of it.
    alone: 'in the lists',
  },
  sessionClosedByClient: {
    given: mine,
    act: ({ client }) => client.call('widgetFinish'),
    beside: ['operatorStatusChanged'],
  },
  chatMessageCreated: {
    given: mine,
    act: ({ client }) => client.call('widgetSend', { body: { body: 'And another thing' } }),
  },
  chatMessageEdited: {
    given: quoted,
    act: async ({ john }, sessionId) => {
      for (const messageId of await ofJohn(john, sessionId)) {
        await john.call('editMessage', { params: { sessionId, messageId }, body: { body: 'No, '.repeat(100) } });
      }
    },
    beside: ['chatSessionUpdated'],
    alone: 'on screen',
  },
  chatMessageDeleted: {
    given: quoted,
    act: async ({ john }, sessionId) => {
      for (const messageId of await ofJohn(john, sessionId)) {
        await john.call('deleteMessage', { params: { sessionId, messageId } });
      }
    },
    beside: ['chatSessionUpdated'],
    alone: 'on screen',
  },
  chatMessageRead: {
    given: answered,
    act: async ({ client, john }, sessionId) => {
      const { lastMessage } = await john.call('session', { params: { sessionId } });
      await client.call('widgetRead', { body: { messageId: lastMessage?.id ?? '' } });
    },
  },
  typing: {
    given: mine,
    act: ({ client }) => client.call('widgetTyping'),
    alone: 'changes nothing',
  },
  clientOnline: {
    given: async (scene) => {
      const sessionId = await mine(scene);
      await clientLeaves(scene);
      return sessionId;
    },
    act: async (scene) => {
      scene.lines.client = await scene.client.listen();
    },
  },
  clientOffline: {
    given: mine,
    act: clientLeaves,
  },
  operatorBlocked: {
    given: mine,
    act: blocks,
  },
  // Today's server lets one operator be signed in twice.
  chatUserExists: {
    given: mine,
    act: ({ server }) =>
      server.app.transact(async (tx) => {
        await revokeSignInsOf(tx.db, demo.operatorId, tx.at);
        tx.append([feedOf.operator(demo.operatorId)], 'chatUserExists', {});
        tx.closeConnections({ operatorId: demo.operatorId }, closeCodes.signedInElsewhere);
      }),
  },
  operatorLoggedOut: {
    given: mine,
    act: ({ john }) => john.call('logout'),
  },
  operatorStatusChanged: {
    given: mine,
    act: ({ john }) => john.call('pause'),
  },
};
const names = Object.keys(cases) as OperatorEventName[];

describe.each(['in the lists', 'on screen'] as const)('after each event, %s, stands what a load brings', (place) => {
  test.each(names)('%s', async (name) => {
    const { given, act, viewer = 'john', beside = [], alone = 'everywhere' } = cases[name];
    await using scene = await playScene();
    const caller = scene[viewer];
    const sessionId = await given(scene);
    const openId = place === 'on screen' ? sessionId : null;
    if (openId !== null) await caller.call('watchSession', { params: { sessionId: openId } });
    scene.server.clock.advance(1000);
    const before = await load(caller, { openId });
    const heard = (await scene.heard(() => act(scene, sessionId ?? '')))[viewer];
    expect(heard.map(({ event }) => event)).toContain(name);
    const loaded = picture(await reload(caller, before));
    expect(picture(after(before, heard))).toEqual(loaded);

    const others = heard.filter(({ event }) => beside.some((other) => other === event));
    const without = picture(after(before, others));
    const isIdle = alone === 'changes nothing' || (alone === 'on screen' && place === 'in the lists');
    if (isIdle) return expect(without).toEqual(loaded);
    if (alone === 'in the lists' && place === 'on screen') return;
    expect(without).not.toEqual(loaded);
    const own = heard.filter(({ event }) => event === name);
    expect(picture(after(before, [...own, ...others]))).toEqual(loaded);
  });
});
