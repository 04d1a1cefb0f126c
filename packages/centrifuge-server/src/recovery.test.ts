import type { Centrifuge, ServerPublicationContext, ServerSubscribedContext } from 'centrifuge';
import { expect, test } from 'vitest';
import type { ChannelHistory, HistoryRequest } from './history.ts';
import { createMemoryStore, type MemoryStore } from './memory-store.ts';
import { next, record, type Started, startServer, turns } from './testing.ts';

/** A client that has seen `news` up to 2. */
async function follower(live: Started) {
  const one = live.client();
  const publications = record<ServerPublicationContext>(one, 'publication');
  const subscribed = record<ServerSubscribedContext>(one, 'subscribed');
  one.connect();
  await subscribed.until(1);
  live.publish('news', 1);
  live.publish('news', 2);
  await publications.until(2);
  return { one, subscribed, publications, offsets: () => publications.seen.map(({ offset }) => offset) };
}

/** Holds the reads with a position back until told, and says when one has come. Snapshots are taken before. */
function heldReads(memory: MemoryStore) {
  const { read } = memory;
  const asked = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  memory.read = async (requests: HistoryRequest[]): Promise<Map<string, ChannelHistory>> => {
    const answer = await read(requests);
    if (requests.every(({ since }) => since === null)) return answer;
    asked.resolve();
    await go.promise;
    return answer;
  };
  return { asked: asked.promise, release: go.resolve };
}

test('what was published while a client was away comes first after its return, once', async () => {
  const live: Started = await startServer();
  const { offsets, subscribed, publications } = await follower(live);
  live.dropAll();
  live.publish('news', 3);
  live.publish('news', 4);
  await subscribed.until(2);
  live.publish('news', 5);
  await publications.until(5);
  expect(offsets()).toEqual([1, 2, 3, 4, 5]);
  expect(subscribed.seen[1]).toMatchObject({
    channel: 'news',
    recoverable: true,
    positioned: true,
    wasRecovering: true,
    recovered: true,
  });
  expect(live.server.stats()).toMatchObject({ recovered: 1, notRecovered: 0 });
});

test('what is published while the history is being read follows the recovered, once', async () => {
  const live: Started = await startServer();
  const { offsets, publications } = await follower(live);
  const reads = heldReads(live.memory);
  live.dropAll();
  live.publish('news', 3);
  await reads.asked;
  live.publish('news', 4);
  live.publish('news', 5);
  reads.release();
  await publications.until(5);
  live.publish('news', 6);
  await publications.until(6);
  expect(offsets()).toEqual([1, 2, 3, 4, 5, 6]);
});

test('what the read has seen before it was handed over does not come twice', async () => {
  const live: Started = await startServer();
  const { offsets, publications } = await follower(live);
  const reads = heldReads(live.memory);
  const third = live.memory.append('news', '3');
  live.dropAll();
  await reads.asked;
  live.server.publish('news', third);
  reads.release();
  await publications.until(3);
  live.server.publish('news', third);
  live.publish('news', 4);
  await publications.until(4);
  expect(offsets()).toEqual([1, 2, 3, 4]);
});

async function comeBack(live: Started, away: (one: Centrifuge) => void) {
  const { one, offsets, subscribed, publications } = await follower(live);
  live.dropAll();
  away(one);
  await subscribed.until(2);
  live.publish('news', 'now');
  await publications.until(3);
  return { offsets, answer: subscribed.seen[1] };
}

test('a client that missed more than is kept is told so, gets no part of it, and goes on from the top', async () => {
  const live: Started = await startServer({ memory: createMemoryStore({ size: 2 }) });
  const { offsets, answer } = await comeBack(live, () => {
    for (const n of [3, 4, 5]) live.publish('news', n);
  });
  expect(answer).toMatchObject({ wasRecovering: true, recovered: false, streamPosition: { offset: 5 } });
  expect(offsets()).toEqual([1, 2, 6]);
  expect(live.server.stats()).toMatchObject({ recovered: 0, notRecovered: 1 });
});

