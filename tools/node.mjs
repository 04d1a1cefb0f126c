// What every tool needs: where the project is, which Node runs it, and how to run a program without losing it.
// Plain JavaScript for Node 18 and later, and nothing from node_modules: these files run before there is one.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
export const binaries = join(root, 'node_modules', '.bin');

/**
 * How the server is run. Young objects die at once in a server that answers in milliseconds, if there is room for as many as
 * a busy moment makes: what lives to be old is collected in pauses that a client would feel. One thread helps the collector:
 * more would take the event loop's core. Few arenas of the C library save 20 MB. Sources whose types are removed and that are
 * compiled are kept, so a second start does neither again (and never loads what removes them, 20 MB).
 */
export const launch = {
  flags: ['--max-semi-space-size=16', '--v8-pool-size=1'],
  environment: { MALLOC_ARENA_MAX: '2', NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'switchboard') },
};

/** One line for a person. */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** A failure whose message already tells the mend; tools print it without a stack. */
export class Mendable extends Error {}

/** Runs a tool's main function and turns its failure into a sentence and an exit code. */
export async function tool(main) {
  try {
    const code = await main(process.argv.slice(2));
    process.exitCode = code ?? process.exitCode ?? 0;
  } catch (error) {
    process.stderr.write(`\n${error instanceof Mendable ? error.message : (error?.stack ?? error)}\n`);
    process.exitCode = 1;
  }
}

/** Whether this Node runs TypeScript sources as they are. */
export function isNewEnough() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

export const tooOld =
  `Switchboard needs Node 22.18 or later and this is ${process.versions.node}. On Linux (x64, arm64) npm brings Node 24 along, ` +
  'so delete node_modules and run the command again; elsewhere install Node 24 from https://nodejs.org and run it again.';

/** The Node for our sources: the packaged one, else ours when it is new enough. */
export function findNode() {
  const packaged = join(binaries, 'node');
  if (existsSync(packaged)) return packaged;
  if (isNewEnough()) return process.execPath;
  throw new Mendable(tooOld);
}

/** The environment for programs of ours: node_modules/.bin first, as under `npm run`. */
export function projectEnvironment(extra = {}) {
  return { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH ?? ''}`, ...extra };
}

/**
 * Runs a program to its end in the foreground and yields its exit code. SIGINT, SIGTERM and SIGHUP go on to it, so it ends
 * first and we after it, never the other way round. A terminal sends Ctrl-C to the whole group and npm repeats it, so
 * only an interrupt a second after the first is a second press; that one stops the program at once.
 */
export function runInForeground(command, args, { cwd = root, env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: 'inherit' });
    let stoppingSince = 0;
    const stop = (signal) => {
      if (stoppingSince === 0) {
        stoppingSince = Date.now();
        child.kill(signal);
      } else if (signal === 'SIGINT' && Date.now() - stoppingSince > 1000) {
        say('Stopping at once.');
        child.kill('SIGKILL');
      }
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, stop);
    const watch = watchNpm(() => stop('SIGTERM'));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearInterval(watch);
      for (const name of signals) process.off(name, stop);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

/**
 * npm runs us in a shell. When npm is terminated it passes that on to the shell, which dies without a word to us; when npm
 * is killed nobody hears of it. So we look whether both are still there.
 */
export function watchNpm(onGone) {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return undefined;
  const parent = process.ppid;
  const npm = parentOf(parent);
  return setInterval(() => {
    if (process.ppid !== parent || parentOf(parent) !== npm) onGone();
  }, 250);
}

/** Who started this shell; undefined when it is none (some systems put npm itself there) or there is no /proc. */
function parentOf(shell) {
  try {
    const status = readFileSync(`/proc/${shell}/status`, 'utf8');
    return /^Name:\s*(sh|dash|ash|bash|busybox)$/m.test(status) ? /^PPid:\s*(\d+)$/m.exec(status)?.[1] : undefined;
  } catch {
    return undefined;
  }
}

/** Runs a program quietly; yields its exit code, everything it printed, and the seconds it took. */
export function runQuietly(command, args, { cwd = root, env = process.env, shell = false } = {}) {
  return new Promise((resolve) => {
    const started = performance.now();
    const child = spawn(command, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const end = (code) => resolve({ code, output, seconds: (performance.now() - started) / 1000 });
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.on('error', (error) => {
      output += error.message;
      end(127);
    });
    child.on('close', (code) => end(code ?? 1));
  });
}
