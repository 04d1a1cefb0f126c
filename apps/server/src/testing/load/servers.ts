import { freePort, type ServerProcess, startServerProcess } from '../server-process.ts';
import type { TestDatabase } from '../test-database.ts';

export interface Servers {
  /** Where somebody who would like the n-th process gets through now. */
  url(n: number): string;
  count: number;
  kill(n: number): Promise<void>;
  start(n: number): Promise<void>;
  /** What all of them have said so far. */
  output(): string;
  end(): Promise<void>;
}

/** Processes on one database, each on a port that it keeps. Whose process is dead is served by another, as behind a proxy. */
export async function startServers(database: TestDatabase, count: number, args: string[]): Promise<Servers> {
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  const running: (ServerProcess | undefined)[] = [];
  const ended: string[] = [];
  const start = async (n: number): Promise<void> => {
    running[n] = await startServerProcess(database, ['--port', `${ports[n]}`, ...args]);
  };
  const kill = async (n: number): Promise<void> => {
    const server = running[n];
    if (!server) return;
    running[n] = undefined;
    server.child.kill('SIGKILL');
    await server.ended;
    ended.push(server.output());
  };
  // The first one alone makes the tables.
  for (const n of ports.keys()) await start(n);
  return {
    count,
    url(n) {
      const serving = running[n % count] ? n % count : running.findIndex((server) => server !== undefined);
      return `http://127.0.0.1:${ports[Math.max(0, serving)]}`;
    },
    kill,
    start,
    output: () => [...ended, ...running.map((server) => server?.output() ?? '')].join(''),
    async end() {
      for (const n of ports.keys()) await kill(n);
    },
  };
}
