import { type Client, createClient } from '@switchboard/sdk';
import { type Running, startServer } from '../app.ts';
import { type Config, readConfig } from '../config.ts';
import { demo } from '../demo/seed.ts';
import type { Log } from '../log.ts';
import { createLog } from '../log.ts';
import { type Listener, listen } from './listen.ts';
import { type TestClock, testClock } from './test-clock.ts';
import { makeTestDatabase, type TestDatabase } from './test-database.ts';

export interface Caller extends Client {
  token: string;
  /** A live connection of this caller, closed with the server. */
  listen(): Promise<Listener>;
}
export interface ClientCaller extends Caller {
  clientId: string;
}

export interface TestServer extends Running {
  clock: TestClock;
  testDatabase: TestDatabase;
  asCompany(): Promise<Caller>;
  /** The operator with this id, by a token of the company: no password is hashed. */
  asOperator(operatorId?: number): Promise<Caller>;
  /** Signed in with the demo password: `john.smith@example.com` and his colleagues. */
  asSignedIn(email: string): Promise<Caller & { refreshToken: string }>;
  /** A new client of the demo shop. */
  asClient(): Promise<ClientCaller>;
  withToken(token: string): Caller;
  /** Makes `count` operators of organization 24; answers their ids. */
  addOperators(count: number): Promise<number[]>;
  /** Stops and starts on the same data and port, as a deploy would: connections come back by themselves. */
  restart(): Promise<TestServer>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface TestOptions {
  config?: Partial<Config>;
  clock?: TestClock;
  log?: Log;
  database?: TestDatabase;
  /** Of the server before this one, closed with it. */
  listeners?: Listener[];
}

/** The whole server in this process, on a real database of its own and a free port, with the demo company. */
export async function startTestServer(options: TestOptions = {}): Promise<TestServer> {
  const clock = options.clock ?? testClock();
  const testDatabase = options.database ?? (await makeTestDatabase());
  const config: Config = {
    ...readConfig(['--port', '0', '--check-answers'], {}),
    'rate-limit': 0,
    ...testDatabase.settings,
    ...options.config,
  };
  const running = await startServer(config, { clock, log: options.log ?? createLog('silent') });
  const listeners = options.listeners ?? [];

  const withToken = (token: string, application?: 'widget'): Caller => ({
    ...createClient({ baseUrl: running.url, token: () => token }),
    token,
    async listen() {
      const listener = await listen(running.url, token, application);
      listeners.push(listener);
      return listener;
    },
  });
  const asCompany = async (): Promise<Caller> => {
    const { call } = createClient({ baseUrl: running.url, token: () => null });
    return withToken(await call('companyToken', { body: { login: demo.login, password: demo.password } }));
  };
  let company: Promise<Caller> | undefined;
  const demoCompany = () => (company ??= asCompany());
  return {
    ...running,
    clock,
    testDatabase,
    withToken,
    asCompany,
    async asOperator(operatorId = demo.operatorId) {
      const expiresAt = new Date(clock.now() + 12 * 3600_000).toISOString();
      return withToken(await (await demoCompany()).call('operatorToken', { body: { id: operatorId, expiresAt } }));
    },
    async asSignedIn(email) {
      const { call } = createClient({ baseUrl: running.url, token: () => null });
      const { token, refreshToken } = await call('login', { body: { email, password: demo.password } });
      return { ...withToken(token), refreshToken };
    },
    async asClient() {
      const { call } = createClient({ baseUrl: running.url, token: () => null });
      const opened = await call('widgetOpen', { body: { guid: demo.channelId } });
      return { ...withToken(opened.clientToken, 'widget'), clientId: opened.clientId };
    },
    async addOperators(count) {
      const rows = Array.from({ length: count }, (_, index) => ({ organizationId: 24, name: `Operator ${index + 1}` }));
      return (await (await demoCompany()).call('synchronizeOperators', { body: rows })).map(({ id }) => id);
    },
    async restart() {
      await running.stop();
      const port = Number(new URL(running.url).port);
      return startTestServer({
        ...options,
        config: { ...options.config, port },
        clock,
        database: testDatabase,
        listeners,
      });
    },
    async [Symbol.asyncDispose]() {
      for (const listener of listeners) listener.close();
      await running.stop();
      await testDatabase.remove();
    },
  };
}
