import { expect, test } from 'vitest';
import { createMemoryStore, type MemoryStore } from './memory-store.ts';
import { type Started, startServer, turns } from './testing.ts';

async function since(store: MemoryStore, offset: number, { epoch = '', limit = 100 } = {}) {
  const answers = await store.read([{ channel: 'news', since: { epoch, offset }, limit }]);
  return answers.get('news')?.publications?.map((publication) => publication.offset) ?? null;
}

test('offsets are dense, and the publications after one are served whole or not at all', async () => {
  const store = createMemoryStore({ size: 3 });
  const places = ['a', 'b', 'c', 'd'].map((json) => store.append('news', json));
  expect(places.map(({ offset }) => offset)).toEqual([1, 2, 3, 4]);
  expect(new Set(places.map(({ epoch }) => epoch)).size).toBe(1);
  expect(await since(store, 4)).toEqual([]);
  expect(await since(store, 1)).toEqual([2, 3, 4]);
  expect(await since(store, 0)).toBeNull();
  expect(await since(store, 5)).toBeNull();
  expect(await since(store, 1, { limit: 2 })).toBeNull();
  expect(await since(store, 1, { epoch: 'other' })).toBeNull();
  expect(await since(store, 1, { epoch: places[0]?.epoch ?? '' })).toEqual([2, 3, 4]);
});

test('publications age, the position does not', async () => {
  const clock = { time: 0 };
  const store = createMemoryStore({ ageMilliseconds: 1_000, now: () => clock.time });
  store.append('news', '1');
  clock.time = 600;
  store.append('news', '2');
  clock.time = 1_100;
  expect(await since(store, 1)).toEqual([2]);
  expect(await since(store, 0)).toBeNull();
  clock.time = 5_000;
  expect(await since(store, 1)).toBeNull();
  expect(await since(store, 2)).toEqual([]);
  expect(store.append('news', '3').offset).toBe(3);
});

test('the channels are bounded: the one longest silent starts over in a new epoch', async () => {
  const store = createMemoryStore({ channels: 2 });
  const first = store.append('a', '1');
  const kept = store.append('b', '1');
  store.append('a', '2');
  store.append('c', '1');
  expect(store.append('a', '3')).toMatchObject({ epoch: first.epoch, offset: 3 });
  const again = store.append('b', '1');
  expect(again.offset).toBe(1);
  expect(again.epoch).not.toBe(kept.epoch);
});

test('a channel never published to has an epoch that stays', async () => {
  const store = createMemoryStore();
  const read = async () => (await store.read([{ channel: 'new', since: null, limit: 0 }])).get('new');
  const before = await read();
  expect(before).toMatchObject({ top: 0, publications: [] });
  expect(await read()).toEqual(before);
  expect(store.append('new', '1')).toMatchObject({ epoch: before?.epoch, offset: 1 });
});

test('whoever only asks pushes out no channel that was published to', async () => {
  const store = createMemoryStore({ channels: 2 });
  const { epoch } = store.append('news', '1');
  const ask = (channel: string) => store.read([{ channel, since: null, limit: 0 }]);
  for (const channel of ['a', 'b', 'c', 'd']) await ask(channel);
  expect((await store.page({ channel: 'e', since: null, limit: 1, reverse: false })).top).toBe(0);
  expect(await since(store, 0, { epoch })).toEqual([1]);
});

test('what is too old is let go also where nobody asks: all channels are looked at within sixty sweeps', async () => {
  const asked = new Set<string>();
  const store = createMemoryStore({ bounds: (channel) => void asked.add(channel) });
  const names = Array.from({ length: 150 }, (_, n) => `c${n}`);
  for (const name of names) store.append(name, '1');
  asked.clear();
  for (let n = 0; n < 60; n++) store.sweep();
  expect(asked.size).toBe(150);
  // Others that are busy meanwhile do not hold it up.
  asked.clear();
  for (let n = 0; n < 60; n++) {
    for (const name of names.slice(100)) store.append(name, '2');
    store.sweep();
  }
  expect(asked.size).toBe(150);
});

test('a store whose sweep fails, at once or later, hurts nobody', async () => {
  let sweeps = 0;
  const live: Started = await startServer({
    store: {
      ...createMemoryStore(),
      sweep() {
        const error = new Error('no broom');
        if (sweeps++ === 0) throw error;
        return Promise.reject(error);
      },
    },
  });
  live.clock.advance(2);
  await turns();
  expect(live.errors).toMatchObject([{ message: 'no broom' }, { message: 'no broom' }]);
});
