import type { Updateable } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { demo } from '../demo/seed.ts';
import { fence, isFence } from './fence.ts';
import { type Heard, type Listener, listen } from './listen.ts';
import { addSecondCompany } from './second-company.ts';
import { type Caller, type ClientCaller, startTestServer, type TestServer } from './start-test-server.ts';

/** Everybody whom an event may reach, and everybody whom it must not. */
const operators = ['john', 'sarah', 'second', 'watcher', 'outsider', 'supervisor', 'admin', 'billing'] as const;
const strangers = ['rival', 'rivalAdmin', 'rivalClient'] as const;
const clients = ['client', 'otherClient'] as const;
export const castNames = [...operators, ...strangers, ...clients] as const;
export type OperatorName = (typeof operators)[number];
export type CastName = (typeof castNames)[number];

export type World = 'of the organization' | 'of a group';

export interface Cast {
  server: TestServer;
  world: World;
  /** Its members are John, Sarah and the watcher; without a session in the other world. */
  groupId: number;
  /** Its members are Sarah and the outsider. */
  otherGroupId: number;
  botId: string;
  ids: Record<OperatorName, number>;
  callers: Record<OperatorName, Caller>;
  client: ClientCaller;
  otherClient: ClientCaller;
  lines: Record<CastName, Listener>;
  setChannel(change: Updateable<Tables['channels']>): Promise<void>;
  /** Time passes, and all that is due happens. */
  later(seconds: number): Promise<void>;
  /** Who heard what while it ran and because of it; a code with which a connection was closed that came back is heard too. */
  heard(run: () => Promise<unknown>): Promise<Record<CastName, Pick<Heard, 'event' | 'data'>[]>>;
  /** As at the beginning: John alone takes sessions, and the clients are new ones. */
  again(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const script = {
  start: 'hello',
  steps: {
    hello: {
      say: 'Hello!',
      buttons: [
        { text: 'people', goTo: 'people' },
        { text: 'bye', goTo: 'bye' },
      ],
    },
    people: { say: 'One moment.', handOver: {} },
    bye: { say: 'Goodbye!', close: true },
  },
};

/** Others are the client's own, or the network's. */
const isOfServer = (code: number): boolean => code >= 4000;

/** All of them connected to one server, whose channel's sessions belong to the organization, or to a group. */
export async function gatherCast(world: World): Promise<Cast> {
  const server = await startTestServer();
  const company = await server.asCompany();
  const rival = await addSecondCompany(server);
  const { organizationId } = demo;
  const person = async (name: string, more: { organizationId?: number; role?: 'SUPERVISOR' } = {}) =>
    (await company.call('createUser', { body: { organizationId, name, ...more } })).id;
  const ids = {
    john: demo.operatorId,
    sarah: 102,
    admin: 100,
    second: await person('Second Sam'),
    watcher: await person('Watching Wim'),
    outsider: await person('Outside Otto'),
    supervisor: await person('Supervising Sue', { role: 'SUPERVISOR' }),
    billing: await person('Billing Bill', { organizationId: 6 }),
  };
  const group = async (name: string, members: number[]) =>
    (await company.call('createGroup', { body: { organizationId, name, operators: members } })).id;
  const groupId = await group('Orders', [ids.john, ids.sarah, ids.watcher]);
  const otherGroupId = await group('Returns', [ids.sarah, ids.outsider]);
  const { id: botId } = await company.call('createBot', { body: { organizationId, name: 'Greeter', script } });
  const setChannel = async (change: Updateable<Tables['channels']>): Promise<void> => {
    await server.app.transact((tx) =>
      tx.db.updateTable('channels').set(change).where('id', '=', demo.channelId).execute(),
    );
  };
  await setChannel({ group_id: world === 'of a group' ? groupId : null });
  const plain = await server.app.read
    .selectFrom('channels')
    .selectAll()
    .where('id', '=', demo.channelId)
    .executeTakeFirstOrThrow();

  const theirs = await Promise.all(operators.map(async (name) => [name, await server.asOperator(ids[name])] as const));
  const callers = Object.fromEntries(theirs) as Record<OperatorName, Caller>;
  const [client, otherClient] = [await server.asClient(), await server.asClient()];
  const all: Record<Exclude<CastName, 'rivalClient'>, Caller> = {
    ...callers,
    rival: rival.operator,
    rivalAdmin: rival.administrator,
    client,
    otherClient,
  };
  const opened = await Promise.all(Object.entries(all).map(async ([name, caller]) => [name, await caller.listen()]));
  const rivalClient = await listen(server.url, rival.client.token, 'widget');
  const lines = { ...Object.fromEntries(opened), rivalClient } as Record<CastName, Listener>;

  const settle = () =>
    fence(
      server,
      Object.values(lines).filter((line) => line.centrifuge.state === 'connected'),
    );
  const cast: Cast = {
    server,
    world,
    groupId,
    otherGroupId,
    botId,
    ids,
    callers,
    client,
    otherClient,
    lines,
    setChannel,
    async later(seconds) {
      server.clock.advance(seconds * 1000);
      await server.tick();
      await server.settled();
    },
    async heard(run) {
      await settle();
      const before = castNames.map((name) => {
        const { heard, comebacks } = lines[name];
        return [name, lines[name], heard.length, comebacks.length] as const;
      });
      await run();
      await settle();
      const fresh = before.map(([name, line, from, fromComeback]) => [
        name,
        [
          ...[...line.heard.slice(from), ...(line === lines[name] ? [] : lines[name].heard)].filter(
            (one) => !isFence(one),
          ),
          ...line.comebacks
            .slice(fromComeback)
            .filter(isOfServer)
            .map((code) => ({ event: String(code), data: {} })),
        ],
      ]);
      return Object.fromEntries(fresh) as Record<CastName, Pick<Heard, 'event' | 'data'>[]>;
    },
    async again() {
      const { items = [] } = await callers.admin.call('sessions', {
        query: { status: 'BOT,HELP,ACTIVE,PAUSED', limit: 1000 },
      });
      for (const { id } of items) await callers.admin.call('finishSession', { params: { sessionId: id } });
      const { id: _, ...channel } = plain;
      await setChannel(channel);
      for (const name of operators) {
        await company.call('operatorStatus', { body: { id: ids[name], status: 0 } });
        if (lines[name].centrifuge.state !== 'connected') {
          callers[name] = await server.asOperator(ids[name]);
          lines[name] = await callers[name].listen();
        }
        await callers[name].call(name === 'john' ? 'activate' : 'pause');
      }
      for (const name of clients) {
        lines[name].close();
        cast[name] = await server.asClient();
        lines[name] = await cast[name].listen();
      }
      await server.settled();
    },
    async [Symbol.asyncDispose]() {
      rivalClient.close();
      await server[Symbol.asyncDispose]();
    },
  };
  return cast;
}
