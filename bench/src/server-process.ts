import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { launch } from '../../tools/node.mjs';
import { onEnd } from './cleanup.ts';
import { cpuOf, rssOf } from './proc.ts';

export const root = join(import.meta.dirname, '../..');
const longestStartMs = 30_000;
const longestStopMs = 15_000;

export interface ServerOptions {
  data: string;
  /** postgres://…; SQLite in the data folder without it. */
  databaseUrl?: string;
  nodeOptions?: string[];
  /** Given by whoever has to come back to the same address. */
  port?: number;
}

export interface ServerProcess {
  port: number;
  pid: number;
  /** From the start of the process to the first good answer of /readyz. */
  startMs: number;
  cpuMs(): number;
  rssKb(): number;
  /** What it wrote to its error output: Node's inspector says its address there. */
  errorOutput(): string;
  stop(): Promise<void>;
}

/** The server as an owner would start it, but for the limit on requests and the log. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const started = performance.now();
  const args = [
    ...launch.flags,
    ...(options.nodeOptions ?? []),
    'apps/server/src/main.ts',
    '--rate-limit',
    '0',
    '--log-level',
    'silent',
  ];
  args.push('--port', String(options.port ?? 0), '--data', options.data);
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...launch.environment, ...ownEnvironment(options.databaseUrl) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = onEnd(() => end(child));
  let errors = '';
  child.stderr.on('data', (bytes) => (errors += bytes));
  const port = await portOf(child, () => errors);
  await ready(port);
  const startMs = performance.now() - started;
  const pid = child.pid ?? 0;
  return {
    port,
    pid,
    startMs,
    cpuMs: () => cpuOf(pid),
    rssKb: () => rssOf(pid),
    errorOutput: () => errors,
    stop,
  };
}

/** Settings of whoever runs the bench must not change what is measured. */
function ownEnvironment(databaseUrl: string | undefined): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('SWITCHBOARD_') && name !== 'DATABASE_URL' && name !== 'NODE_OPTIONS',
  );
  return { ...Object.fromEntries(own), ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}) };
}

function portOf(child: ChildProcess, errors: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`the server did not start: ${why} ${errors()}`));
    const timer = setTimeout(() => fail('no address after 30 s.'), longestStartMs);
    let output = '';
    child.stdout?.on('data', (bytes) => {
      output += bytes;
      const found = /http:\/\/localhost:(\d+)/.exec(output);
      if (!found) return;
      clearTimeout(timer);
      resolve(Number(found[1]));
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`it ended with code ${code}.`);
    });
  });
}

async function ready(port: number): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  await response.text();
  if (!response.ok) throw new Error(`/readyz answered ${response.status}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), longestStopMs);
  await gone;
  clearTimeout(timer);
}
