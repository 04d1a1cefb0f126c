import type { DisconnectedContext, PublicationContext, SubscribedContext, UnsubscribedContext } from 'centrifuge';
import { expect, test } from 'vitest';
import { Refuse, ReplyError } from './codes.ts';
import { next, record, type Started, startServer, turns } from './testing.ts';

const allowed = { channels: [], onSubscribe: async (_connection: unknown, channel: string) => channel !== 'secret' };

test('a client subscribes itself where the application allows it', async () => {
  const live: Started = await startServer(allowed);
  const one = live.client();
  one.connect();
  const subscription = one.newSubscription('open');
  const publications = record<PublicationContext>(subscription, 'publication');
  const subscribed = next<SubscribedContext>(subscription, 'subscribed');
  subscription.subscribe();
  expect(await subscribed).toMatchObject({ recoverable: true, positioned: true, streamPosition: { offset: 0 } });
  live.publish('open', 1);
  await publications.until(1);
  subscription.unsubscribe();
  await one.rpc('m', null).catch(() => {});
  live.publish('open', 2);
  await turns();
  expect(publications.seen).toMatchObject([{ data: 1, offset: 1 }]);
  expect(live.server.stats().channels).toBe(0);
});

test('it recovers over a drop like the server-side ones', async () => {
  const live: Started = await startServer(allowed);
  const one = live.client();
  one.connect();
  const subscription = one.newSubscription('open', { minResubscribeDelay: 1 });
  const publications = record<PublicationContext>(subscription, 'publication');
  const subscribed = record<SubscribedContext>(subscription, 'subscribed');
  subscription.subscribe();
  await subscribed.until(1);
  live.publish('open', 1);
  await publications.until(1);
  live.dropAll();
  live.publish('open', 2);
  await publications.until(2);
  live.publish('open', 3);
  await publications.until(3);
  expect(publications.seen.map(({ offset }) => offset)).toEqual([1, 2, 3]);
  expect(subscribed.seen[1]).toMatchObject({ wasRecovering: true, recovered: true });
});

test('a lost position resubscribes this channel only, and the connection stays', async () => {
  const live: Started = await startServer(allowed);
  const one = live.client();
  const connecting = record(one, 'connecting');
  one.connect();
  const subscription = one.newSubscription('open', { minResubscribeDelay: 1 });
  const subscribing = record<{ code: number }>(subscription, 'subscribing');
  const subscribed = record<SubscribedContext>(subscription, 'subscribed');
  subscription.subscribe();
  await subscribed.until(1);
  live.server.publish('open', { epoch: 'other', offset: 1, json: '1' });
  await subscribed.until(2);
  expect(subscribing.seen[1]).toMatchObject({ code: 2500 });
  expect(connecting.seen).toHaveLength(1);
});

test('the application ends a subscription for good', async () => {
  const live: Started = await startServer(allowed);
  const one = live.client();
  one.connect();
  const subscription = one.newSubscription('open');
  subscription.subscribe();
  await next(subscription, 'subscribed');
  const unsubscribed = next<UnsubscribedContext>(subscription, 'unsubscribed');
  for (const connection of live.server.connections()) connection.unsubscribe('open');
  expect(await unsubscribed).toMatchObject({ code: 2000 });
});

test.each([
  ['refused by the application', { subscribe: { channel: 'secret' } }, 103],
  ['already subscribed', { subscribe: { channel: 'mine' } }, 105],
  ['ending what the server began', { unsubscribe: { channel: 'mine' } }, 103],
  ['publish', { publish: { channel: 'mine', data: 1 } }, 103],
  ['history', { history: { channel: 'mine' } }, 103],
  ['presence', { presence: { channel: 'mine' } }, 108],
  ['refresh', { refresh: { token: 't' } }, 108],
])('%s is answered with an error', async (_name, command, code) => {
  const { raw } = await startServer({ ...allowed, channels: ['mine'] });
  const client = await raw();
  await client.connect();
  client.send({ id: 2, ...command });
  await client.until(2);
  expect(client.messages[1]).toMatchObject({ id: 2, error: { code } });
});

test('without onSubscribe nobody subscribes; above the limit neither', async () => {
  const closed = await (await startServer()).raw();
  await closed.connect();
  closed.send({ id: 2, subscribe: { channel: 'open' } });
  await closed.until(2);
  expect(closed.messages[1]).toMatchObject({ error: { code: 103 } });

  const full = await (await startServer({ ...allowed, maxChannels: 1 })).raw();
  await full.connect();
  full.send({ id: 2, subscribe: { channel: 'a' } }, { id: 3, subscribe: { channel: 'b' } });
  await full.until(3);
  expect(full.messages).toMatchObject([
    {},
    { id: 3, error: { code: 106 } },
    { id: 2, subscribe: { recoverable: true } },
  ]);
});

test('unsubscribing from what one has not is no error, and while subscribing it wins', async () => {
  const gate = Promise.withResolvers<boolean>();
  const live: Started = await startServer({ channels: [], onSubscribe: () => gate.promise });
  const client = await live.raw();
  await client.connect();
  client.send({ id: 2, unsubscribe: { channel: 'open' } }, { id: 3, subscribe: { channel: 'open' } });
  client.send({ id: 4, unsubscribe: { channel: 'open' } });
  await client.until(3);
  gate.resolve(true);
  await client.until(4);
  live.publish('open', 1);
  await turns();
  expect(client.messages).toMatchObject([
    { id: 1 },
    { id: 2, unsubscribe: {} },
    { id: 4, unsubscribe: {} },
    { id: 3, error: { code: 100, temporary: true } },
  ]);
  expect(live.server.stats().channels).toBe(0);
});

