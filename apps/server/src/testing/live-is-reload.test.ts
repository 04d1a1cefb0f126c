import type { Message, Session } from '@switchboard/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InboxState } from '../../../panel/src/inbox-state.ts';
import { fence } from './fence.ts';
import type { Listener } from './listen.ts';
import { after, load, picture, reload } from './panel-state.ts';
import { type Caller, type ClientCaller, startTestServer, type TestServer } from './start-test-server.ts';
import { refusal } from './table.ts';

// A sequence that fails is printed with its seed; making it shorter would take minutes.
const options = { numRuns: 10, endOnFailure: true };
const withinMs = 60_000;
const stepsAtMost = 40;

interface World {
  server: TestServer;
  operators: { id: number; call: Caller; line: Listener }[];
  clients: { call: ClientCaller; line: Listener | null }[];
}

const pick = <T>(all: T[], n: number): T | undefined => (all.length === 0 ? undefined : all[n % all.length]);

type Act = (world: World, one: number, two: number) => Promise<unknown>;

const sessionsOf = async (
  { call }: World['operators'][number],
  query: { status: string; operatorId?: number },
): Promise<Session[]> => (await call.call('sessions', { query: { ...query, limit: 1000 } })).items ?? [];
const operatorAt = ({ operators }: World, n: number) => operators[n % operators.length] as World['operators'][number];
const clientAt = ({ clients }: World, n: number) => clients[n % clients.length] as World['clients'][number];
const onSession =
  (status: string, act: (call: Caller, session: Session) => Promise<unknown>): Act =>
  async (world, one, two) => {
    const operator = operatorAt(world, one);
    const session = pick(await sessionsOf(operator, { status }), two);
    return session && act(operator.call, session);
  };
const open = 'HELP,ACTIVE,PAUSED';
const messagesOf = async (call: Caller, sessionId: string): Promise<Message[]> =>
  (await call.call('messages', { params: { sessionId }, query: { limit: 1000 } })).items ?? [];

/** What may be refused is refused: the picture must be right all the same. */
const acts: Record<string, Act> = {
  clientWrites: (world, one, two) => clientAt(world, one).call.call('widgetSend', { body: { body: `words ${two}` } }),
  clientWritesAgain: (world, one, two) =>
    clientAt(world, one).call.call('widgetSend', { body: { body: 'same words', localId: `local ${two % 3}` } }),
  clientReads: async (world, one) => {
    const { call } = clientAt(world, one);
    const last = (await call.call('widgetMessages', { query: { limit: 1 } })).items?.[0];
    return last && call.call('widgetRead', { body: { messageId: last.id } });
  },
  clientFinishes: (world, one) => clientAt(world, one).call.call('widgetFinish'),
  clientComesOrGoes: async (world, one) => {
    const client = clientAt(world, one);
    if (client.line) client.line.close();
    client.line = client.line ? null : await client.call.listen();
  },
  operatorWrites: onSession('ACTIVE', (call, { id }) =>
    call.call('sendMessage', { params: { sessionId: id }, body: { body: 'Yes?' } }),
  ),
  operatorReplies: onSession('ACTIVE', async (call, { id: sessionId }) => {
    const [replied] = await messagesOf(call, sessionId);
    const body = { body: 'As for that', replyToMessageId: replied?.id ?? null };
    return call.call('sendMessage', { params: { sessionId }, body });
  }),
  operatorEdits: onSession('ACTIVE,PAUSED,CLOSED', async (call, { id: sessionId }) => {
    const own = (await messagesOf(call, sessionId)).findLast(({ authorType }) => authorType === 'OPERATOR');
    const params = { sessionId, messageId: own?.id ?? sessionId };
    return call.call('editMessage', { params, body: { body: `Yes, after ${own?.updatedAt}.` } });
  }),
  operatorDeletes: onSession('ACTIVE,PAUSED,CLOSED', async (call, { id: sessionId }) => {
    const own = (await messagesOf(call, sessionId)).find(({ authorType }) => authorType === 'OPERATOR');
    return call.call('deleteMessage', { params: { sessionId, messageId: own?.id ?? sessionId } });
  }),
  operatorBans: onSession(open, (call, { clientId }) => call.call('banClient', { params: { clientId } })),
  operatorUnbans: (world, one, two) =>
    operatorAt(world, one).call.call('unbanClient', { params: { clientId: clientAt(world, two).call.clientId } }),
  operatorReads: onSession(open, async (call, { id: sessionId, lastMessage }) =>
    lastMessage ? call.call('readSession', { params: { sessionId }, body: { messageId: lastMessage.id } }) : null,
  ),
  operatorTakes: onSession('HELP', (call, { id }) => call.call('takeSession', { params: { sessionId: id } })),
  operatorFinishes: onSession(open, (call, { id }) => call.call('finishSession', { params: { sessionId: id } })),
  operatorTypes: onSession('ACTIVE', (call, { id }) => call.call('typing', { params: { sessionId: id } })),
  operatorPauses: (world, one) => operatorAt(world, one).call.call('pause'),
  operatorActivates: (world, one) => operatorAt(world, one).call.call('activate'),
  timePasses: async ({ server }, one) => {
    server.clock.advance((one % 20) * 1000);
    await server.tick();
    await server.settled();
  },
};
const actNames = Object.keys(acts);