test('a client that missed more than the limit of one recovery is told so', async () => {
  const live: Started = await startServer({ recoveryLimit: 2 });
  const { answer } = await comeBack(live, () => {
    for (const n of [3, 4, 5]) live.publish('news', n);
  });
  expect(answer).toMatchObject({ wasRecovering: true, recovered: false });
});

test('a client of another epoch is told so', async () => {
  const memory = createMemoryStore();
  const live: Started = await startServer({ memory });
  const { offsets, answer } = await comeBack(live, () => {
    const other = createMemoryStore();
    memory.append = other.append;
    memory.read = other.read;
    for (const n of [1, 2, 3]) live.publish('news', n);
  });
  expect(answer).toMatchObject({ wasRecovering: true, recovered: false, streamPosition: { offset: 3 } });
  expect(offsets()).toEqual([1, 2, 4]);
});

test.each([
  ['an offset beyond the top', { recover: true, offset: 7, epoch: '?' }, { was_recovering: true, offset: 2 }],
  ['no epoch', { recover: true, offset: 1 }, { was_recovering: true, recovered: true, offset: 1 }],
  ['no offset', { recover: true, epoch: '?' }, { was_recovering: true, recovered: true }],
  ['a wrong epoch', { recover: true, offset: 1, epoch: 'no' }, { was_recovering: true, offset: 2 }],
  ['the top', { recover: true, offset: 2, epoch: '?' }, { was_recovering: true, recovered: true, offset: 2 }],
  ['no recovery', { recover: false, offset: 1, epoch: '?' }, { offset: 2 }],
])('the connect reply for a client with %s', async (_name, request, expected) => {
  const live: Started = await startServer();
  live.publish('news', 1);
  const { epoch } = live.memory.append('news', '2');
  const raw = await live.raw();
  await raw.connect({
    subs: { news: { ...request, ...('epoch' in request && request.epoch === '?' ? { epoch } : {}) } },
  });
  const count = 'recovered' in expected ? 2 - ('offset' in expected ? expected.offset : 0) : 0;
  const publications = [1, 2].slice(2 - count).map((n) => ({ data: n, offset: n }));
  expect(raw.messages).toEqual([
    {
      id: 1,
      connect: {
        client: expect.any(String),
        ping: 25,
        pong: true,
        subs: {
          news: {
            recoverable: true,
            positioned: true,
            epoch,
            ...expected,
            ...(publications.length > 0 ? { publications } : {}),
          },
        },
      },
    },
  ]);
});

test('a channel that is no longer granted is unsubscribed at the client', async () => {
  const channels = ['news', 'gossip'];
  const live: Started = await startServer({
    onConnect: async () => ({ user: '', channels: [...channels], state: { data: 0 } }),
  });
  const one = live.client();
  one.connect();
  await next(one, 'subscribed');
  await turns();
  channels.pop();
  live.dropAll();
  expect(await next(one, 'unsubscribed')).toMatchObject({ channel: 'gossip' });
});

test('clients that come back together share their reads', async () => {
  const live: Started = await startServer();
  const reads: number[] = [];
  const clients = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const one = live.client();
      const publications = record(one, 'publication');
      one.connect();
      await next(one, 'subscribed');
      return publications;
    }),
  );
  live.publish('news', 1);
  await Promise.all(clients.map((publications) => publications.until(1)));
  const { read } = live.memory;
  live.memory.read = (requests) => {
    reads.push(requests.length);
    return read(requests);
  };
  live.dropAll();
  live.publish('news', 2);
  await Promise.all(clients.map((publications) => publications.until(2)));
  expect(reads.length).toBeLessThanOrEqual(20);
  expect(live.server.stats()).toMatchObject({ recovered: 20, notRecovered: 0 });
});
