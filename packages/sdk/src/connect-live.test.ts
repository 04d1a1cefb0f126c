import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectLive, type Live, type LiveState } from './connect-live.ts';

// A socket whose other end is the least of the protocol: it answers the n-th connect with the n-th reply.
type Feed = Record<string, unknown>;
let live: Live | undefined;
let connects: { data: unknown; subs?: unknown }[];
let sockets: FakeSocket[];
let replies: Record<string, Feed>[];

class FakeSocket {
  onopen?: () => void;
  onmessage?: (event: { data: string }) => void;
  onclose?: (event: { code: number; reason: string }) => void;
  readyState = 1;

  constructor() {
    sockets.push(this);
    queueMicrotask(() => this.onopen?.());
  }
  send(text: string): void {
    const { id, connect } = JSON.parse(text) as { id: number; connect: { data: unknown } };
    connects.push(connect);
    queueMicrotask(() => this.push({ id, connect: { client: 'c', version: '1', subs: replies.shift() ?? {} } }));
  }
  push(frame: unknown): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  close(code = 1006, reason = ''): void {
    queueMicrotask(() => this.onclose?.({ code, reason }));
  }
}

beforeEach(() => {
  connects = [];
  sockets = [];
  replies = [];
});
afterEach(() => live?.close());

const feed = (more: Feed = {}): Feed => ({ recoverable: true, positioned: true, epoch: 'e', offset: 0, ...more });
const event = (n: number) => ({ data: { event: 'typing', data: { n }, at: '' }, offset: n });

function start(onEvent: (event: unknown) => void = () => {}) {
  const log: string[] = [];
  const waiting: { name: string; done: () => void }[] = [];
  const say = (entry: string) => {
    log.push(entry);
    const found = waiting.findIndex((w) => entry.startsWith(w.name));
    if (found >= 0) waiting.splice(found, 1)[0]?.done();
  };
  const until = (name: string) => new Promise<void>((done) => waiting.push({ name, done }));
  live = connectLive({
    url: 'ws://example',
    getToken: () => `token-${connects.length + 1}`,
    onEvent: (e) => {
      say('event');
      onEvent(e);
    },
    onReload: (cause) => say(`reload ${cause}`),
    onState: (s: LiveState) => say(s.name === 'connected' ? `connected ${s.caughtUp}` : s.name),
    onError: () => say('error'),
    websocket: FakeSocket,
  });
  return { log, until };
}

test('the first connect asks for a load once, whatever the number of feeds', async () => {
  replies = [{ a: feed(), b: feed() }];
  const { log, until } = start();
  await until('connected');
  expect(log).toEqual(['connecting', 'reload first', 'connected null']);
  expect(connects[0]?.data).toEqual({ application: 'notifications', settings: { token: 'token-1' } });
});

test('after a lost connection the missed events are handed over and counted, without a load', async () => {
  replies = [{ a: feed() }, { a: feed({ was_recovering: true, recovered: true, publications: [event(1), event(2)] }) }];
  const { log, until } = start();
  await until('connected');
  sockets[0]?.close();
  await until('connected');
  expect(log.slice(3)).toEqual(['reconnecting', 'event', 'event', 'connected 2']);
  expect(connects[1]).toMatchObject({ data: { settings: { token: 'token-2' } }, subs: { a: { recover: true } } });
});

test('when the server no longer holds what was missed, a load is asked for', async () => {
  replies = [{ a: feed() }, { a: feed({ was_recovering: true }) }];
  const { log, until } = start();
  await until('connected');
  sockets[0]?.close();
  await until('connected');
  expect(log.slice(3)).toEqual(['reconnecting', 'reload gap', 'connected 0']);
});

test.each([
  ['added', { a: feed({ was_recovering: true, recovered: true }), b: feed() }],
  ['gone', {}],
])('when a feed is %s after coming back, a load is asked for', async (_, after) => {
  replies = [{ a: feed() }, after];
  const { log, until } = start();
  await until('connected');
  sockets[0]?.close(4002, 'what you hear has changed');
  await until('connected');
  expect(log.slice(3)).toEqual(['reconnecting', 'reload feed', 'connected 0']);
});

test('an event handler that throws does not end the connection', async () => {
  replies = [{ a: feed() }];
  const { log, until } = start(() => {
    throw new Error('broken handler');
  });
  await until('connected');
  for (const n of [1, 2]) {
    const next = until('error');
    sockets[0]?.push({ push: { channel: 'a', pub: event(n) } });
    await next;
  }
  expect(log.filter((entry) => entry === 'event')).toHaveLength(2);
});

test('a close for good is told as stopped', async () => {
  replies = [{ a: feed() }];
  const { log, until } = start();
  await until('connected');
  sockets[0]?.close(4504, 'signed in elsewhere');
  await until('stopped');
  expect(log.at(-1)).toBe('stopped');
});