const step = fc.record({
  act: fc.constantFrom(...actNames),
  one: fc.nat(1000),
  two: fc.nat(1000),
  /** Beside the one before it, not after it. */
  parallel: fc.boolean(),
});

async function build(server: TestServer): Promise<World> {
  const ids = await server.addOperators(3);
  const operators = await Promise.all(
    ids.map(async (id) => {
      const call = await server.asOperator(id);
      return { id, call, line: await call.listen() };
    }),
  );
  const clients = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const call = await server.asClient();
      return { call, line: await call.listen() };
    }),
  );
  await server.app.transact((tx) => tx.db.updateTable('organizations').set({ max_sessions: 2 }).execute());
  return { server, operators, clients };
}

async function end({ operators, clients, server }: World): Promise<void> {
  const closer = operators[0]?.call;
  for (const { call } of clients) await call.call('widgetFinish');
  if (!closer) return;
  for (const { line } of operators) line.close();
  for (const { line } of clients) line?.close();
  server.clock.advance(60_000);
  await server.tick();
  await server.settled();
}

test(
  'after any sequence of actions, what was told adds up to what a load shows',
  async () => {
    await using server = await startTestServer();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: stepsAtMost }), async (steps) => {
        const world = await build(server);
        const lines = world.operators.map(({ line }) => line);
        await fence(server, lines);
        const inboxes = await Promise.all(world.operators.map(({ call }) => load(call, { openId: null })));
        const from = lines.map(({ heard }) => heard.length);
        let running: Promise<unknown>[] = [];
        for (const { act, one, two, parallel } of steps) {
          if (!parallel) await Promise.all(running.splice(0));
          running.push((acts[act] as Act)(world, one, two).catch(refusal));
        }
        await Promise.all(running);
        running = [];
        await fence(server, lines);
        for (const [index, { call, line }] of world.operators.entries()) {
          const live = after(inboxes[index] as InboxState, line.heard.slice(from[index]));
          expect(picture(live)).toEqual(picture(await reload(call, live)));
        }
        await end(world);
      }),
      options,
    );
  },
  withinMs,
);

test(
  'so it is with a session on screen and the conversations of mine: their words, who read them, what became of them',
  async () => {
    await using server = await startTestServer();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: stepsAtMost }), fc.nat(4), async (steps, which) => {
        const world = await build(server);
        const watched = clientAt(world, which).call;
        const { sessionId } = await watched.call('widgetSend', { body: { body: 'Look at me' } });
        for (const { call } of world.clients) await call.call('widgetSend', { body: { body: 'Mine, perhaps' } });
        for (const { call } of world.operators) await call.call('watchSession', { params: { sessionId } });
        const lines = world.operators.map(({ line }) => line);
        await fence(server, lines);
        const inboxes = await Promise.all(
          world.operators.map(async (operator) => {
            const mine = await sessionsOf(operator, { status: 'ACTIVE', operatorId: operator.id });
            return load(operator.call, { openId: sessionId, conversations: mine.map(({ id }) => id) });
          }),
        );
        const from = lines.map(({ heard }) => heard.length);
        for (const { act, one, two } of steps) {
          await (acts[act] as Act)(world, one, two).catch(refusal);
          // As the panel does: the lease is renewed while it is on screen.
          if (act === 'timePasses') {
            for (const { call } of world.operators) await call.call('watchSession', { params: { sessionId } });
          }
        }
        await fence(server, lines);
        for (const [index, { call, line }] of world.operators.entries()) {
          const live = after(inboxes[index] as InboxState, line.heard.slice(from[index]));
          expect(picture(live)).toEqual(picture(await reload(call, live)));
        }
        await end(world);
      }),
      options,
    );
  },
  withinMs,
);
