import { join } from 'node:path';
import { paths } from '@switchboard/protocol';
import { demo } from '../demo.ts';
import { runAll } from '../drivers.ts';
import { type Engine, onEngines } from '../engines.ts';
import { type Helper, startHelper } from '../helper-process.ts';
import { HttpConnection } from '../http-connection.ts';
import { allOnline, type Client, makeClients, makeOperators } from '../messages/people.ts';
import { latenciesOf } from '../percentiles.ts';
import type { Cluster } from '../postgres-cluster.ts';
import { cpuOf, cpuOfMachine } from '../proc.ts';
import type { Report } from '../report.ts';
import { type ServerProcess, startServer } from '../server-process.ts';
import { tempFolder } from '../temp-folder.ts';
import { type Disk, openDisk } from './disk.ts';
import type { OperatorsCommand } from './operators.ts';
import { freePlaces, makeQueue, queue, sessionId } from './queue.ts';
import { timesOf } from './transaction-times.ts';

const warmUp = 30;
const decisions = 700;
const mostMs = 20;
const longestHearingMs = 5000;

export async function measureRouting(report: Report, engines: readonly Engine[]): Promise<void> {
  const what = `${queue.operators} operators online, ${queue.inHelp} sessions in help`;
  await onEngines(
    report,
    engines,
    (engine) => `routing, ${engine}: ${what}`,
    (engine, cluster) => measureOn(report, engine, cluster),
  );
}

async function measureOn(report: Report, engine: Engine, cluster: Cluster | undefined): Promise<void> {
  const folder = tempFolder();
  const server = await startServer({ data: folder.path, databaseUrl: cluster?.url });
  const connection = await HttpConnection.open(server.port);
  const tokens = await makeOperators(connection, queue.operators);
  const admin = await connection.call<{ token: string }>(...paths.login, '', demo.admin);
  const at = cluster?.url ?? join(folder.path, 'switchboard.db');
  const each = warmUp + decisions;
  await runAll(engine, at, makeQueue(Date.now(), each));
  const clients = await makeClients(server.port, 2 * each, 8);
  const operators: Operators = startHelper(new URL('./operators.ts', import.meta.url));
  await operators.ask({ do: 'connect', port: server.port, tokens });
  await allOnline(connection, tokens[0] ?? '', queue.operators);

  const desk: Desk = { report, connection, operators, server, cluster, disk: openDisk(folder.path) };
  const name = `routing.${engine}`;
  const finish = (index: number) => connection.call('DELETE', `/api/v1/sessions/${sessionId(index + 1)}`, admin.token);
  await measure(desk, `${name}.finishedToNext`, each, finish);
  const write = (some: Client[]) => (index: number) =>
    connection.call(...paths.widgetSend, some[index]?.token ?? '', { body: 'Is anybody there?' });
  await measure(desk, `${name}.firstMessageToHelp`, 0, write(clients.slice(0, each)));
  await runAll(engine, at, freePlaces(Date.now()));
  await measure(desk, `${name}.firstMessageToOperator`, each, write(clients.slice(each)));

  desk.disk.close();
  await operators.stop();
  connection.close();
  await server.stop();
  await folder.remove();
}

type Operators = Helper<OperatorsCommand, number>;
interface Desk {
  report: Report;
  connection: HttpConnection;
  operators: Operators;
  server: ServerProcess;
  cluster: Cluster | undefined;
  disk: Disk;
}

/** `assigned`: how many sessions operators must be given by it, neither more nor fewer. */
async function measure(desk: Desk, name: string, assigned: number, decide: (index: number) => Promise<unknown>) {
  const { report, operators, server, cluster } = desk;
  const had = await operators.ask({ do: 'count' });
  const times: number[] = [];
  const disk: number[] = [];
  for (let index = 0; index < warmUp; index++) await decide(index);
  const look = async () => ({
    ...(await timesOf(server.port)),
    server: server.cpuMs(),
    database: cluster?.cpuMs() ?? 0,
    ours: cpuOf(process.pid) + operators.cpuMs(),
    machine: cpuOfMachine(),
    at: performance.now(),
  });
  const before = await look();
  for (let index = warmUp; index < warmUp + decisions; index++) {
    const started = performance.now();
    await decide(index);
    times.push(performance.now() - started);
    disk.push(desk.disk.write());
  }
  const after = await look();
  const spent = (of: keyof typeof after) => after[of] - before[of];
  const { p50, p99 } = latenciesOf(times);
  report.line(`${name}.p50`, p50, 'ms');
  report.line(`${name}.p99`, p99, 'ms', { atMost: mostMs });
  report.line(`${name}.disk.p99`, latenciesOf(disk).p99, 'ms');
  report.line(`${name}.transaction.mean`, spent('sumMs') / spent('count'), 'ms');
  report.line(`${name}.transaction.within20ms`, (100 * spent('within20ms')) / spent('count'), '%', { atLeast: 99 });
  report.line(`${name}.notAsDecided`, Math.abs(assigned - (await heard(operators, had, assigned))), '', { atMost: 0 });
  report.line(`${name}.serverCpu`, spent('server') / decisions, 'ms');
  if (cluster) report.line(`${name}.databaseCpu`, spent('database') / decisions, 'ms');
  const others = spent('machine') - spent('server') - spent('database') - spent('ours');
  report.line(`${name}.othersBusyCores`, others / spent('at'), '');
}

/** What operators hear may come after the answer; what is too much comes as soon. */
async function heard(operators: Operators, had: number, assigned: number): Promise<number> {
  const deadline = performance.now() + longestHearingMs;
  for (;;) {
    const count = (await operators.ask({ do: 'count' })) - had;
    if ((count >= assigned && assigned > 0) || performance.now() > deadline) return count;
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (assigned === 0) return (await operators.ask({ do: 'count' })) - had;
  }
}
