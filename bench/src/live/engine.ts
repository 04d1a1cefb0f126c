import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import {
  acceptClaims,
  createCentrifugeServer,
  createMemoryStore,
  createTokenVerifier,
  disconnects,
  Refuse,
} from '@switchboard/centrifuge-server';
import { serveHelper } from '../helper-process.ts';
import {
  type EngineAnswer,
  type EngineCommand,
  everybody,
  feedOf,
  type Held,
  type Ran,
  secret,
} from './engine-protocol.ts';

/** The engine alone in a process of its own: tokens are checked, limits hold, history is in memory. */
const store = createMemoryStore({ size: 100 });
const live = createCentrifugeServer<null>({
  store,
  tokens: createTokenVerifier({ secret }),
  allowOrigin: ({ headers }) => headers.origin === undefined || headers.origin === headers.host,
  maxConnections: 100_000,
  async onConnect({ claims }) {
    if (claims === undefined) throw new Refuse(disconnects.invalidToken.code, disconnects.invalidToken.reason);
    return acceptClaims(claims, null);
  },
});
const filler = 'x'.repeat(200);
const turn = () => new Promise((resolve) => setImmediate(resolve));
let bytesHeard = 0;
let whenHeard: () => void = () => {};

const http = createServer();
http.on('upgrade', (request, socket, head) => {
  if (request.url !== '/control') return live.handleUpgrade(request, socket, head);
  socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
  (socket as Socket).setNoDelay().on('error', () => {});
  socket.on('data', (bytes: Buffer) => {
    bytesHeard += bytes.length;
    whenHeard();
  });
});

serveHelper<EngineCommand, EngineAnswer>(async (command) => {
  switch (command.do) {
    case 'listen':
      await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', 1024, resolve));
      return { port: (http.address() as AddressInfo).port };
    case 'steady':
      return measured(() => steady(command.perSecond, command.count));
    case 'burst': {
      const { connections } = live.stats();
      return measured(() =>
        closedLoop(command, connections * command.joined, () => toAll(command.joined, connections)),
      );
    }
    case 'feeds': {
      const { connections } = live.stats();
      return measured(() => closedLoop(command, 1, (open) => toFeeds(open, connections)));
    }
    case 'miss':
      for (let one = 0; one < command.each; one++) for (let to = 0; to < command.feeds; to++) publish(feedOf(to));
      return null;
    case 'hold':
      return held(command.count);
    case 'look':
      return look(command.collect);
  }
});

function publish(channel: string): void {
  live.publish(channel, store.append(channel, `{"t":${process.hrtime.bigint()},"text":"${filler}"}`));
}

function toAll(count: number, connections: number): number {
  for (let one = 0; one < count; one++) publish(everybody);
  return count * connections;
}

let nextFeed = 0;
const feedsAtOnce = 100;

function toFeeds(open: number, connections: number): number {
  const count = Math.min(open, feedsAtOnce);
  for (let one = 0; one < count; one++) publish(feedOf(nextFeed++ % connections));
  return count;
}

async function measured(run: () => Promise<{ sent: number; counted: number }>): Promise<Ran> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const ran = await run();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { ...ran, seconds, cpu: (user + system) / 1e6 };
}

async function steady(perSecond: number, count: number) {
  const started = performance.now();
  const before = live.stats().deliveries;
  for (let one = 0; one < count; one++) {
    const late = performance.now() - started - (one * 1000) / perSecond;
    if (late < 0) await new Promise((resolve) => setTimeout(resolve, -late));
    publish(everybody);
  }
  // The last one is written in the turns that follow; a timer comes only between two of its slices.
  await new Promise((resolve) => setTimeout(resolve, 1000 / perSecond));
  const sent = live.stats().deliveries - before;
  return { sent, counted: sent };
}

/** Sends whenever at least `least` more deliveries may be on their way. */
async function closedLoop(
  { seconds, window, unit }: { seconds: number; window: number; unit: number },
  least: number,
  send: (open: number) => number,
) {
  const ends = performance.now() + seconds * 1000;
  const before = bytesHeard;
  const heard = () => (bytesHeard - before) * unit;
  let sent = 0;
  while (performance.now() < ends) {
    const open = window - (sent - heard());
    if (open >= least) sent += send(open);
    if (window - (sent - heard()) >= least) await turn();
    else await moreHeard();
  }
  return { sent, counted: heard() };
}

const moreHeard = (): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, 50);
    whenHeard = () => {
      clearTimeout(timer);
      resolve();
    };
  });

/** A chain of turns sees what comes between two of them. */
async function held(count: number): Promise<Held> {
  const result: Held = { cpu: [], clock: [] };
  for (let one = 0; one < count; one++) {
    const longest = { cpu: 0, clock: 0 };
    let cpu = threadCpu();
    let clock = performance.now();
    const ends = clock + 200;
    publish(everybody);
    while (clock < ends) {
      await turn();
      const now = { cpu: threadCpu(), clock: performance.now() };
      longest.cpu = Math.max(longest.cpu, now.cpu - cpu);
      longest.clock = Math.max(longest.clock, now.clock - clock);
      ({ cpu, clock } = now);
    }
    result.cpu.push(longest.cpu);
    result.clock.push(longest.clock);
  }
  return result;
}

function threadCpu(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

async function look(collect: boolean) {
  if (collect) for (let one = 0; one < 2; one++) globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { connections, recovered, notRecovered } = live.stats();
  return { cpu: (user + system) / 1e6, rssKb: process.memoryUsage.rss() / 1024, connections, recovered, notRecovered };
}
