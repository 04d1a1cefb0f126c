import { afterAll } from 'vitest';
import { startTestServer, type TestServer } from './start-test-server.ts';

/** For a whole test file, awaited at its top: a server that ends with the file, and the demo company's token. */
export async function serveDemoCompany(): Promise<{ server: TestServer; token: string }> {
  const server = await startTestServer();
  afterAll(() => server[Symbol.asyncDispose]());
  return { server, token: (await server.asCompany()).token };
}
