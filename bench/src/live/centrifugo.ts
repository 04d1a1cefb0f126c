import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { onEnd } from '../cleanup.ts';
import { cpuOf, rssOf } from '../proc.ts';
import type { Report } from '../report.ts';
import type { TempFolder } from '../temp-folder.ts';
import { type Contender, cores, heardOf, startLoad, type Work } from './contenders.ts';
import { everybody, feedOf, secret } from './engine-protocol.ts';
import type { FloorPrograms } from './floor-programs.ts';

const key = 'bench';
const longestStartMs = 10_000;
const feedsAtOnce = 100;
const batchesOfBurst = 2;
const filler = 'x'.repeat(200);
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export interface Centrifugo extends Contender {
  memoryPerConnectionKb: number;
}

/** A real Centrifugo, v6, on one core with the engine's work; what is published goes over its HTTP API. */
export async function startCentrifugo(
  report: Report,
  program: string,
  { programs, folder, hellos, count }: { programs: FloorPrograms; folder: TempFolder; hellos: string; count: number },
): Promise<Centrifugo> {
  const port = await freePort();
  const config = join(folder.path, `centrifugo-${count}.json`);
  writeFileSync(config, JSON.stringify(configOf(port)));
  const child = spawn('taskset', ['-c', String(cores.server), program, '--config', config], {
    env: { ...process.env, GOMAXPROCS: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const gone = once(child, 'exit');
  const stop = onEnd(async () => {
    child.kill('SIGKILL');
    await gone;
  });
  const { pid = 0 } = child;
  await answering(port);
  const before = { rss: rssOf(pid), cpu: cpuOf(pid) };
  const load = await startLoad(programs, port, hellos);
  const memoryPerConnectionKb = (rssOf(pid) - before.rss) / count;
  report.line(`live.centrifugo.memoryPerConnection${count}`, memoryPerConnectionKb, 'KB');
  report.line(`live.centrifugo.connectCpu${count}`, ((cpuOf(pid) - before.cpu) / count) * 1e3, 'µs');
  return {
    memoryPerConnectionKb,
    run: (work) =>
      heardOf(load, { ...work, unit: 0 }, async () => {
        const started = { at: performance.now(), cpu: cpuOf(pid) };
        const sent = await publishAll(port, work, count);
        const seconds = (performance.now() - started.at) / 1000;
        return { sent, counted: sent, seconds, cpu: (cpuOf(pid) - started.cpu) / 1000 };
      }),
    stop: async () => void (await Promise.all([load.stop(), stop()])),
  };
}

function configOf(port: number): object {
  return {
    http_server: { address: '127.0.0.1', port: String(port) },
    http_api: { key },
    usage_stats: { disabled: true },
    log: { level: 'error' },
    websocket: { handler_prefix: '/connection/websocket' },
    client: { allowed_origins: ['*'], token: { hmac_secret_key: secret } },
    channel: { namespaces: [{ name: 'feed', history_size: 100, history_ttl: '300s', force_recovery: true }] },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answering(port: number): Promise<void> {
  const ends = performance.now() + longestStartMs;
  while (performance.now() < ends) {
    if (await post(port, 'info', {}).catch(() => false)) return;
    await wait(50);
  }
  throw new Error('Centrifugo does not answer');
}

async function post(port: number, method: string, body: object): Promise<boolean> {
  const headers = { 'X-API-Key': key, 'Content-Type': 'application/json' };
  const response = await fetch(`http://127.0.0.1:${port}/api/${method}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  await response.arrayBuffer();
  return response.ok;
}

const publication = (channel: string) => ({ channel, data: { t: Number(process.hrtime.bigint()), text: filler } });
const batchOf = (channels: string[]) => ({ commands: channels.map((one) => ({ publish: publication(one) })) });

/** How many deliveries it asked for. */
async function publishAll(port: number, work: Work, count: number): Promise<number> {
  if (work.do === 'steady') {
    const started = performance.now();
    for (let one = 0; one < work.count; one++) {
      await wait(Math.max(0, started + (one * 1000) / work.perSecond - performance.now()));
      await post(port, 'publish', publication(everybody));
    }
    return work.count * count;
  }
  let sent = 0;
  let next = 0;
  const ends = performance.now() + work.seconds * 1000;
  const atOnce = work.do === 'burst' ? batchesOfBurst : work.window / feedsAtOnce;
  const publish = async (): Promise<void> => {
    while (performance.now() < ends) {
      const channels =
        work.do === 'burst'
          ? new Array<string>(work.joined).fill(everybody)
          : Array.from({ length: feedsAtOnce }, () => feedOf(next++ % count));
      await post(port, 'batch', batchOf(channels));
      sent += work.do === 'burst' ? work.joined * count : feedsAtOnce;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, publish));
  return sent;
}
