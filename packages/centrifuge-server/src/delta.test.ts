import { type Centrifuge, Centrifuge as Json, type PublicationContext, type Subscription } from 'centrifuge';
import { Centrifuge as Protobuf } from 'centrifuge/build/protobuf';
import fc from 'fast-check';
import { applyDelta } from 'fossil-delta';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { deltaBetween } from './delta.ts';
import { record, type Started, startServer } from './testing.ts';

const text = 'the same long sentence, over and over again, with a little more at its end: ';
const decoders = {
  JSON: (data: unknown) => data,
  protobuf: (data: unknown) => JSON.parse(Buffer.from(data as Uint8Array).toString()),
};

test.each([
  ['JSON', Json],
  ['protobuf', Protobuf as unknown as typeof Json],
] as const)('%s: deltas where they fit, whole publications else, over drops and signals', async (name, Client) => {
  const live: Started = await startServer({
    channels: [],
    channel: () => ({ delta: true }),
    onSubscribe: async () => true,
  });
  const follow = async (
    options: object,
  ): Promise<{
    one: Centrifuge;
    subscription: Subscription;
    data(): unknown[];
    until(count: number): Promise<void>;
  }> => {
    const one = new Client(live.url, { websocket: WebSocket, minReconnectDelay: 1, maxReconnectDelay: 5 });
    onTestFinished(() => one.disconnect());
    one.connect();
    const subscription = one.newSubscription('room', options);
    const { seen, until } = record<PublicationContext>(subscription, 'publication');
    subscription.subscribe();
    await subscription.ready();
    return { one, subscription, data: () => seen.map(({ data }) => decoders[name](data)), until };
  };
  const [delta, whole] = [await follow({ delta: 'fossil' }), await follow({})];
  const wanted: unknown[] = [];
  const say = (value: unknown) => {
    wanted.push(value);
    live.publish('room', value);
  };
  for (let n = 0; n < 5; n++) say(text + n);
  say('ä');
  say(`${text}ö`);
  await Promise.all([delta.until(7), whole.until(7)]);
  expect(delta.subscription.deltaStats().numDeltaPayloads).toBe(4);
  live.dropAll();
  say(text);
  say(`${text}1`);
  await Promise.all([delta.until(9), whole.until(9)]);
  say(`${text}2`);
  live.server.signal('room', JSON.stringify(text));
  wanted.push(text);
  say(`${text}3`);
  await Promise.all([delta.until(12), whole.until(12)]);
  say(`${text}4`);
  await Promise.all([delta.until(13), whole.until(13)]);
  expect(delta.data()).toEqual(wanted);
  expect(whole.data()).toEqual(wanted);
  expect(delta.subscription.deltaStats().numDeltaPayloads).toBeGreaterThan(4);
});

test('a delta leads to what it was made for, is shorter, and is text', () => {
  const value = fc
    .array(fc.constantFrom('häuser ', 'und ', 'straßen ', '😀'), { maxLength: 60 })
    .map((parts) => parts.join(''));
  const property = fc.property(value, value, (before, after) => {
    const delta = deltaBetween({ json: before }, { json: after });
    if (delta === null) return;
    expect(delta.length).toBeLessThan(Buffer.byteLength(after));
    const again = Buffer.from(Buffer.from(delta).toString('utf8'));
    expect(Buffer.from(applyDelta<Uint8Array>(Buffer.from(before), again)).toString()).toBe(after);
  });
  fc.assert(property, { numRuns: 500 });
});
