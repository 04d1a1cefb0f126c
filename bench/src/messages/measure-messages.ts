import { join } from 'node:path';
import { type Engine, onEngines } from '../engines.ts';
import { type Helper, startHelper } from '../helper-process.ts';
import type { Cluster } from '../postgres-cluster.ts';
import { cpuOf, cpuOfMachine } from '../proc.ts';
import { printProfile, profileOptions } from '../profile.ts';
import type { Report } from '../report.ts';
import { type ServerProcess, startServer } from '../server-process.ts';
import { tempFolder } from '../temp-folder.ts';
import { type Answer, begun, type Command, type Measured } from './load-protocol.ts';
import type { RawCommand } from './raw-rows.ts';

export interface MessagesOptions {
  engines: readonly Engine[];
  /** A folder for the server's CPU profiles; the figures are then a profiler's. */
  profile: string | undefined;
}

// 256 sessions at the 64 operators: four each, under the demo organization's five.
const people = { clients: 256, operators: 64, connections: 128 };
const warmSeconds = 3;
const seconds = 5;
const rawSeconds = 2;
const leastPerSecond = { sqlite: 5000, postgres: 3000 };

export async function measureMessages(report: Report, options: MessagesOptions): Promise<void> {
  await onEngines(
    report,
    options.engines,
    (engine) => `messages, ${engine}: client POST → commit → operator's socket`,
    (engine, cluster) => measureOn(report, engine, cluster, options.profile),
  );
}

async function measureOn(
  report: Report,
  engine: Engine,
  cluster: Cluster | undefined,
  profile?: string,
): Promise<void> {
  const folder = tempFolder();
  const nodeOptions = profile === undefined ? [] : profileOptions(profile, `messages-${engine}`);
  const server = await startServer({ data: folder.path, databaseUrl: cluster?.url, nodeOptions });
  const load = startHelper<Command, Answer>(new URL('./load.ts', import.meta.url));
  const prepared = await load.ask({ do: 'prepare', port: server.port, ...people });
  const bare = startHelper<RawCommand, number>(new URL(`./raw-${engine}.ts`, import.meta.url));
  await bare.ask({ do: 'prepare', at: cluster?.url ?? join(folder.path, 'switchboard.db') });

  // Before and after: a machine that grows slower meanwhile must not flatter either.
  const rawBefore = await bare.ask({ do: 'run', seconds: rawSeconds });
  const full = await runWatched({ server, load, cluster }, { do: 'run', warmSeconds, seconds });
  const rawAfter = await bare.ask({ do: 'run', seconds: rawSeconds });
  await bare.stop();
  const rate = full.perSecond / 2;
  const half = await runWatched({ server, load, cluster }, { do: 'run', warmSeconds: 1, seconds, rate });
  await load.stop();
  await server.stop();
  await folder.remove();
  if (profile !== undefined) printProfile(report, profile, `messages-${engine}`);

  const raw = (rawBefore + rawAfter) / 2;
  report.line(`messages.${engine}.perSecond`, full.perSecond, '/s', { atLeast: leastPerSecond[engine] });
  report.line(`messages.${engine}.ofRawEngine`, full.perSecond / raw, '', { atLeast: 0.5 });
  report.line(`messages.${engine}.serverCpu`, full.serverCpuMs, 'ms', { atMost: 0.3 });
  report.line(`messages.${engine}.halfLoad.p99`, half.delivery.p99, 'ms', { atMost: 20 });
  report.line(`messages.${engine}.lostOrDoubled`, faults(full) + faults(half), '', { atMost: 0 });
  report.line(`messages.${engine}.rawPerSecond`, raw, '/s');
  if ('openedPerSecond' in prepared) {
    report.line(`messages.${engine}.sessionsOpenedPerSecond`, prepared.openedPerSecond, '/s');
  }
  tell(report, `messages.${engine}.fullLoad`, full);
  tell(report, `messages.${engine}.halfLoad`, half);
}

interface Watched extends Measured {
  serverCpuMs: number;
  databaseCpuMs: number;
  loadCpuMs: number;
  serverBusy: number;
  /** Cores that other programs of this machine kept busy meanwhile: the more, the less the rates say. */
  othersBusy: number;
}
interface Processes {
  server: ServerProcess;
  load: Helper<Command, Answer>;
  cluster: Cluster | undefined;
}

async function runWatched({ server, load, cluster }: Processes, command: Command): Promise<Watched> {
  const look = () => ({
    machine: cpuOfMachine(),
    own: cpuOf(process.pid),
    server: server.cpuMs(),
    load: load.cpuMs(),
    database: cluster?.cpuMs() ?? 0,
  });
  let before = look();
  let after = before;
  const measured = await load.ask(command, (news) => {
    if (news === begun) before = look();
    else after = look();
  });
  if (!('delivered' in measured)) throw new Error('the load told nothing');
  const spent = (of: keyof typeof after) => after[of] - before[of];
  const each = (of: keyof typeof after) => spent(of) / measured.delivered;
  const others = spent('machine') - spent('own') - spent('server') - spent('load') - spent('database');
  return {
    ...measured,
    serverCpuMs: each('server'),
    databaseCpuMs: each('database'),
    loadCpuMs: each('load'),
    serverBusy: spent('server') / (measured.seconds * 1000),
    othersBusy: others / (measured.seconds * 1000),
  };
}

const faults = (run: Measured): number => run.missing + run.doubled + run.refused;

function tell(report: Report, name: string, run: Watched): void {
  report.line(`${name}.deliveredPerSecond`, run.perSecond, '/s');
  report.line(`${name}.delivered.p50`, run.delivery.p50, 'ms');
  report.line(`${name}.delivered.p99`, run.delivery.p99, 'ms');
  report.line(`${name}.delivered.max`, run.delivery.max, 'ms');
  report.line(`${name}.acknowledged.p50`, run.acknowledgement.p50, 'ms');
  report.line(`${name}.acknowledged.p99`, run.acknowledgement.p99, 'ms');
  report.line(`${name}.serverCpu`, run.serverCpuMs, 'ms');
  if (run.databaseCpuMs > 0) report.line(`${name}.databaseCpu`, run.databaseCpuMs, 'ms');
  report.line(`${name}.loadGeneratorCpu`, run.loadCpuMs, 'ms');
  report.line(`${name}.serverBusyCores`, run.serverBusy, '');
  report.line(`${name}.othersBusyCores`, run.othersBusy, '');
  if (faults(run) > 0) {
    const { acknowledged, missing, doubled, refused, firstRefusal } = run;
    report.note(
      `${acknowledged} acknowledged, ${missing} missing, ${doubled} doubled, ${refused} refused ${firstRefusal}`,
    );
  }
}
