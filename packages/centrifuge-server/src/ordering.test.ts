import type { ConnectingContext, ServerPublicationContext, ServerSubscribedContext } from 'centrifuge';
import { expect, test } from 'vitest';
import { next, record, type Started, startServer, turns } from './testing.ts';

async function follow(live: Started) {
  const one = live.client();
  const publications = record<ServerPublicationContext>(one, 'publication');
  const connecting = record<ConnectingContext>(one, 'connecting');
  const subscribed = record<ServerSubscribedContext>(one, 'subscribed');
  one.connect();
  await subscribed.until(1);
  return { publications, connecting, subscribed, offsets: () => publications.seen.map(({ offset }) => offset) };
}

test('publications that overtook each other in one turn come in order, without a read', async () => {
  const live: Started = await startServer();
  const { offsets, publications } = await follow(live);
  live.memory.read = async () => {
    throw new Error('a read');
  };
  const [first, second, third] = [1, 2, 3].map((n) => live.memory.append('news', `${n}`));
  if (!first || !second || !third) throw new Error();
  for (const one of [third, second, first, second, third]) live.server.publish('news', one);
  await publications.until(3);
  expect(offsets()).toEqual([1, 2, 3]);
  expect(live.errors).toEqual([]);
});

test('a hole is filled out of the store', async () => {
  const live: Started = await startServer();
  const { offsets, publications } = await follow(live);
  live.publish('news', 1);
  live.memory.append('news', '2');
  live.memory.append('news', '3');
  live.publish('news', 4);
  await publications.until(4);
  expect(offsets()).toEqual([1, 2, 3, 4]);
  expect(publications.seen.map(({ data }) => data)).toEqual([1, 2, 3, 4]);
});

test('a wake reads what is missing, and a second one for the same delivers nothing', async () => {
  const live: Started = await startServer();
  const { offsets, publications } = await follow(live);
  live.memory.append('news', '1');
  live.memory.append('news', '2');
  live.server.wake('news', 2);
  await publications.until(2);
  live.server.wake('news', 2);
  live.server.wake('news', 1);
  live.publish('news', 3);
  await publications.until(3);
  expect(offsets()).toEqual([1, 2, 3]);
});

test('a wake that names more than was committed hurts nobody', async () => {
  const live: Started = await startServer();
  const { offsets, publications, connecting } = await follow(live);
  live.server.wake('news', 5);
  await turns(5);
  for (const n of [1, 2]) live.publish('news', n);
  await publications.until(2);
  expect(offsets()).toEqual([1, 2]);
  expect(connecting.seen).toHaveLength(1);
});

test('checking the positions makes good for wake-ups that got lost', async () => {
  const live: Started = await startServer({ channels: ['news', 'quiet'] });
  const { offsets, publications } = await follow(live);
  live.memory.append('news', '1');
  live.memory.append('news', '2');
  await live.server.checkPositions();
  await publications.until(2);
  await live.server.checkPositions();
  expect(offsets()).toEqual([1, 2]);
});

test('caught up, a connection has heard all that was committed when its last word comes, whoever told of it', async () => {
  const live: Started = await startServer();
  const client = await live.raw();
  await client.connect();
  live.memory.append('news', '1');
  live.server.wake('news', 1);
  live.memory.append('news', '2');
  live.server.publish('news', live.memory.append('news', '3'));
  live.memory.append('news', '4');
  await Promise.all([live.server.catchUp('news'), live.server.catchUp('nobody')]);
  for (const connection of [...live.server.connections()]) connection.disconnect(4500, 'bye');
  expect((await client.closed).code).toBe(4500);
  expect(client.messages.slice(1)).toMatchObject([1, 2, 3, 4].map((offset) => ({ push: { pub: { offset } } })));
});

test('a hole that cannot be filled closes with 3010, and the client recovers', async () => {
  const live: Started = await startServer();
  const { offsets, connecting, subscribed, publications } = await follow(live);
  const { read } = live.memory;
  live.memory.read = async (requests) => {
    const answers = await read(requests);
    for (const answer of answers.values()) answer.publications = null;
    live.memory.read = read;
    return answers;
  };
  live.memory.append('news', '1');
  live.publish('news', 2);
  await subscribed.until(2);
  await publications.until(2);
  expect(connecting.seen[1]).toMatchObject({ code: 3010, reason: 'insufficient state' });
  expect(subscribed.seen[1]).toMatchObject({ wasRecovering: true, recovered: true });
  expect(offsets()).toEqual([1, 2]);
});

test('a store that fails is asked again until it answers, and nobody is closed', async () => {
  const live: Started = await startServer();
  const { offsets, connecting, publications } = await follow(live);
  const { read } = live.memory;
  const failed = Promise.withResolvers<void>();
  live.memory.read = async () => {
    failed.resolve();
    throw new Error('database away');
  };
  live.memory.append('news', '1');
  live.publish('news', 2);
  await failed.promise;
  await turns();
  live.memory.read = read;
  live.clock.advance(1);
  await publications.until(2);
  expect(offsets()).toEqual([1, 2]);
  expect(connecting.seen).toHaveLength(1);
  expect(live.errors.map(String)).toEqual(['Error: database away']);
});

test.each([
  ['a publication', (live: Started) => live.server.publish('news', { epoch: 'new', offset: 1, json: '1' })],
  ['a check', (live: Started) => live.server.checkPositions()],
])('a new epoch seen by %s sends the clients back to start over', async (_name, see) => {
  const live: Started = await startServer();
  const { subscribed, connecting } = await follow(live);
  live.memory.read = async () => new Map([['news', { epoch: 'new', top: 1, publications: null }]]);
  await see(live);
  await subscribed.until(2);
  expect(connecting.seen[1]).toMatchObject({ code: 3010 });
  expect(subscribed.seen[1]).toMatchObject({ wasRecovering: true, recovered: false });
});

test('a stream that went back under the same epoch sends the clients back', async () => {
  const live: Started = await startServer();
  const { connecting, publications } = await follow(live);
  live.publish('news', 1);
  await publications.until(1);
  const { epoch } = live.memory.append('other', '0');
  live.memory.read = async (requests) => {
    const known = epoch;
    return new Map(requests.map(({ channel }) => [channel, { epoch: known, top: 0, publications: [] }]));
  };
  await live.server.checkPositions();
  await connecting.until(2);
  expect(connecting.seen[1]).toMatchObject({ code: 3010 });
});

test('a subscription at run time starts at the top, and its end is told', async () => {
  const live: Started = await startServer({ channels: [] });
  live.publish('late', 1);
  const one = live.client();
  const publications = record<ServerPublicationContext>(one, 'publication');
  one.connect();
  await next(one, 'connected');
  const [connection] = live.server.connections();
  const subscribed = next<ServerSubscribedContext>(one, 'subscribed');
  await Promise.all([connection?.subscribe('late'), connection?.subscribe('late')]);
  live.publish('late', 2);
  expect(await subscribed).toMatchObject({ channel: 'late', streamPosition: { offset: 1 } });
  await publications.until(1);
  expect(publications.seen.map(({ offset }) => offset)).toEqual([2]);
  const unsubscribed = next(one, 'unsubscribed');
  connection?.unsubscribe('late');
  live.publish('late', 3);
  expect(await unsubscribed).toMatchObject({ channel: 'late' });
  await turns();
  expect(publications.seen).toHaveLength(1);
  expect(live.server.stats().channels).toBe(0);
});
