import { startTestServer, type TestOptions, type TestServer } from './start-test-server.ts';

export interface Twins {
  one: TestServer;
  other: TestServer;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Two processes' worth of server on one PostgreSQL database and one clock. */
export async function startTwins(options: TestOptions = {}): Promise<Twins> {
  const one = await startTestServer(options);
  const other = await startBeside(one, options);
  return {
    one,
    other,
    async [Symbol.asyncDispose]() {
      await other[Symbol.asyncDispose]();
      await one[Symbol.asyncDispose]();
    },
  };
}

/** One more; the database goes with the first. */
export const startBeside = (one: TestServer, options: TestOptions = {}): Promise<TestServer> =>
  startTestServer({ ...options, clock: one.clock, database: { ...one.testDatabase, remove: async () => {} } });