test('rpc is answered by the application, with its own errors if it wants', async () => {
  const live: Started = await startServer({
    async onRpc(connection, method, data) {
      if (method === 'echo') return { user: connection.user, data };
      if (method === 'forbid') throw new ReplyError(403, 'not yours');
      if (method === 'nothing') return undefined;
      throw new Error('a bug');
    },
  });
  const one = live.client();
  one.connect();
  expect(await one.rpc('echo', [1])).toEqual({ data: { user: 'ann', data: [1] } });
  expect(await one.rpc('nothing', 0)).toEqual({ data: null });
  await expect(one.rpc('forbid', 0)).rejects.toMatchObject({ code: 403, message: 'not yours' });
  await expect(one.rpc('fail', 0)).rejects.toMatchObject({ code: 100, temporary: true });
  expect(live.errors.map(String)).toEqual(['Error: a bug']);
});

test('a client cannot start work without end', async () => {
  const gate = Promise.withResolvers<void>();
  const { raw } = await startServer({ onRpc: () => gate.promise });
  const client = await raw();
  await client.connect();
  client.send(...Array.from({ length: 262 }, (_, index) => ({ id: index + 2, rpc: { method: 'wait' } })));
  await client.until(7);
  expect(client.messages.slice(1)).toMatchObject(Array(6).fill({ error: { code: 111, temporary: true } }));
  gate.resolve();
  await client.until(263);
});

test('a client that comes, and comes back, with as many subscriptions as it may have gets them all at once', async () => {
  const live: Started = await startServer({ channels: [], onSubscribe: async () => true, maxChannels: 300 });
  const one = live.client();
  const errors = record(one, 'error');
  const subscriptions = Array.from({ length: 300 }, (_, n) => one.newSubscription(`channel:${n}`));
  for (const subscription of subscriptions) subscription.on('error', (error) => errors.seen.push(error)).subscribe();
  one.connect();
  await Promise.all(subscriptions.map((subscription) => subscription.ready()));
  const back = Promise.all(subscriptions.map((subscription) => next(subscription, 'subscribed')));
  for (const connection of live.server.connections()) connection.disconnect(3001, 'shutdown');
  await back;
  expect([errors.seen, live.errors]).toEqual([[], []]);
});

test('send is taken by the application, or ends the connection for good', async () => {
  const taken = Promise.withResolvers<unknown>();
  const live: Started = await startServer({ onSend: (_connection, data) => taken.resolve(data) });
  const one = live.client();
  one.connect();
  await one.ready();
  await one.send({ typing: true });
  expect(await taken.promise).toEqual({ typing: true });

  const deaf: Started = await startServer();
  const two = deaf.client();
  two.connect();
  await two.ready();
  const disconnected = next<DisconnectedContext>(two, 'disconnected');
  await two.send({ typing: true });
  expect(await disconnected).toMatchObject({ code: 3508 });
});

test.each([undefined, null, 0, ''])('onSubscribe that answers %o lets nobody in, and is told of', async (answer) => {
  const live: Started = await startServer({ channels: [], onSubscribe: async () => answer as unknown as boolean });
  const client = await live.raw();
  await client.connect();
  client.send({ id: 2, subscribe: { channel: 'room' } });
  await client.until(2);
  expect(client.messages[1]).toMatchObject({ id: 2, error: { code: 103 } });
  expect(live.errors).toMatchObject([{ message: 'onSubscribe must answer true, false or an object' }]);
});

test('Refuse ends the connection in onSubscribe as everywhere', async () => {
  const live: Started = await startServer({
    channels: [],
    async onSubscribe() {
      throw new Refuse(4500, 'no');
    },
  });
  const client = await live.raw();
  await client.connect();
  client.send({ id: 2, subscribe: { channel: 'room' } });
  expect(await client.closed).toEqual({ code: 4500, reason: 'no' });
});

test('a subscription from the server waits for the client’s own, and takes its place if that comes to nothing', async () => {
  const gate = Promise.withResolvers<boolean>();
  const asked = Promise.withResolvers<void>();
  const live: Started = await startServer({
    channels: [],
    onSubscribe() {
      asked.resolve();
      return gate.promise;
    },
  });
  const client = await live.raw();
  await client.connect();
  client.send({ id: 2, subscribe: { channel: 'a' } });
  await asked.promise;
  const [connection] = live.server.connections();
  const both = Promise.all([live.server.api.subscribe('ann', 'a'), connection?.subscribe('a')]);
  await turns();
  expect(connection?.channels.size).toBe(0);
  gate.resolve(false);
  await both;
  expect(connection?.channels).toEqual(new Set(['a']));
  await client.until(3);
  expect(client.messages.slice(1)).toMatchObject([
    { id: 2, error: { code: 103 } },
    { push: { channel: 'a', subscribe: {} } },
  ]);
});
