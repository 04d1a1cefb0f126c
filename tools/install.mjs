// Brings node_modules to what the lock file says, and only when it is not there already.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { binaries, Mendable, root, runQuietly, say } from './node.mjs';

/** What the machine can do about each way in which npm fails. First match wins. */
const mends = [
  [
    /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|network/i,
    'Check the network (or HTTPS_PROXY and `npm config get registry`) and run the command again.',
  ],
  [/ENOSPC/, 'The disk is full: free about 700 MB and run the command again.'],
  [
    /EACCES|EPERM/,
    'Files here belong to another user: give the project folder to yourself (`sudo chown -R "$USER" .`) and run the command again.',
  ],
  [
    /EUSAGE|can only install packages when/,
    'package.json and package-lock.json disagree: run `npm install`, commit the lock file, and run the command again.',
  ],
  [/EINTEGRITY/, 'A download does not match the lock file: run `npm cache clean --force` and then the command again.'],
];

/** Installs when node_modules is missing or is not what package-lock.json asks for. */
export async function ensureInstalled() {
  if (isInstalled(root)) return;
  say('Installing packages from package-lock.json (npm ci; about half a minute) …');
  const { code, output, seconds } = await runQuietly(
    'npm',
    ['ci', '--include=dev', '--include=optional', '--no-progress', '--loglevel=error'],
    {
      env: environmentOfNpm(),
      shell: process.platform === 'win32',
    },
  );
  if (code !== 0) {
    const mend =
      mends.find(([pattern]) => pattern.test(output))?.[1] ??
      'Read the lines above; delete node_modules and run the command again.';
    throw new Mendable(
      `${output.trim().split('\n').slice(-15).join('\n')}\n\nnpm ci failed. ${code === 127 ? 'npm is not on the PATH: install Node with npm and run the command again.' : mend}`,
    );
  }
  removeForeignNode();
  say(`Installed in ${seconds.toFixed(0)} s.`);
}

/**
 * npm writes what it installed to node_modules/.package-lock.json as its last step, so comparing that with the lock file
 * needs no stamp of our own, trusts an `npm install` made by hand, and notices one that was broken off.
 */
export function isInstalled(folder) {
  const hidden = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const wanted = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true;
    const found = present[path];
    if (found === undefined) return entry.optional === true || entry.devOptional === true;
    return entry.link === true
      ? found.link === true
      : found.version === entry.version && found.integrity === entry.integrity;
  });
}

/** npm must not run on the node_modules/.bin/node that it is about to replace. */
function environmentOfNpm() {
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== binaries);
  const env = { ...process.env, PATH: path.join(delimiter) };
  // Under `npm start` npm exports its own settings; NODE_ENV=production would leave out vite.
  delete env.NODE_ENV;
  return env;
}

/** The packaged Node is built for glibc. Where it cannot run (Alpine), npm would still put it first on the PATH. */
function removeForeignNode() {
  const packaged = join(binaries, 'node');
  if (!existsSync(packaged) || spawnSync(packaged, ['--version']).status === 0) return;
  rmSync(packaged);
  say('The packaged Node 24 does not run on this system; using the one on the PATH.');
}
