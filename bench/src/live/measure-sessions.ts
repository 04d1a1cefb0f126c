import { launch } from '../../../tools/node.mjs';
import { type Helper, startHelper } from '../helper-process.ts';
import { median } from '../percentiles.ts';
import type { Report } from '../report.ts';
import { cores, portOf } from './contenders.ts';
import { type Connected, type CrowdAnswer, type CrowdCommand, together } from './crowd-protocol.ts';
import type { EngineAnswer, EngineCommand, Look } from './engine-protocol.ts';
import { feedOf } from './engine-protocol.ts';
import { tokenOf } from './engine-tokens.ts';
import { connectionsAllowed, noteLimit } from './open-files.ts';

const missedEach = 10;
const warmed = 500;
/** Besides the first, in which V8 compiles. */
const connectWaves = 5;
const settleMs = 2000;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

type Server = Helper<EngineCommand, EngineAnswer>;
type Crowd = Helper<CrowdCommand, CrowdAnswer>;

/** What ten thousand sessions cost: to come, to stay, and to come back all at once. */
export async function measureSessions(report: Report, centrifugoKb: number | undefined): Promise<void> {
  const count = connectionsAllowed();
  noteLimit(report, count);
  const server: Server = startHelper(
    new URL('./engine.ts', import.meta.url),
    [...launch.flags, '--expose-gc'],
    cores.server,
  );
  const crowd: Crowd = startHelper(new URL('./crowd.ts', import.meta.url), [], cores.load);
  const port = await portOf(server);
  const person = (_: unknown, number: number) => ({
    id: String(number),
    feed: feedOf(number),
    connect: { token: tokenOf(number, []) },
  });
  await crowd.ask({ do: 'take', people: Array.from({ length: count }, person) });
  const connect = () => connected(crowd, port, count);

  // What the first of all need once is not a connection's memory; more of them would leave room that hides it.
  await connected(crowd, port, warmed);
  await dropped(crowd, server);
  const before = await look(server, true);
  await connect();
  await wait(settleMs);
  const idle = await look(server, true);
  const eachKb = (idle.rssKb - before.rssKb) / count;
  report.line('live.memoryPerConnection', eachKb, 'KB', { atMost: 12 });
  if (centrifugoKb !== undefined) {
    report.line('live.memoryPerConnection.ofCentrifugo', eachKb / centrifugoKb, '', { atMost: 1 });
  }
  report.line('live.memory.with0', before.rssKb / 1024, 'MB');
  report.line(`live.memory.with${count}`, idle.rssKb / 1024, 'MB');

  const waves: { cpu: number; perSecond: number }[] = [];
  for (let wave = 0; wave <= connectWaves; wave++) {
    await dropped(crowd, server);
    // Collected before the first alone: with the last connection its shapes go, and with them the code compiled for them.
    const { cpu } = await look(server, wave === 0);
    const { seconds } = await connect();
    waves.push({ cpu: ((await look(server, false)).cpu - cpu) / count, perSecond: count / seconds });
  }
  const [compiling, ...measured] = waves;
  report.line('live.connect.serverCpu', median(measured.map(({ cpu }) => cpu)) * 1e6, 'µs', { atMost: 200 });
  report.line('live.connect.compiling', (compiling?.cpu ?? 0) * 1e6, 'µs');
  report.line('live.connect.perSecond', median(measured.map(({ perSecond }) => perSecond)), '/s');

  await dropped(crowd, server);
  await server.ask({ do: 'miss', feeds: count, each: missedEach });
  await measureStorm(report, server, crowd, count, connect);
  await Promise.all([server.stop(), crowd.stop()]);
}

async function measureStorm(
  report: Report,
  server: Server,
  crowd: Crowd,
  count: number,
  back: () => Promise<Connected>,
) {
  const cpu = { server: await look(server, false), crowd: crowd.cpuMs() };
  const storm = await back();
  const after = await look(server, false);
  const recovered = after.recovered - cpu.server.recovered;
  const unrecovered = count - storm.recovered + Math.abs(count * missedEach - storm.caughtUp) + storm.outOfOrder;
  report.line('live.storm', storm.seconds, 's', { atMost: 3 });
  report.line('live.storm.notRecovered', unrecovered + Math.abs(count - recovered), '', { atMost: 0 });
  report.line('live.storm.reply.p99', storm.reply.p99, 'ms');
  report.line('live.storm.serverCpuPerConnect', ((after.cpu - cpu.server.cpu) / count) * 1e6, 'µs');
  report.line('live.storm.crowdCpuPerConnect', ((crowd.cpuMs() - cpu.crowd) / count) * 1e3, 'µs');
  if (storm.triedAgain > 0) report.note(`${storm.triedAgain} connections were closed before a reply and tried again.`);
}

async function connected(crowd: Crowd, port: number, count: number): Promise<Connected> {
  const answer = await crowd.ask({ do: 'connect', port, count, together });
  if (answer === null) throw new Error('the crowd told nothing');
  return answer;
}

/** Until the server knows of it too. */
async function dropped(crowd: Crowd, server: Server): Promise<void> {
  await crowd.ask({ do: 'drop' });
  while ((await look(server, false)).connections > 0) await wait(50);
}

async function look(server: Server, collect: boolean): Promise<Look> {
  const answer = await server.ask({ do: 'look', collect });
  if (answer === null || !('rssKb' in answer)) throw new Error('the engine told nothing');
  return answer;
}
