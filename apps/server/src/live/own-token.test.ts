import { livePath } from '@switchboard/protocol';
import { Centrifuge } from 'centrifuge';
import { expect, test } from 'vitest';
import { startTestServer } from '../testing/start-test-server.ts';

test("an expired token of the protocol's own is renewed by getToken, and the client comes in", async () => {
  await using server = await startTestServer();
  const company = await server.asCompany();
  const tokenFor = (seconds: number) =>
    company.call('operatorToken', {
      body: { id: 101, expiresAt: new Date(server.clock.now() + seconds * 1000).toISOString() },
    });
  const short = await tokenFor(5);
  server.clock.advance(6000);
  let asked = 0;
  const live = new Centrifuge(server.url.replace(/^http/, 'ws') + livePath, {
    token: short,
    minReconnectDelay: 10,
    getToken: async () => {
      asked++;
      return tokenFor(600);
    },
  });
  const connected = new Promise((resolve) => live.once('connected', resolve));
  live.connect();
  await connected;
  expect(asked).toBe(1);
  live.disconnect();
});
