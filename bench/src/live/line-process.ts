import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onEnd } from '../cleanup.ts';

/** A program that answers every line with a line of JSON. */
export interface LineProcess {
  /** The next line it writes. Without a command: what it says by itself. */
  ask<A>(command?: string): Promise<A>;
  stop(): Promise<void>;
}

/** Runs it on one core alone. */
export function startLineProcess(core: number, program: string, args: string[] = []): LineProcess {
  const child: ChildProcess = spawn('taskset', ['-c', String(core), program, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const stop = onEnd(async () => {
    child.kill('SIGKILL');
    await gone;
  });
  if (child.stdout === null || child.stdin === null) throw new Error('a process without pipes');
  const { stdin } = child;
  stdin.on('error', () => {});
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    stop,
    async ask(command) {
      if (command !== undefined) stdin.write(`${command}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${program} ended with code ${child.exitCode}`);
      return JSON.parse(value);
    },
  };
}
