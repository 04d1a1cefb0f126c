import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { TestDatabase } from './test-database.ts';

const main = join(import.meta.dirname, '../main.ts');
const startsWithinMs = 30_000;

export interface ServerProcess {
  child: ChildProcess;
  url: string;
  /** All it has said so far, on both channels. */
  output(): string;
  /** Resolves with its exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
}

/** The real program, on its own. Resolves when it listens; rejects with what it said when it ends before that. */
export async function startServerProcess(
  { settings }: Pick<TestDatabase, 'settings'>,
  args: string[] = [],
): Promise<ServerProcess> {
  const process = runServerProcess(settings, args);
  const late = setTimeout(() => process.child.kill('SIGKILL'), startsWithinMs);
  try {
    const url = await Promise.race([
      firstUrl(process.child),
      process.ended.then((code) => {
        throw new Error(`the server ended (${code}) before it listened: ${process.output()}`);
      }),
    ]);
    return { ...process, url };
  } finally {
    clearTimeout(late);
  }
}

/** Without waiting for anything: for starts that fail. */
export function runServerProcess(settings: TestDatabase['settings'], args: string[] = []): Omit<ServerProcess, 'url'> {
  const child = spawn(
    process.execPath,
    [main, '--data', settings.data, '--port', '0', '--rate-limit', '0', '--log-level', 'warn', ...args],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH ?? '', DATABASE_URL: settings['database-url'] },
    },
  );
  let output = '';
  child.stdout?.on('data', (data) => (output += data));
  child.stderr?.on('data', (data) => (output += data));
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  return { child, ended, output: () => output };
}

function firstUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    child.stdout?.on('data', (data) => {
      text += data;
      const url = /Switchboard {2}(http:\S+)/.exec(text)?.[1];
      if (url) resolve(url);
    });
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
