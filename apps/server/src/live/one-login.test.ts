import { closeCodes } from '@switchboard/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../testing/ask.ts';
import { eventually } from '../testing/fence.ts';
import type { Listener } from '../testing/listen.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const email = 'john.smith@example.com';
const presence = async (): Promise<unknown> =>
  ((await (await server.asOperator(101)).call('me')) as { presence: string }).presence;

/** It is told why, as its last word, and the real client does not come back. */
async function expectSentAway(line: Listener): Promise<void> {
  expect(await line.disconnected).toEqual(closeCodes.signedInElsewhere);
  expect(line.heard.at(-1)).toMatchObject({
    feed: 'operator:101',
    offset: undefined,
    event: 'chatUserExists',
    data: {},
  });
  expect(line.centrifuge.state).toBe('disconnected');
  expect(line.comebacks).toEqual([]);
}

const events = (line: Listener) => line.heard.map(({ event }) => event);

test('a second login sends the first away for good, all its tabs, and goes on itself', async () => {
  const [first, second] = [await server.asSignedIn(email), await server.asSignedIn(email)];
  const tabs = [await first.listen(), await first.listen()];
  await server.settled();
  expect(tabs.flatMap(events)).not.toContain('chatUserExists');
  const line = await second.listen();
  await Promise.all(tabs.map(expectSentAway));
  await server.settled();
  expect(await presence()).toBe('online');
  expect(events(line)).not.toContain('chatUserExists');
  // Its sign-in is not revoked: whoever opens the panel there again takes the seat back.
  const back = await first.listen();
  await expectSentAway(line);
  back.close();
});

test('tokens that the company issued are no login: in their own program they are in nobody’s way', async () => {
  const [one, other] = [await server.asOperator(101), await server.asOperator(101)];
  const lines = [await one.listen(), await other.listen(), await (await server.asSignedIn(email)).listen()];
  lines.push(await one.listen());
  await server.settled();
  expect(lines.flatMap(events)).not.toContain('chatUserExists');
  expect(lines.map(({ centrifuge }) => centrifuge.state)).toEqual(lines.map(() => 'connected'));
  for (const line of lines) line.close();
});

test('a refreshed token is the same login', async () => {
  const { refreshToken, ...first } = await server.asSignedIn(email);
  const line = await first.listen();
  const answer = await ask(server, 'POST /api/v1/auth/refresh', { body: { refreshToken } });
  const next = await server.withToken((answer.json as { token: string }).token).listen();
  await server.settled();
  expect([line, next].flatMap(events)).not.toContain('chatUserExists');
  line.close();
  next.close();
});

test('two operators are no conflict; who was sent away is no reason to stay online', async () => {
  const sarah = await (await server.asSignedIn('sarah.johnson@example.com')).listen();
  const [first, second] = [await server.asSignedIn(email), await server.asSignedIn(email)];
  const line = await first.listen();
  await second.listen();
  await expectSentAway(line);
  await eventually(() => server.live.server.stats().connections === 2);
  await server.settled();
  await second.call('logout');
  expect(await presence()).toBe('offline');
  expect(events(sarah)).not.toContain('chatUserExists');
  expect(sarah.centrifuge.state).toBe('connected');
});

test('logins that connect all at once leave one', async () => {
  const logins = await Promise.all(Array.from({ length: 6 }, () => server.asSignedIn(email)));
  const lines = await Promise.all(logins.map((login) => login.listen().catch(() => null)));
  await server.settled();
  const open = () => lines.filter((line) => line?.centrifuge.state === 'connected').length;
  await eventually(() => open() === 1);
  expect(await presence()).toBe('online');
});
