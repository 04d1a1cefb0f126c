import { expect, test } from 'vitest';
import { Channel } from './channel.ts';
import { Publication } from './publication.ts';
import { Subscription } from './subscription.ts';

function channelAt(top: number) {
  const channel = new Channel('news');
  const given: number[] = [];
  const owner = {
    transport: { deliver: ({ offset }: Publication) => given.push(offset), deliverDelta: () => {} },
    notify: () => {},
    infoFor: () => ({ user: '', client: '' }),
    insufficient: () => {},
    overflow: () => given.push(Number.POSITIVE_INFINITY),
  };
  const subscribe = () => {
    const subscription = new Subscription('news', owner, true);
    channel.subscriptions.add(subscription);
    return subscription;
  };
  const offer = (...offsets: number[]) => {
    for (const offset of offsets) channel.offer(new Publication('news', offset, '0'));
  };
  const first = subscribe();
  channel.admit(first, { epoch: 'e', top, publications: [] });
  first.start(top);
  return { channel, given, subscribe, offer };
}

test('an early publication waits, a late or repeated one is dropped, and neither moves the top back', () => {
  const { channel, given, offer } = channelAt(3);
  offer(5, 2, 6);
  expect([given, channel.top, channel.behind]).toEqual([[], 3, true]);
  offer(4, 5, 4);
  expect([given, channel.top, channel.behind]).toEqual([[4, 5, 6], 6, false]);
});

test('a history newer than what was handed over makes the channel behind', () => {
  const { channel, subscribe } = channelAt(3);
  expect(channel.admit(subscribe(), { epoch: 'e', top: 5, publications: [] })).toBe(true);
  expect([channel.behind, channel.target]).toEqual([true, 5]);
});

test('a history older than what the newcomer gathered is not enough', () => {
  const { channel, given, offer, subscribe } = channelAt(3);
  offer(4);
  const late = subscribe();
  offer(5);
  expect(channel.admit(late, { epoch: 'e', top: 2, publications: [] })).toBe(false);
  expect(channel.admit(late, { epoch: 'e', top: 4, publications: [] })).toBe(true);
  late.start(4);
  expect(given).toEqual([4, 5, 5]);
});

test('thousands that come early are bounded here and named by the target', () => {
  const { channel, given, offer } = channelAt(0);
  for (let offset = 5_000; offset > 1; offset--) offer(offset);
  expect([given, channel.behind, channel.target]).toEqual([[], true, 5_000]);
  offer(1);
  expect(channel.top).toBe(1);
});

test('a subscription whose history never comes does not gather without end', () => {
  const { given, offer, subscribe } = channelAt(0);
  subscribe();
  offer(...Array.from({ length: 10_001 }, (_, index) => index + 1));
  expect(given.filter((offset) => offset === Number.POSITIVE_INFINITY)).toHaveLength(1);
});
