import type { Centrifuge, JoinContext, LeaveContext, PublicationContext } from 'centrifuge';
import { expect, test } from 'vitest';
import { ReplyError } from './codes.ts';
import type { Options } from './options.ts';
import { next, record, type Started, type State, startServer, turns } from './testing.ts';

const open: Partial<Options<State>> & { channels: string[] } = {
  channels: [],
  channel: (name) =>
    name.startsWith('unknown:') ? null : { history: !name.startsWith('fleeting:'), presence: true, joinLeave: true },
  onConnect: async ({ data }) => ({ user: String(data), channels: [], info: { name: data }, state: { data } }),
  onSubscribe: async (_connection, channel) => (channel === 'named' ? { info: { chair: 1 }, data: 'welcome' } : true),
  onPublish: async (_connection, channel, data) => {
    if (data === 'rude') throw new ReplyError(400, 'mind your language');
    return channel !== 'mute';
  },
  onHistory: async () => true,
};

async function connected(live: Started, user: string): Promise<Centrifuge> {
  const one = live.client({ data: user });
  one.connect();
  await one.ready();
  return one;
}

async function subscribed(one: Centrifuge, channel: string, options = {}) {
  const subscription = one.newSubscription(channel, options);
  subscription.on('error', () => {});
  subscription.subscribe();
  await subscription.ready();
  return subscription;
}

test('what a client publishes is stored, and comes with who it was', async () => {
  const live: Started = await startServer(open);
  const one = await connected(live, 'ann');
  const two = await subscribed(await connected(live, 'bob'), 'room');
  const publications = record<PublicationContext>(two, 'publication');
  const mine = await subscribed(one, 'named');
  expect((await live.server.api.presence('named'))[0]?.chanInfo).toBe('{"chair":1}');
  await one.publish('room', { text: 'hello' });
  await mine.publish({ text: 'mine' });
  await publications.until(1);
  expect(publications.seen[0]).toMatchObject({
    data: { text: 'hello' },
    offset: 1,
    info: { user: 'ann', connInfo: { name: 'ann' } },
  });
  expect(await mine.history({ limit: -1 })).toMatchObject({
    offset: 1,
    publications: [{ data: { text: 'mine' }, info: { user: 'ann', chanInfo: { chair: 1 } } }],
  });
});

test('publish, nothing, is a bad request', async () => {
  const live: Started = await startServer(open);
  const raw = await live.raw();
  await raw.connect({ token: 'ann' });
  raw.send({ id: 2, publish: { channel: 'room' } }, { id: 3, publish: { channel: 'room', data: null } });
  await raw.until(3);
  expect(raw.messages.slice(1)).toMatchObject([
    { id: 2, error: { code: 107 } },
    { id: 3, publish: {} },
  ]);
});

test.each([
  ['one that the application forbids', 'mute', 1, 103],
  ['its own error', 'room', 'rude', 400],
  ['an unknown channel', 'unknown:room', 1, 102],
])('publish, %s', async (_name, channel, data, code) => {
  const live: Started = await startServer(open);
  const one = await connected(live, 'ann');
  await expect(one.publish(channel, data)).rejects.toMatchObject({ code });
});

test('the publications of a client keep their order, however long the application thinks about each', async () => {
  const gates = new Map<unknown, () => void>();
  const live: Started = await startServer({
    ...open,
    onPublish: (_connection, _channel, data) => new Promise((resolve) => gates.set(data, () => resolve(data !== 2))),
  });
  const one = await connected(live, 'ann');
  const room = await subscribed(one, 'room');
  const publications = record<PublicationContext>(room, 'publication');
  const answers = [1, 2, 3].map((n) => room.publish(n).catch(({ code }) => code));
  for (const n of [1, 2, 3]) {
    await expect.poll(() => [...gates.keys()]).toEqual([1, 2, 3].slice(0, n));
    gates.get(n)?.();
  }
  expect(await Promise.all(answers)).toEqual([{}, 103, {}]);
  await publications.until(2);
  expect(publications.seen.map(({ data }) => data)).toEqual([1, 3]);
});

test('history comes in pages, forwards and backwards, and only of this stream', async () => {
  const live: Started = await startServer({ ...open, historyLimit: 4 });
  for (const n of [1, 2, 3, 4, 5]) live.publish('room', n);
  const one = await connected(live, 'ann');
  const room = await subscribed(one, 'room');
  const offsets = async (options: object) =>
    (await room.history({ limit: -1, ...options })).publications.map(({ offset }) => offset);
  const { epoch } = await room.history({ limit: 0 });
  expect(await room.history({ limit: 0 })).toMatchObject({ publications: [], offset: 5 });
  expect(await offsets({})).toEqual([1, 2, 3, 4]);
  expect(await offsets({ limit: 2, since: { offset: 2, epoch } })).toEqual([3, 4]);
  expect(await offsets({ reverse: true })).toEqual([5, 4, 3, 2]);
  expect(await offsets({ reverse: true, since: { offset: 3, epoch } })).toEqual([2, 1]);
  await expect(room.history({ limit: 1, since: { offset: 1, epoch: 'other' } })).rejects.toMatchObject({ code: 112 });
});

