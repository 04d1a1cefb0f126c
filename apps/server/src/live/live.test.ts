import { createServer } from 'node:http';
import { createMemoryStore } from '@switchboard/centrifuge-server';
import { closeCodes } from '@switchboard/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OperatorActor } from '../actor.ts';
import { createLog } from '../log.ts';
import { type Listener, listen } from '../testing/listen.ts';
import { createLive, type Live } from './live.ts';

const actor = (signInId: string): OperatorActor => ({
  kind: 'operator',
  operatorId: 101,
  companyId: 1,
  organizationId: 24,
  name: 'John Smith',
  role: 'OPERATOR',
  signInId,
  login: signInId,
  expiresAt: Date.now() + 3600_000,
});

let live: Live;
let url: string;
/** Lets handshakes go on that have looked at their token and wait for their history. */
let letGo: () => void;
let held: Promise<void>;
let waiting: Promise<void>;
let stop: () => Promise<void>;

beforeEach(async () => {
  const memory = createMemoryStore();
  let begun = () => {};
  waiting = new Promise((resolve) => (begun = resolve));
  held = new Promise((resolve) => (letGo = resolve));
  live = createLive({
    epoch: 'one',
    clock: { now: () => Date.now() },
    log: createLog('silent'),
    store: {
      async read(asked) {
        begun();
        await held;
        return memory.read(asked);
      },
    },
    authenticate: async (token) => actor(token),
    feedsOf: async () => ['operator:101'],
    connected() {},
    disconnected() {},
    origins: { mayOpen: () => true, mayConnect: async () => true },
    addressOf: () => '',
    perAddress: 0,
    perToken: 0,
  });
  const http = createServer();
  http.on('upgrade', (request, socket, head) => live.server.handleUpgrade(request, socket, head));
  await new Promise<void>((resolve) => http.listen(0, resolve));
  const address = http.address();
  url = `http://localhost:${typeof address === 'object' && address ? address.port : 0}`;
  stop = async () => {
    await live.server.close();
    http.close();
  };
});
afterEach(() => stop());

/** Connects, and in the middle of the handshake, the token found good, these sign-ins are closed. */
async function closedMeanwhile(whose: { operatorId: number; signInId?: string }): Promise<Listener> {
  const connecting = listen(url, 'this sign-in');
  await waiting;
  void live.closeConnections(whose, closeCodes.loggedOut);
  letGo();
  return connecting;
}

test.each([{ operatorId: 101 }, { operatorId: 101, signInId: 'this sign-in' }])(
  'a sign-in that ends in the middle of a handshake leaves no connection: %o',
  async (whose) => {
    const line = await closedMeanwhile(whose);
    expect(await line.disconnected).toEqual(closeCodes.loggedOut);
    expect([...live.server.connections()]).toEqual([]);
  },
);

test.each([{ operatorId: 102 }, { operatorId: 101, signInId: 'another' }])(
  'the end of another sign-in is no concern of this handshake: %o',
  async (whose) => {
    const line = await closedMeanwhile(whose);
    live.signal(['operator:101'], 'heard', {});
    await line.until('heard');
    line.close();
  },
);

test('who signs in after that is welcome', async () => {
  letGo();
  void live.closeConnections({ operatorId: 101 }, closeCodes.operatorNotActive);
  const line = await listen(url, 'a new sign-in');
  live.signal(['operator:101'], 'heard', {});
  await line.until('heard');
  line.close();
});
