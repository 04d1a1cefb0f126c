import { type ChildProcess, fork } from 'node:child_process';
import { onEnd } from './cleanup.ts';
import { cpuOf } from './proc.ts';

/** A process of ours that does one thing after the other, as it is told. */
export interface Helper<C, A> {
  ask(command: C, onNews?: (news: string) => void): Promise<A>;
  cpuMs(): number;
  stop(): Promise<void>;
}

type FromHelper<A> = { news: string } | { answer: A } | { failed: string };

/** `core`: runs on that one alone. */
export function startHelper<C extends object, A>(file: URL, nodeOptions: string[] = [], core?: number): Helper<C, A> {
  const bound = core === undefined ? {} : { execPath: 'taskset', execArgv: ['-c', String(core), process.execPath] };
  const { execPath = process.execPath, execArgv = [] } = bound;
  const child: ChildProcess = fork(file, {
    execPath,
    execArgv: [...execArgv, ...nodeOptions],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const stop = onEnd(() => void child.kill('SIGKILL'));
  return {
    cpuMs: () => cpuOf(child.pid ?? 0),
    stop,
    ask(command, onNews) {
      return new Promise<A>((resolve, reject) => {
        const done = (act: () => void) => {
          child.off('message', onMessage);
          child.off('exit', onExit);
          act();
        };
        const onExit = (code: number | null) =>
          done(() => reject(new Error(`${file.pathname} ended with code ${code}`)));
        const onMessage = (message: unknown) => {
          const said = message as FromHelper<A>;
          if ('news' in said) onNews?.(said.news);
          else if ('answer' in said) done(() => resolve(said.answer));
          else done(() => reject(new Error(said.failed)));
        };
        child.on('message', onMessage);
        child.once('exit', onExit);
        child.send(command);
      });
    },
  };
}

/** The helper's side. It ends when whoever started it does. */
export function serveHelper<C, A>(act: (command: C, tell: (news: string) => void) => Promise<A>): void {
  const send = (message: FromHelper<A>) => void process.send?.(message);
  process.on('message', (command) => {
    act(command as C, (news) => send({ news })).then(
      (answer) => send({ answer }),
      (error: unknown) => send({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.on('disconnect', () => process.exit(0));
  // The terminal's Ctrl-C reaches the whole group; the one in charge ends us.
  process.on('SIGINT', () => {});
}
