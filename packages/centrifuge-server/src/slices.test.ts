import { expect, test } from 'vitest';
import { Core } from './core.ts';
import { createMemoryStore, type MemoryStore } from './memory-store.ts';
import { type Outgoing, payloads } from './outgoing.ts';
import { manualClock, TestWire, turns } from './testing.ts';

const COUNT = 600;
const WRITE_MILLISECONDS = 0.05;

interface Message {
  connect?: { subs: { news: { offset?: number; publications?: { offset: number }[] } } };
  push?: { pub?: { offset: number }; unsubscribe?: { code: number } };
}

/** A wire that takes as long as a system call does on a busy machine, and keeps what it was given. */
class SlowWire extends TestWire {
  readonly messages: Message[] = [];

  override write(messages: Outgoing): void {
    const until = performance.now() + WRITE_MILLISECONDS;
    while (performance.now() < until);
    this.messages.push(...payloads(messages).map((payload) => JSON.parse(payload.toString())));
  }

  /** The offsets it has heard of, in the reply and after it. */
  get offsets(): number[] {
    return this.messages.flatMap(({ connect, push }) =>
      push?.pub === undefined ? (connect?.subs.news.publications ?? []).map(({ offset }) => offset) : [push.pub.offset],
    );
  }
}

function connect(core: Core<null>, request: object): SlowWire {
  const wire = new SlowWire(core);
  wire.connect(request);
  return wire;
}

async function start(store: MemoryStore) {
  const core = new Core<null>({
    store,
    onConnect: async () => ({ user: '', channels: ['news'], state: null }),
    clock: manualClock(),
  });
  const wires = Array.from({ length: COUNT }, () => connect(core, {}));
  await expect.poll(() => wires.every(({ messages }) => messages.length === 1)).toBe(true);
  return { core, wires };
}

test('who comes or goes between two slices of a fan-out hears everything once and in order', async () => {
  const store = createMemoryStore();
  const { epoch } = store.append('news', '0');
  const { core, wires } = await start(store);
  const publish = () => core.hub.publish('news', store.append('news', '{}'));
  const waiting = () => wires.filter(({ offsets }) => offsets.length === 0);

  publish();
  while (waiting().length === COUNT) await turns(1);
  const [cut, unsubscribed, ...behind] = waiting();
  // Else nothing was cut, and nothing is shown.
  expect(behind.length).toBeGreaterThan(COUNT / 4);
  const early = wires.find(({ offsets }) => offsets.length > 0);
  const fresh = Array.from({ length: 20 }, () => connect(core, {}));
  const back = Array.from({ length: 20 }, () => connect(core, { subs: { news: { recover: true, epoch, offset: 1 } } }));
  publish();
  for (const session of core.sessions) {
    if (session.transport === unsubscribed) session.unsubscribe('news');
    if (session.transport === cut || session.transport === early) session.disconnect(3503, 'force disconnect');
  }
  await turns(1);
  publish();
  const stay = wires.filter((wire) => wire !== cut && wire !== unsubscribed && wire !== early);
  await expect.poll(() => [...stay, ...back].every(({ offsets }) => offsets.at(-1) === 4)).toBe(true);
  await turns(5);

  for (const wire of [...stay, ...back]) expect(wire.offsets).toEqual([2, 3, 4]);
  for (const wire of fresh) {
    const { offset = 0 } = wire.messages[0]?.connect?.subs.news ?? {};
    expect(wire.offsets).toEqual([2, 3, 4].filter((one) => one > offset));
  }
  // What was published before they went is heard.
  for (const wire of [cut, early, unsubscribed]) expect(wire?.offsets).toEqual([2, 3]);
  expect(unsubscribed?.messages.at(-1)).toMatchObject({ push: { unsubscribe: { code: 2000 } } });
});

test('a fan-out that is published into while it is under way reaches everybody in order', async () => {
  const store = createMemoryStore();
  const { core, wires } = await start(store);
  for (let n = 0; n < 10; n++) {
    core.hub.publish('news', store.append('news', '{}'));
    await turns(1);
  }
  await expect.poll(() => wires.every(({ offsets }) => offsets.length === 10)).toBe(true);
  const all = Array.from({ length: 10 }, (_, index) => index + 1);
  for (const wire of wires) expect(wire.offsets).toEqual(all);
});
