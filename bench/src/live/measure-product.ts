import { type Helper, startHelper } from '../helper-process.ts';
import { printProfile, profileOptions } from '../profile.ts';
import type { Report } from '../report.ts';
import { type ServerProcess, startServer } from '../server-process.ts';
import { tempFolder } from '../temp-folder.ts';
import { type Connected, type CrowdAnswer, type CrowdCommand, together } from './crowd-protocol.ts';
import { collectGarbage, inspectorOf } from './inspector.ts';
import type { Missed } from './missed-events.ts';
import { connectionsAllowed, noteLimit } from './open-files.ts';

const missedEach = 10;
const warmed = 500;
const settleMs = 4000;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
type Crowd = Helper<CrowdCommand, CrowdAnswer>;

/** The whole product: clients with tokens of its own, history in its database. */
export async function measureProduct(report: Report, profile?: string): Promise<void> {
  const count = connectionsAllowed();
  report.head(`live-product: ${count} connections of clients, SQLite`);
  noteLimit(report, count);
  const data = tempFolder();
  const crowd: Crowd = startHelper(new URL('./crowd.ts', import.meta.url));
  const events = startHelper<Missed, null>(new URL('./missed-events.ts', import.meta.url));

  const first = await startServer({ data: data.path });
  await crowd.ask({ do: 'make', port: first.port, count });
  await first.stop();

  // A fresh process: memory that making the clients took must not hide what connections take.
  const server = await startServer({ data: data.path, nodeOptions: ['--inspect=127.0.0.1:0'] });
  const { clientIds } = await measureMemory(report, server, crowd, count);
  const miss = () => events.ask({ dataFolder: data.path, clientIds, count: missedEach });

  await crowd.ask({ do: 'drop' });
  await miss();
  await measureStorm(report, 'liveProduct.storm', server, crowd, count);

  await server.stop();
  await crowd.ask({ do: 'drop' });
  await miss();
  const name = 'live-storm';
  const nodeOptions = profile === undefined ? [] : profileOptions(profile, name);
  const restarted = await startServer({ data: data.path, nodeOptions });
  await measureStorm(report, 'liveProduct.stormAfterRestart', restarted, crowd, count);
  await restarted.stop();
  if (profile !== undefined) printProfile(report, profile, name);
  await Promise.all([crowd.stop(), events.stop()]);
  await data.remove();
}

async function connect(crowd: Crowd, port: number, count: number): Promise<Connected> {
  const connected = await crowd.ask({ do: 'connect', port, count, together });
  if (!connected) throw new Error('the crowd told nothing');
  return connected;
}

async function measureMemory(report: Report, server: ServerProcess, crowd: Crowd, count: number): Promise<Connected> {
  const inspector = inspectorOf(server.errorOutput());
  if (inspector === undefined) throw new Error('the server started without an inspector');
  // What the first connections need once (compiled code, prepared statements) is not a connection's memory.
  await connect(crowd, server.port, warmed);
  await crowd.ask({ do: 'drop' });
  await wait(1000);
  await collectGarbage(inspector);
  const before = server.rssKb();
  const cpu = server.cpuMs();
  const connected = await connect(crowd, server.port, count);
  const cpuEach = (server.cpuMs() - cpu) / count;
  await wait(settleMs);
  const settled = server.rssKb();
  await collectGarbage(inspector);
  const after = server.rssKb();
  report.line('liveProduct.memoryPerConnection', (after - before) / count, 'KB', { atMost: 12 });
  report.line('liveProduct.memoryPerConnection.beforeCollection', (settled - before) / count, 'KB');
  report.line('liveProduct.memory.with0', before / 1024, 'MB');
  report.line(`liveProduct.memory.with${count}`, after / 1024, 'MB');
  report.line('liveProduct.connect.perSecond', count / connected.seconds, '/s');
  report.line('liveProduct.connect.serverCpu', cpuEach, 'ms');
  return connected;
}

async function measureStorm(report: Report, name: string, server: ServerProcess, crowd: Crowd, count: number) {
  const cpu = { server: server.cpuMs(), crowd: crowd.cpuMs() };
  const storm = await connect(crowd, server.port, count);
  const unrecovered = count - storm.recovered + Math.abs(count * missedEach - storm.caughtUp) + storm.outOfOrder;
  report.line(name, storm.seconds, 's', { atMost: 5 });
  report.line(`${name}.notRecovered`, unrecovered, '', { atMost: 0 });
  report.line(`${name}.reply.p50`, storm.reply.p50, 'ms');
  report.line(`${name}.reply.p99`, storm.reply.p99, 'ms');
  report.line(`${name}.serverCpuPerConnect`, (server.cpuMs() - cpu.server) / count, 'ms');
  report.line(`${name}.crowdCpuPerConnect`, (crowd.cpuMs() - cpu.crowd) / count, 'ms');
  if (storm.triedAgain > 0) report.note(`${storm.triedAgain} connections were closed before a reply and tried again.`);
}
