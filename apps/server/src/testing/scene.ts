import { demo } from '../demo/seed.ts';
import { fence, isFence } from './fence.ts';
import type { Heard, Listener } from './listen.ts';
import {
  type Caller,
  type ClientCaller,
  startTestServer,
  type TestOptions,
  type TestServer,
} from './start-test-server.ts';

export const sarahId = 102;
export const administratorId = 100;
export const names = ['john', 'sarah', 'billing', 'admin', 'client', 'otherClient'] as const;
export type Name = (typeof names)[number];

/** What each connection heard: `feed: event`, in order. Those who heard nothing are not in it. */
export type Told = Partial<Record<Name, string[]>>;

export interface Scene {
  server: TestServer;
  john: Caller;
  sarah: Caller;
  /** Of another organization of the same company. */
  billing: Caller;
  billingId: number;
  admin: Caller;
  client: ClientCaller;
  otherClient: ClientCaller;
  lines: Record<Name, Listener>;
  /** Everything that was told while it ran and because of it, at every connection. */
  told(run: () => Promise<unknown>): Promise<Told>;
  /** The same, with the events themselves. */
  heard(run: () => Promise<unknown>): Promise<Record<Name, Heard[]>>;
  /** As at the beginning, with two clients nobody has seen: cheaper than another scene. */
  again(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Two colleagues, a stranger of another organization, the administrator and two clients, all connected. */
export async function playScene(options: TestOptions = {}): Promise<Scene> {
  const server = await startTestServer(options);
  const company = await server.asCompany();
  const [added] = await company.call('synchronizeOperators', { body: [{ organizationId: 6, name: 'Billing Bill' }] });
  const billingId = added?.id ?? 0;
  const [john, sarah, billing, admin] = await Promise.all([
    server.asOperator(demo.operatorId),
    server.asOperator(sarahId),
    server.asOperator(billingId),
    server.asOperator(administratorId),
  ]);
  const [client, otherClient] = await Promise.all([server.asClient(), server.asClient()]);
  const callers = { john, sarah, billing, admin, client, otherClient };
  const opened = await Promise.all(names.map(async (name) => [name, await callers[name].listen()] as const));
  const lines = Object.fromEntries(opened) as Record<Name, Listener>;
  const shortNames = new Map([
    ['organization:24', 'org'],
    ['organization:6', 'org6'],
    ['organization:42', 'org42'],
    [`operator:${demo.operatorId}`, 'john'],
    [`operator:${sarahId}`, 'sarah'],
    [`operator:${billingId}`, 'billing'],
    [`operator:${administratorId}`, 'admin'],
  ]);
  const nameOf = (feed: string): string => {
    if (feed === `client:${scene.client.clientId}`) return 'client';
    if (feed === `client:${scene.otherClient.clientId}`) return 'otherClient';
    return shortNames.get(feed) ?? feed;
  };
  const settle = () =>
    fence(
      server,
      Object.values(lines).filter((line) => line.centrifuge.state === 'connected'),
    );

  const heard = async (run: () => Promise<unknown>): Promise<Record<Name, Heard[]>> => {
    await settle();
    const before = names.map((name) => lines[name].heard.length);
    await run();
    await settle();
    const fresh = names.map((name, index) => [
      name,
      lines[name].heard.slice(before[index]).filter((one) => !isFence(one)),
    ]);
    return Object.fromEntries(fresh) as Record<Name, Heard[]>;
  };
  const told = async (run: () => Promise<unknown>): Promise<Told> => {
    const all = await heard(run);
    const events = names.map(
      (name) => [name, all[name].map(({ feed, event }) => `${nameOf(feed)}: ${event}`)] as const,
    );
    return Object.fromEntries(events.filter(([, heardBy]) => heardBy.length > 0));
  };
  const again = async (): Promise<void> => {
    const { items = [] } = await admin.call('sessions', { query: { status: 'BOT,HELP,ACTIVE,PAUSED', limit: 1000 } });
    for (const { id } of items) await admin.call('finishSession', { params: { sessionId: id } });
    await Promise.all([john.call('activate'), sarah.call('activate')]);
    await server.app.transact((tx) => tx.db.updateTable('operators').set({ last_session_at: null }).execute());
    for (const name of ['client', 'otherClient'] as const) {
      lines[name].close();
      scene[name] = await server.asClient();
      lines[name] = await scene[name].listen();
    }
  };
  const scene: Scene = {
    server,
    ...callers,
    billingId,
    lines,
    heard,
    told,
    again,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  await settle();
  return scene;
}