test('presence is who is subscribed here, told to those who are too', async () => {
  const live: Started = await startServer(open);
  const [one, two, three] = [await connected(live, 'ann'), await connected(live, 'ann'), await connected(live, 'bob')];
  const room = await subscribed(one, 'room');
  await subscribed(two, 'room');
  await subscribed(three, 'room');
  const { clients } = await room.presence();
  expect(Object.values(clients).map(({ user }) => user)).toEqual(['ann', 'ann', 'bob']);
  expect(await room.presenceStats()).toEqual({ numClients: 3, numUsers: 2 });
  await expect(one.presence('elsewhere')).rejects.toMatchObject({ code: 103 });
  three.disconnect();
  two.disconnect();
  await turns(20);
  expect(live.server.api.presenceStats('room')).toEqual({ clients: 1, users: 1 });
});

test('joins and leaves are told to those who ask for them, whatever ends a subscription', async () => {
  const live: Started = await startServer(open);
  const one = await connected(live, 'ann');
  const room = one.newSubscription('room', { joinLeave: true });
  const joins = record<JoinContext>(room, 'join');
  const leaves = record<LeaveContext>(room, 'leave');
  room.subscribe();
  const deaf = await subscribed(await connected(live, 'deaf'), 'room');
  const unheard = record(deaf, 'join');
  const bob = await connected(live, 'bob');
  const bobs = await subscribed(bob, 'room');
  bobs.unsubscribe();
  await leaves.until(1);
  bobs.subscribe();
  await joins.until(4);
  bob.disconnect();
  await leaves.until(2);
  expect(joins.seen.map(({ info }) => info.user)).toEqual(['ann', 'deaf', 'bob', 'bob']);
  expect(leaves.seen.map(({ info }) => info.user)).toEqual(['bob', 'bob']);
  expect(unheard.seen).toEqual([]);
});

test('a channel without history has no positions, and its publications come once or never', async () => {
  const live: Started = await startServer(open);
  const one = await connected(live, 'ann');
  const fleeting = one.newSubscription('fleeting:room');
  const started = next<{ recoverable: boolean }>(fleeting, 'subscribed');
  const publications = record<PublicationContext>(fleeting, 'publication');
  fleeting.subscribe();
  expect(await started).toMatchObject({ recoverable: false, positioned: false });
  await one.publish('fleeting:room', 1);
  await publications.until(1);
  expect(publications.seen[0]?.offset).toBeUndefined();
  await expect(fleeting.history({ limit: 1 })).rejects.toMatchObject({ code: 108 });
});

test('a client that would rather have no subscription than a hole gets error 112', async () => {
  const live: Started = await startServer(open);
  const client = await live.raw();
  await client.connect();
  client.send({ id: 2, subscribe: { channel: 'room', recover: true, offset: 7, epoch: 'old', flag: 2 } });
  client.send({ id: 3, subscribe: { channel: 'room', type: 1 } });
  client.send({ id: 4, subscribe: { channel: 'room', tf: { key: 'a', cmp: 'eq', val: 'b' } } });
  await client.until(4);
  expect(client.messages.slice(1)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ id: 2, error: expect.objectContaining({ code: 112 }) }),
      expect.objectContaining({ id: 3, error: expect.objectContaining({ code: 108 }) }),
      expect.objectContaining({ id: 4, error: expect.objectContaining({ code: 108 }) }),
    ]),
  );
});

test('more connections than allowed are turned away with 3504', async () => {
  const live: Started = await startServer({ maxConnections: 1 });
  await (await live.raw()).connect();
  const second = await live.raw();
  second.send({ id: 1, connect: {} });
  expect(await second.closed).toEqual({ code: 3504, reason: 'connection limit' });
});

test.each([undefined, null, 0, '', 'yes', {}])(
  'onPublish that answers %o publishes nothing, and is told of',
  async (answer) => {
    const live: Started = await startServer({ ...open, onPublish: async () => answer as unknown as boolean });
    const one = await connected(live, 'ann');
    await expect(one.publish('room', 1)).rejects.toMatchObject({ code: 103 });
    expect(live.server.stats().publications).toBe(0);
    expect(live.errors).toMatchObject([{ message: "onPublish must answer true, false or 'published'" }]);
  },
);
