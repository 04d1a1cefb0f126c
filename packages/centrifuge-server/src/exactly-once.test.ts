import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Core } from './core.ts';
import type { ChannelHistory, HistoryRequest } from './history.ts';
import { createMemoryStore } from './memory-store.ts';
import { type Outgoing, payloads } from './outgoing.ts';
import { manualClock, TestWire, turns } from './testing.ts';

const CHANNELS = ['news', '#ann'];

/** A database whose streams may start over, and whose answers are late and overtake each other. */
class Database {
  #memory = createMemoryStore();
  readonly #late: boolean;
  readonly #gates: (() => void)[] = [];
  open = false;

  constructor(late: boolean) {
    this.#late = late;
  }

  startOver(): void {
    this.#memory = createMemoryStore();
  }

  append(channel: string) {
    return this.#memory.append(channel, `"${channel}"`);
  }

  async read(requests: HistoryRequest[]): Promise<Map<string, ChannelHistory>> {
    // The snapshot may be of the beginning of the read or of its end.
    const early = this.#memory.read(requests);
    if (!this.open) await new Promise<void>((resolve) => this.#gates.push(resolve));
    return this.#late ? this.#memory.read(requests) : early;
  }

  release(choice: number): void {
    const [gate] = this.#gates.splice(choice % Math.max(1, this.#gates.length), 1);
    gate?.();
  }

  releaseAll(): void {
    this.open = true;
    for (const gate of this.#gates.splice(0)) gate();
  }
}

interface Place {
  epoch: string;
  offset: number;
}

interface Start extends Place {
  was_recovering?: boolean;
  recovered?: boolean;
  publications?: { offset: number }[];
}

/** Keeps positions as the real client does, and notes whatever comes twice, too early or not at all. */
class Client {
  readonly places = new Map<string, Place>();
  readonly faults: string[] = [];
  wire: Wire | null = null;

  connect(core: Core<null>): void {
    if (this.wire !== null) return;
    const wire = new Wire(core, this);
    this.wire = wire;
    const subs = Object.fromEntries([...this.places].map(([channel, place]) => [channel, { recover: true, ...place }]));
    wire.connect({ subs });
  }

  drop(): void {
    const wire = this.wire;
    this.wire = null;
    wire?.peer?.closed();
  }

  take(message: {
    connect?: { subs: Record<string, Start> };
    push?: { channel: string; pub: { offset: number } };
  }): void {
    for (const [channel, start] of Object.entries(message.connect?.subs ?? {})) this.#begin(channel, start);
    if (message.push !== undefined) this.#advance(message.push.channel, message.push.pub.offset);
  }

  #begin(channel: string, { epoch, offset = 0, was_recovering, recovered, publications = [] }: Start): void {
    const before = this.places.get(channel);
    if ((before !== undefined) !== (was_recovering === true)) this.faults.push(`${channel}: was_recovering`);
    const same = before?.epoch === epoch;
    if (same !== (recovered === true)) this.faults.push(`${channel}: recovered ${recovered} in the same epoch ${same}`);
    if (recovered && before?.offset !== offset) this.faults.push(`${channel}: recovered from ${offset}`);
    this.places.set(channel, { epoch, offset });
    for (const publication of publications) this.#advance(channel, publication.offset);
  }

  #advance(channel: string, offset: number): void {
    const place = this.places.get(channel);
    if (place?.offset !== offset - 1) this.faults.push(`${channel}: ${offset} after ${place?.offset}`);
    if (place !== undefined) place.offset = offset;
  }
}

class Wire extends TestWire {
  override ready = true;
  readonly #client: Client;
  #waiting = false;

  constructor(core: Core<null>, client: Client) {
    super(core);
    this.#client = client;
  }

  protected override flushWhenReady(): void {
    if (this.#waiting) this.#client.faults.push('waits twice');
    this.#waiting = true;
  }

  toggle(ready: boolean): void {
    const waiting = this.#waiting;
    this.ready = ready;
    if (!ready) return;
    this.#waiting = false;
    if (waiting) this.flush();
  }

  override write(messages: Outgoing): void {
    if (this.#client.wire !== this) return;
    for (const payload of payloads(messages)) this.#client.take(JSON.parse(payload.toString()));
  }

  protected override end(code: number, reason: string): void {
    if (this.#client.wire === this) this.#client.wire = null;
    super.end(code, reason);
  }
}

const number = fc.nat(50);
const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('commit' as const), number }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('announce' as const), number }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wake' as const), number }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('repeat' as const), number }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('connect' as const), number }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('drop' as const), number }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('answer' as const), number }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('turn' as const), number }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stall' as const), number }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('check' as const), number }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('start over' as const), number }) },
);

function pick<T>(list: readonly T[], choice: number): T | undefined {
  return list[choice % Math.max(1, list.length)];
}

test('whatever happens in whatever order, every client gets everything once and in order', async () => {
  const property = fc.asyncProperty(
    fc.array(action, { minLength: 5, maxLength: 60 }),
    fc.integer({ min: 1, max: 3 }),
    fc.boolean(),
    async (actions, population, late) => {
      const database = new Database(late);
      const errors: unknown[] = [];
      const core = new Core<null>({
        store: database,
        onConnect: async () => ({ user: '', channels: CHANNELS, state: null }),
        onError: (error) => errors.push(error),
        clock: manualClock(),
      });
      const clients = Array.from({ length: population }, () => new Client());
      const committed: { channel: string; publication: Place & { json: string } }[] = [];
      const announced: typeof committed = [];
      const tell = ({ channel, publication }: (typeof committed)[number]) => core.hub.publish(channel, publication);

      for (const { do: what, number: choice } of actions) {
        const channel = pick(CHANNELS, choice) ?? '';
        const client = pick(clients, choice);
        if (what === 'commit') committed.push({ channel, publication: database.append(channel) });
        if (what === 'announce' && committed.length > 0) {
          const [one] = committed.splice(choice % committed.length, 1);
          if (one !== undefined) announced.push(one);
          if (one !== undefined) tell(one);
        }
        if (what === 'wake') core.hub.wake(channel, database.append(channel).offset);
        if (what === 'repeat') for (const one of announced.slice(-1 - (choice % 5))) tell(one);
        if (what === 'connect') client?.connect(core);
        if (what === 'drop') client?.drop();
        if (what === 'answer') database.release(choice);
        if (what === 'turn') await turns(1 + (choice % 3));
        if (what === 'stall') client?.wire?.toggle(choice % 2 === 0);
        if (what === 'check') void core.hub.check();
        if (what === 'start over') database.startOver();
      }

      database.releaseAll();
      for (const one of committed) tell(one);
      for (let round = 0; round < 4; round++) {
        for (const client of clients) client.connect(core);
        for (const client of clients) client.wire?.toggle(true);
        await turns(4);
        await core.hub.check();
        await turns(4);
      }
      const tops = await database.read(CHANNELS.map((channel) => ({ channel, since: null, limit: 1 })));
      const ends = [...tops].map(([channel, { epoch, top }]) => [channel, { epoch, offset: top }]);
      expect(errors).toEqual([]);
      for (const { faults, places } of clients) {
        expect(faults).toEqual([]);
        expect([...places]).toEqual(ends);
      }
      for (const client of clients) client.drop();
      await turns(1);
      expect({ channels: core.hub.size, sessions: core.sessions.size, transports: core.transports.size }).toEqual({
        channels: 0,
        sessions: 0,
        transports: 0,
      });
    },
  );
  await fc.assert(property, { numRuns: Number(process.env.PROPERTY_RUNS ?? 300) });
}, 60_000);
