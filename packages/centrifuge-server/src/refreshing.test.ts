import type { ConnectingContext } from 'centrifuge';
import { Centrifuge as Protobuf } from 'centrifuge/build/protobuf';
import { type JWTPayload, SignJWT } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { next, record, type Started, startServer } from './testing.ts';
import { createTokenVerifier } from './tokens.ts';

const secret = 'secret';
const sign = (claims: JWTPayload) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret));

test('refresh and sub_refresh give new ends; who does neither is let go 25 seconds later', async () => {
  const live: Started = await startServer({
    channels: [],
    pingSeconds: 0,
    onConnect: async () => ({
      user: 'ann',
      channels: [],
      expiresAt: live.clock.now() + 60_000,
      refresh: true,
      state: { data: null },
    }),
    onRefresh: async () => ({ expiresAt: live.clock.now() + 100_000 }),
    onSubRefresh: async () => ({ expiresAt: live.clock.now() + 50_000 }),
    onSubscribe: async () => ({ expiresAt: live.clock.now() + 30_000, refresh: true }),
  });
  const client = await live.raw();
  await client.connect();
  client.send({ id: 2, subscribe: { channel: 'a' } }, { id: 3, subscribe: { channel: 'b' } });
  await client.until(3);
  client.send({ id: 4, refresh: { token: 't' } }, { id: 5, sub_refresh: { channel: 'a', token: 't' } });
  client.send({ id: 6, sub_refresh: { channel: 'c', token: 't' } });
  await client.until(6);
  expect(client.messages).toMatchObject([
    { id: 1, connect: { expires: true, ttl: 60 } },
    { id: 2, subscribe: { expires: true, ttl: 30 } },
    { id: 3, subscribe: { expires: true, ttl: 30 } },
    { id: 4, refresh: { expires: true, ttl: 100 } },
    { id: 5, sub_refresh: { expires: true, ttl: 50 } },
    { id: 6, error: { code: 103 } },
  ]);
  live.clock.advance(56);
  await client.until(7);
  expect(client.messages[6]).toMatchObject({ push: { channel: 'b', unsubscribe: { code: 2501 } } });
  live.clock.advance(20);
  await client.until(8);
  expect(client.messages[7]).toMatchObject({ push: { channel: 'a', unsubscribe: { code: 2501 } } });
  live.clock.advance(60);
  expect(await client.closed).toEqual({ code: 3005, reason: 'connection expired' });
});

test('a server-side subscription that expires ends the connection with 3006, and the client comes back', async () => {
  const live: Started = await startServer({
    pingSeconds: 0,
    onConnect: async () => ({
      user: '',
      channels: ['news'],
      grants: { news: { expiresAt: live.clock.now() + 5_000 } },
      state: { data: null },
    }),
  });
  const one = live.client();
  const connecting = record<ConnectingContext>(one, 'connecting');
  one.connect();
  await next(one, 'connected');
  live.clock.advance(6);
  await connecting.until(2);
  expect(connecting.seen[1]).toMatchObject({ code: 3006 });
});

test('what the application gave an end without refresh, no client prolongs', async () => {
  const live: Started = await startServer({
    channels: [],
    pingSeconds: 0,
    tokens: createTokenVerifier({ secret }),
    onConnect: async ({ data }) => ({
      user: 'ann',
      channels: [],
      expiresAt: live.clock.now() + 60_000,
      refresh: data === 'may refresh',
      state: { data },
    }),
    onSubscribe: async () => ({ expiresAt: live.clock.now() + 30_000, refresh: false }),
  });
  const [one, two] = [await live.raw(), await live.raw()];
  await one.connect();
  one.send({ id: 2, refresh: { token: await sign({ sub: 'ann' }) } });
  expect(await one.closed).toMatchObject({ code: 3501 });
  await two.connect({ data: 'may refresh' });
  two.send({ id: 2, subscribe: { channel: 'a' } });
  await two.until(2);
  two.send({ id: 3, refresh: { token: await sign({ sub: 'ann' }) } });
  await two.until(3);
  two.send({ id: 4, sub_refresh: { channel: 'a', token: await sign({ sub: 'ann', channel: 'a' }) } });
  expect(await two.closed).toMatchObject({ code: 3501 });
});

test('a subscription that is not granted yet, or the server’s, is not refreshed', async () => {
  const asked: string[] = [];
  const live: Started = await startServer({
    channels: ['news'],
    onSubscribe: async () => ({ expiresAt: live.clock.now() + 30_000, refresh: false }),
    async onSubRefresh(_connection, channel) {
      asked.push(channel);
      return {};
    },
  });
  const client = await live.raw();
  await client.connect();
  client.send({ id: 2, subscribe: { channel: 'a' } }, { id: 3, sub_refresh: { channel: 'a', token: 't' } });
  await client.until(3);
  expect(client.messages).toContainEqual({ id: 3, error: { code: 103, message: 'permission denied' } });
  client.send({ id: 4, sub_refresh: { channel: 'news', token: 't' } });
  expect(await client.closed).toMatchObject({ code: 3501 });
  expect(asked).toEqual([]);
});

