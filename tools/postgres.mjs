// A throw-away PostgreSQL for the tests: its own folder, port and password; gone when we are, however we end.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Mendable } from './node.mjs';

const startWithinMs = 30_000;

/** The folder with initdb and postgres, the newest where there are several; undefined when there is none. */
export function findPostgres() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

/** Starts a cluster and yields its URL and how to stop it. With `fast` a commit does not wait for the disk. */
export async function startPostgres(programs, { fast = false } = {}) {
  const user = unprivilegedUser();
  // Somebody may take the port between our asking for it and PostgreSQL's: hence three attempts.
  for (let attempt = 1; ; attempt++) {
    const folder = createCluster(programs, user);
    const port = await freePort();
    const server = runServer(programs, folder, port, user, fast);
    const stop = () => {
      server.child.stdin.end();
      return server.ended;
    };
    if (await isReady(folder, server)) {
      const password = readFileSync(join(folder, 'password'), 'utf8');
      return { url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`, stop };
    }
    await stop();
    if (attempt === 3) throw new Mendable(`PostgreSQL did not start:\n${server.output}`);
  }
}

/** As root: the user `postgres`, else nobody. Otherwise ourselves. */
function unprivilegedUser() {
  if (process.getuid?.() !== 0) return {};
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('postgres:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  return line === undefined ? { uid: 65534, gid: 65534 } : { uid: Number(uid), gid: Number(gid) };
}

function createCluster(programs, user) {
  // PostgreSQL refuses to run as root, and the other user must be able to reach the folder: root's own TMPDIR may be closed.
  const folder = mkdtempSync(join(user.uid === undefined ? tmpdir() : '/tmp', 'switchboard-postgres-'));
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, randomBytes(16).toString('hex'), { mode: 0o600 });
  if (user.uid !== undefined) for (const path of [passwordFile, folder]) chownSync(path, user.uid, user.gid);
  const options = [
    '-D',
    join(folder, 'data'),
    '-U',
    'postgres',
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
    '--no-sync',
  ];
  // C.UTF-8 knows the letters of every language and exists on every glibc; elsewhere the machine's own locale must do.
  let result;
  for (const locale of [['--locale=C.UTF-8'], []]) {
    result = spawnSync(join(programs, 'initdb'), [...options, ...locale], { ...user, cwd: folder, encoding: 'utf8' });
    if (result.status === 0) return folder;
  }
  rmSync(folder, { recursive: true, force: true });
  throw new Mendable(`initdb failed:\n${result.stderr ?? result.error}`);
}

/**
 * The shell between us and PostgreSQL holds the other end of a pipe of ours. When we end, even by SIGKILL, the pipe closes,
 * and it stops the server and clears up. It has its own process group, so Ctrl-C reaches the tests first.
 */
function runServer(programs, folder, port, user, fast) {
  const settings = [
    `port=${port}`,
    `unix_socket_directories=${folder}`,
    'listen_addresses=127.0.0.1',
    'max_connections=300',
  ];
  if (fast) settings.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off');
  const script = `
    folder=$1; shift; exec 3<&0
    "$@" </dev/null 3<&- & server=$!
    { cat <&3 >/dev/null; kill -QUIT $server; } 2>/dev/null & waiter=$!
    wait $server
    { kill $waiter; cd /; rm -rf "$folder"; } 2>/dev/null`;
  const command = [
    join(programs, 'postgres'),
    '-D',
    join(folder, 'data'),
    ...settings.flatMap((setting) => ['-c', setting]),
  ];
  const child = spawn('/bin/sh', ['-c', script, 'sh', folder, ...command], {
    ...user,
    cwd: folder,
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const server = { child, output: '', ended: new Promise((resolve) => child.on('exit', resolve)), isOver: false };
  child.stderr.on('data', (data) => (server.output = (server.output + data).slice(-4000)));
  child.stdin.on('error', () => {});
  child.on('exit', () => (server.isOver = true));
  return server;
}

/** PostgreSQL writes `ready` as the eighth line of postmaster.pid; pg_ctl waits for the same. */
async function isReady(folder, server) {
  const file = join(folder, 'data', 'postmaster.pid');
  for (const started = Date.now(); Date.now() - started < startWithinMs && !server.isOver; await wait(20)) {
    if (existsSync(file) && readFileSync(file, 'utf8').split('\n')[7]?.trim() === 'ready') return true;
  }
  return false;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
