import { join } from 'node:path';
import { paths } from '@switchboard/protocol';
import { demo } from '../demo.ts';
import { type Engine, onEngines } from '../engines.ts';
import { startHelper } from '../helper-process.ts';
import { HttpConnection, headOf, requestText } from '../http-connection.ts';
import { latenciesOf } from '../percentiles.ts';
import type { Cluster } from '../postgres-cluster.ts';
import { cpuOf, cpuOfMachine } from '../proc.ts';
import type { Report } from '../report.ts';
import { type ServerProcess, startServer } from '../server-process.ts';
import { tempFolder } from '../temp-folder.ts';
import type { Fill } from './fill.ts';
import { busyOperator, type Size } from './history.ts';
import { type Asked, asked } from './queries.ts';

export interface ListsOptions {
  engines: readonly Engine[];
  messages: number;
}

const sizes = [10_000, 100_000] as const;
const warmUp = 20;
const rounds = 200;
const mostMs = 20;
const mostTimes = 1.5;

/** Both sizes at the same time, in turn: whatever else this machine does befalls both. */
export async function measureLists(report: Report, options: ListsOptions): Promise<void> {
  const past = `among 10 000 and 100 000, ${options.messages / 1_000_000} M messages`;
  await onEngines(
    report,
    options.engines,
    (engine) => `lists, ${engine}: 50 of 200 open sessions, ${past}`,
    (engine, cluster) => measureOn(report, engine, cluster, options.messages),
  );
}

async function measureOn(report: Report, engine: Engine, cluster: Cluster | undefined, messages: number) {
  const started = performance.now();
  const desks: Desk[] = [];
  for (const sessions of sizes) {
    desks.push(await openDesk(report, engine, cluster, { sessions, messages, now: Date.now() }));
  }
  report.line(`lists.${engine}.filled`, (performance.now() - started) / 1000, 's');
  const [small, large] = desks as [Desk, Desk];
  // Not before: the second is filled for longer than a server keeps a connection on which nothing is said.
  for (const desk of desks) desk.connection = await HttpConnection.open(desk.server.port);
  const look = () => ({
    machine: cpuOfMachine(),
    ours: cpuOf(process.pid) + small.server.cpuMs() + large.server.cpuMs() + (cluster?.cpuMs() ?? 0),
    at: performance.now(),
  });
  // All of them, before the first is measured: what a server does for the first time it does slowly, whatever it is.
  for (const one of asked) await ask(one, desks, warmUp);
  const before = look();
  for (const one of asked) await measure(report, `lists.${engine}.${one.name}`, one, small, large);
  const after = look();
  const others = after.machine - before.machine - (after.ours - before.ours);
  report.line(`lists.${engine}.othersBusyCores`, others / (after.at - before.at), '');
  for (const { close } of desks) await close();
}

/** A server on a database with a past. */
interface Desk {
  size: Size;
  server: ServerProcess;
  connection: HttpConnection;
  tokens: Record<Asked['as'], string>;
  close(): Promise<void>;
}

async function openDesk(report: Report, engine: Engine, cluster: Cluster | undefined, size: Size): Promise<Desk> {
  const folder = tempFolder();
  const databaseUrl = cluster && (await cluster.createDatabase(`lists_${size.sessions}`));
  const options = { data: folder.path, databaseUrl };
  // Makes the tables.
  await (await startServer(options)).stop();
  const filler = startHelper<Fill, number>(new URL('./fill.ts', import.meta.url));
  const at = databaseUrl ?? join(folder.path, 'switchboard.db');
  const count = await filler.ask({ engine, at, ...size });
  await filler.stop();
  if (Math.abs(count / size.messages - 1) > 0.01) report.note(`${count} messages, not ${size.messages}`);
  const server = await startServer(options);
  const connection = await HttpConnection.open(server.port);
  return {
    size,
    server,
    connection,
    tokens: await signIn(connection),
    async close() {
      connection.close();
      await server.stop();
      await folder.remove();
    },
  };
}

async function signIn(connection: HttpConnection): Promise<Desk['tokens']> {
  const { login, password } = demo;
  const company = await connection.call<string>(...paths.companyToken, '', { login, password });
  const expiresAt = new Date(Date.now() + 3600_000).toISOString();
  const operator = await connection.call<string>(...paths.operatorToken, company, { id: busyOperator, expiresAt });
  const admin = await connection.call<{ token: string }>(...paths.login, '', demo.admin);
  return { operator, admin: admin.token };
}

async function measure(report: Report, name: string, one: Asked, small: Desk, large: Desk): Promise<void> {
  const [few, many] = (await ask(one, [small, large], rounds)).map(latenciesOf);
  if (!few || !many) return;
  const bound = one.flat ? { atMost: mostMs } : undefined;
  report.line(`${name}.p50`, many.p50, 'ms');
  report.line(`${name}.p99`, many.p99, 'ms', bound);
  report.line(`${name}.100kTo10k`, many.p50 / few.p50, '', one.flat ? { atMost: mostTimes } : undefined);
}

/** Milliseconds of every request, by desk; the desks take turns. */
async function ask(one: Asked, desks: Desk[], count: number): Promise<number[][]> {
  const times = desks.map((): number[] => []);
  const heads: string[] = [];
  for (const desk of desks) heads.push(await headFor(desk, one));
  for (let round = 0; round < count; round++) {
    for (const [index, desk] of desks.entries()) times[index]?.push(await timed(desk, heads[index] ?? ''));
  }
  return times;
}

/** Looks at the answer once: a fast wrong one is no figure. */
async function headFor(desk: Desk, { as, path, items, second, name }: Asked): Promise<string> {
  const token = desk.tokens[as];
  const get = (url: string) =>
    desk.connection.call<{ items?: unknown[]; nextCursor?: string }>('GET', `/api/v1${url}`, token);
  let url = path(desk.size);
  let answer = await get(url);
  if (second) {
    url += `&cursor=${encodeURIComponent(answer.nextCursor ?? '')}`;
    answer = await get(url);
  }
  const found = answer.items?.length ?? 0;
  if (items < 0 ? found === 0 : found !== items) throw new Error(`${name} answered ${found} of ${items}: ${url}`);
  return requestText(headOf('GET', `/api/v1${url}`, token), '');
}

function timed(desk: Desk, request: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    desk.connection.send(request, (status, bytes) => {
      if (status === 200) resolve(performance.now() - started);
      else reject(new Error(`answered ${status}: ${bytes.toString()}`));
    });
  });
}
