import { readFileSync } from 'node:fs';
import type { Centrifuge } from 'centrifuge';
import { expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { commandErrors, disconnects, ReplyError } from './codes.ts';
import type { Options } from './options.ts';
import { type Started, type State, startServer, turns } from './testing.ts';
import { createTokenVerifier } from './tokens.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** Why a connection ends with a code, and what the real client makes of it. */
interface Scene {
  options?: Partial<Options<State>> & { channels?: string[] };
  token?: string;
  /** The client's words do not get out. */
  mute?: true;
  /** At the connected client; without it the connect itself ends so. */
  provoke?(live: Started, one: Centrifuge, socket: WebSocket): unknown;
  /** A code from which it comes back. */
  back?: true;
}

const accept = { user: 'ann', channels: ['news'], state: { data: null } };
/** Sends again only once it was told to. */
let failures = 0;

const scenes: Partial<Record<keyof typeof disconnects, Scene>> = {
  serverError: {
    back: true,
    options: {
      onConnect: async () => {
        if (failures++ === 0) throw new Error('the database is away');
        return accept;
      },
    },
  },
  connectionExpired: {
    back: true,
    options: { pingSeconds: 0, onConnect: async () => ({ ...accept, refresh: true, expiresAt: 1_100_000 }) },
    provoke: (live) => live.clock.advance(125),
  },
  subscriptionExpired: {
    back: true,
    options: { onConnect: async () => ({ ...accept, grants: { news: { expiresAt: 1_010_000 } } }) },
    provoke: (live) => live.clock.advance(10),
  },
  slow: {
    back: true,
    options: { maxQueueBytes: 200_000 },
    async provoke(live, _one, socket) {
      socket.pause();
      while (live.server.stats().connections > 0) {
        live.publish('news', 'x'.repeat(60_000));
        await turns(1);
      }
      socket.resume();
    },
  },
  insufficientState: {
    back: true,
    provoke: (live) => live.server.publish('news', { epoch: 'of another database', offset: 1, json: '1' }),
  },
  // No turn of the event loop between ping and deadline: the answer cannot come in time.
  noPong: { back: true, provoke: (live) => live.clock.advance(33) },
  invalidToken: { token: 'rubbish', options: { tokens: createTokenVerifier({ secret: 'secret' }) } },
  badRequest: { provoke: (_live, one) => void one.rpc('m', 'x'.repeat(70_000)).catch(() => {}) },
  stale: { mute: true },
  forceDisconnect: { provoke: (live) => live.server.api.disconnect('ann') },
  connectionLimit: { options: { maxConnections: 0 } },
  channelLimit: { options: { maxChannels: 1, channels: ['one', 'two'] } },
  inappropriateProtocol: { provoke: (live) => live.server.api.publish('news', new Uint8Array([255])) },
  notAvailable: { provoke: (_live, one) => one.send('unasked') },
  expired: {
    back: true,
    options: { onConnect: async () => ({ ...accept, expiresAt: failures++ === 0 ? 1_010_000 : 9_000_000 }) },
    provoke: (live) => live.clock.advance(10),
  },
  shutdown: { back: true, provoke: (live) => void live.server.close() },
};

/** Codes and reasons as Centrifugo's documentation has them; 3014 and 4001 are of its Go library and of our own. */
const documented = {
  3000: 'connection closed',
  3001: 'shutdown',
  3004: 'internal server error',
  3005: 'connection expired',
  3006: 'subscription expired',
  3008: 'slow',
  3009: 'write error',
  3010: 'insufficient state',
  3011: 'force reconnect',
  3012: 'no pong',
  3013: 'too many requests',
  3014: 'state invalidated',
  3500: 'invalid token',
  3501: 'bad request',
  3502: 'stale',
  3503: 'force disconnect',
  3504: 'connection limit',
  3505: 'channel limit',
  3506: 'inappropriate protocol',
  3507: 'permission denied',
  3508: 'not available',
  3509: 'too many errors',
  4001: 'expired',
};
const documentedErrors = {
  100: 'internal server error',
  101: 'unauthorized',
  102: 'unknown channel',
  103: 'permission denied',
  104: 'method not found',
  105: 'already subscribed',
  106: 'limit exceeded',
  107: 'bad request',
  108: 'not available',
  109: 'token expired',
  110: 'expired',
  111: 'too many requests',
  112: 'unrecoverable position',
};

test('codes, reasons and messages are the documented ones', () => {
  expect(Object.fromEntries(Object.values(disconnects).map(({ code, reason }) => [code, reason]))).toEqual(documented);
  const errors = Object.values(commandErrors).map(({ code, message }) => [code, message]);
  expect(Object.fromEntries(errors)).toEqual(documentedErrors);
});

/** The application may say them; this server does not by itself. */
const neverSent = [
  'writeError',
  'forceReconnect',
  'tooManyRequests',
  'stateInvalidated',
  'permissionDenied',
  'tooManyErrors',
];

test('every documented code is provoked here, or known never to be sent, and the README knows both', () => {
  // 3000 is no reason: it is what the application is told when the other side went.
  expect([...Object.keys(scenes), ...neverSent, 'closed'].sort()).toEqual(Object.keys(disconnects).sort());
  const codes = [...Object.values(disconnects), ...Object.values(commandErrors)].map(({ code }) => code);
  expect(codes.filter((code) => !readme.includes(String(code)))).toEqual([]);
});

test.each(Object.entries(scenes))(
  '%s: the code and its reason reach the real client, and it does what they ask',
  async (name, scene) => {
    failures = 0;
    const { code, reason } = disconnects[name as keyof typeof disconnects];
    const live: Started = await startServer(scene.options ?? {});
    const closed: unknown[] = [];
    const sockets: WebSocket[] = [];
    class Watched extends WebSocket {
      constructor(...args: ConstructorParameters<typeof WebSocket>) {
        super(...args);
        sockets.push(this);
        if (scene.mute) this.send = () => {};
        this.on('close', (closeCode, why) => closed.push([closeCode, why.toString()]));
      }
    }
    const one = live.client({ websocket: Watched, token: scene.token ?? '' });
    let connections = 0;
    const ended = new Promise<{ code: number; reason: string }>((resolve) => one.on('disconnected', resolve));
    one.on('connected', () => connections++);
    one.connect();
    if (scene.provoke !== undefined) await expect.poll(() => connections).toBe(1);
    if (scene.provoke !== undefined && sockets[0] !== undefined) await scene.provoke(live, one, sockets[0]);
    const look = () => {
      if (scene.mute) live.clock.advance(10);
      return closed[0];
    };
    await expect.poll(look).toEqual([code, reason]);
    if (!scene.back) {
      expect(await ended).toEqual({ code, reason });
    } else if (name === 'shutdown') {
      await expect.poll(() => sockets.length).toBeGreaterThan(2);
      expect(one.state).toBe('connecting');
    } else {
      await expect.poll(() => connections).toBe(scene.provoke === undefined ? 1 : 2);
    }
  },
);

const everything: Partial<Options<State>> = {
  channel: (name) => (name === 'none' ? null : { history: name !== 'fleeting', presence: name !== 'fleeting' }),
  onSubscribe: async () => true,
  onHistory: async () => true,
  async onRpc(_connection, method) {
    if (method === 'own') throw new ReplyError(400, 'of the application');
    throw new Error('out of order');
  },
};

test.each([
  ['internal', 'rpc', 'fails', {}],
  ['unknownChannel', 'history', 'none', { limit: 1 }],
  ['permissionDenied', 'publish', 'news', 1],
  ['notAvailable', 'history', 'fleeting', { limit: 1 }],
  ['unrecoverablePosition', 'history', 'news', { limit: 1, since: { offset: 1, epoch: 'another' } }],
] as const)('error %s reaches the caller of the real client', async (name, method, first, second) => {
  const { code, message, ...rest } = commandErrors[name];
  const live: Started = await startServer(everything);
  const one = live.client();
  one.connect();
  const calls = {
    rpc: () => one.rpc(first, second),
    publish: () => one.publish(first, second),
    history: () => one.history(first, second as object),
  };
  await expect(calls[method]()).rejects.toMatchObject({ code, message, temporary: 'temporary' in rest });
});

test.each([
  ['alreadySubscribed', 'news', {}],
  ['unknownChannel', 'none', {}],
  ['limitExceeded', 'another', { maxChannels: 1 }],
  ['permissionDenied', 'another', { onSubscribe: async () => false }],
] as const)('error %s reaches a subscription of the real client', async (name, channel, options) => {
  const { code } = commandErrors[name];
  const live: Started = await startServer({ ...everything, ...options });
  const one = live.client();
  const subscription = one.newSubscription(channel);
  const told = new Promise<number>((resolve) => {
    subscription.on('error', ({ error }) => resolve(error.code));
    subscription.on('unsubscribed', (context) => resolve(context.code));
  });
  one.connect();
  await one.ready();
  subscription.subscribe();
  expect(await told).toBe(code);
});

test('every end is counted by its code, also of who never connected', async () => {
  const live: Started = await startServer({ connectSeconds: 1 });
  const [silent, rude, gone, good] = [await live.raw(), await live.raw(), await live.raw(), await live.raw()];
  rude.send({ id: 1, rpc: {} });
  await rude.closed;
  gone.socket.terminate();
  await good.connect();
  live.clock.advance(1);
  await silent.closed;
  for (const connection of live.server.connections()) connection.disconnect(4500, 'bye');
  await good.closed;
  await vi.waitUntil(() => live.server.stats().ended[3000] === 1);
  expect(live.server.stats().ended).toEqual({ 3000: 1, 3501: 1, 3502: 1, 4500: 1 });
});