test('a token without an end may be followed by one that has one', async () => {
  const live: Started = await startServer({
    channels: [],
    tokens: createTokenVerifier({ secret, now: () => live.clock.now() }),
  });
  const token = (exp?: number) => sign({ sub: 'ann', channel: 'a', ...(exp !== undefined && { exp }) });
  const client = await live.raw();
  await client.connect();
  client.send({ id: 2, subscribe: { channel: 'a', token: await token() } });
  await client.until(2);
  for (const id of [3, 4]) {
    client.send({ id, sub_refresh: { channel: 'a', token: await token(live.clock.now() / 1_000 + 60) } });
    await client.until(id);
  }
  expect(client.messages[3]).toEqual({ id: 4, sub_refresh: { expires: true, ttl: 60 } });
});

test('sub_refresh tells others what is new of the client', async () => {
  const live: Started = await startServer({
    channels: [],
    channel: () => ({ presence: true }),
    tokens: createTokenVerifier({ secret, now: () => live.clock.now() }),
  });
  const token = (n: number) => sign({ sub: 'ann', channel: 'a', exp: live.clock.now() / 1_000 + 60, info: { n } });
  const client = await live.raw();
  await client.connect();
  client.send({ id: 2, subscribe: { channel: 'a', token: await token(1) } });
  await client.until(2);
  client.send({ id: 3, sub_refresh: { channel: 'a', token: await token(2) } });
  await client.until(3);
  expect(live.server.api.presence('a')).toMatchObject([{ chanInfo: '{"n":2}' }]);
});

test('an end in a far future is told as far as can be told', async () => {
  const live: Started = await startServer({
    channels: [],
    tokens: createTokenVerifier({ secret }),
    onConnect: async ({ claims }) => ({
      user: 'ann',
      channels: [],
      expiresAt: claims?.expiresAt ?? Number.POSITIVE_INFINITY,
      refresh: true,
      state: { data: null },
    }),
  });
  const [far, never] = [await live.raw(), await live.raw()];
  await far.connect({ token: await sign({ sub: 'ann', exp: 9_999_999_999 }) });
  await never.connect();
  const ttl = 365 * 86_400;
  for (const { messages } of [far, never]) expect(messages).toMatchObject([{ connect: { expires: true, ttl } }]);
  const one = new Protobuf(live.url, { token: await sign({ sub: 'ann', exp: 9_999_999_999 }) });
  onTestFinished(() => one.disconnect());
  one.connect();
  await one.ready();
});

test('an expired token in a refresh is no end for good: the client comes back, or subscribes again', async () => {
  const live: Started = await startServer({
    channels: [],
    tokens: createTokenVerifier({ secret, now: () => live.clock.now() }),
    onConnect: async () => ({ user: 'ann', channels: [], refresh: true, state: { data: null } }),
  });
  const token = (exp: number) => sign({ sub: 'ann', channel: 'a', exp: live.clock.now() / 1_000 + exp });
  const client = await live.raw();
  await client.connect();
  client.send({ id: 2, subscribe: { channel: 'a', token: await token(60) } });
  await client.until(2);
  client.send({ id: 3, sub_refresh: { channel: 'a', token: await token(-1) } });
  await client.until(4);
  expect(client.messages.slice(2)).toMatchObject([
    { push: { channel: 'a', unsubscribe: { code: 2501 } } },
    { id: 3, error: { code: 109 } },
  ]);
  client.send({ id: 4, refresh: { token: await sign({ sub: 'ann', exp: live.clock.now() / 1_000 - 1 }) } });
  expect(await client.closed).toEqual({ code: 3005, reason: 'connection expired' });
});

test('what onSubscribe leaves undefined is left to the token, its end above all', async () => {
  const live: Started = await startServer({
    channels: [],
    tokens: createTokenVerifier({ secret, now: () => live.clock.now() }),
    onSubscribe: async () => ({ expiresAt: undefined, data: 'hi' }),
  });
  const client = await live.raw();
  await client.connect();
  const token = await sign({ sub: 'ann', channel: 'a', exp: live.clock.now() / 1_000 + 60 });
  client.send({ id: 2, subscribe: { channel: 'a', token } });
  await client.until(2);
  expect(client.messages[1]).toMatchObject({ subscribe: { expires: true, ttl: 60, data: 'hi' } });
});
