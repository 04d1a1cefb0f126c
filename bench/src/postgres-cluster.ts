import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { onEnd } from './cleanup.ts';
import { postgresConnection } from './drivers.ts';
import { cpuOfFamily } from './proc.ts';
import { tempFolder } from './temp-folder.ts';

const longestStartMs = 20_000;

export interface Cluster {
  url: string;
  /** Another one in it; its address. */
  createDatabase(name: string): Promise<string>;
  /** Of all its processes. */
  cpuMs(): number;
  stop(): Promise<void>;
}

/** Where the newest PostgreSQL of this machine is; undefined: there is none. */
export function findPostgres(): string | undefined {
  const base = '/usr/lib/postgresql';
  const versions = existsSync(base) ? readdirSync(base).map(Number).filter(Number.isFinite) : [];
  const packaged = versions.sort((one, other) => other - one).map((version) => join(base, String(version), 'bin'));
  const onPath = (process.env.PATH ?? '').split(':');
  return [...packaged, ...onPath].find(
    (folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')),
  );
}

/** A cluster of its own with PostgreSQL's own settings but one, so with fsync. PostgreSQL refuses to run as root. */
export async function startCluster(binaries: string): Promise<Cluster> {
  const folder = tempFolder();
  const data = join(folder.path, 'data');
  const as = process.getuid?.() === 0 ? unprivileged() : {};
  if (as.uid !== undefined) chownSync(folder.path, as.uid, as.gid ?? as.uid);
  chmodSync(folder.path, 0o711);
  const given = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-instructions'];
  execFileSync(join(binaries, 'initdb'), ['-D', data, ...given], { ...as, cwd: folder.path, stdio: 'pipe' });
  const port = await freePort();
  const child = spawn(
    join(binaries, 'postgres'),
    // A cluster in use writes its log into files it has already; a new one makes each anew, 16 MB of zeros and a wait.
    ['-D', data, '-p', String(port), '-k', folder.path, '-c', 'listen_addresses=127.0.0.1', '-c', 'wal_init_zero=off'],
    { ...as, cwd: folder.path, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const gone = new Promise((resolve) => child.once('exit', resolve));
  let output = '';
  child.stderr.on('data', (bytes) => (output += bytes));
  const stop = onEnd(async () => {
    // Immediate shutdown: nobody will want this data again.
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGQUIT');
    await gone;
    await folder.remove();
  });
  const deadline = Date.now() + longestStartMs;
  while (!output.includes('ready to accept connections')) {
    if (Date.now() > deadline || child.exitCode !== null) throw new Error(`PostgreSQL did not start: ${output}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const pid = child.pid ?? 0;
  const address = (name: string) => `postgres://postgres@127.0.0.1:${port}/${name}`;
  const url = address('postgres');
  const createDatabase = async (name: string): Promise<string> => {
    const connection = postgresConnection(url);
    await connection.connect();
    await connection.query({ text: `CREATE DATABASE ${name}` });
    await connection.end();
    return address(name);
  };
  return { url, createDatabase, cpuMs: () => cpuOfFamily(pid), stop };
}

function unprivileged(): { uid?: number; gid?: number } {
  for (const user of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) => Number(execFileSync('id', [flag, user], { stdio: 'pipe' }).toString());
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // No such user here: try the next.
    }
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody.');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
