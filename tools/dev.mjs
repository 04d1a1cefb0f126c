// npm run dev: the same system as npm start, but the server restarts and the pages rebuild when their sources change.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildScript, built, ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { findNode, projectEnvironment, root, runInForeground, say, tool } from './node.mjs';

await tool(async (options) => {
  await ensureInstalled();
  await ensureBuilt();
  const watchers = built.map(watch);
  try {
    return await runInForeground(findNode(), [
      '--watch',
      '--watch-preserve-output',
      'apps/server/src/main.ts',
      ...options,
    ]);
  } finally {
    for (const watcher of watchers) watcher.kill();
  }
});

/** Rebuilds on every change and says only what went wrong, and that it is mended. */
function watch({ name, folder }) {
  // `exec`: the shell becomes vite, so that killing it kills vite.
  const command = `exec ${buildScript(folder)} --watch`;
  const watcher = spawn(command, {
    cwd: join(root, folder),
    env: projectEnvironment(),
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const show = (data) => {
    for (const line of String(data).split('\n')) {
      if (/error|built in|warning/i.test(line)) say(`[${name}] ${line.trim()}`);
    }
  };
  watcher.stdout.on('data', show);
  watcher.stderr.on('data', show);
  watcher.on('exit', (code) => {
    if (code) say(`[${name}] stopped watching (exit code ${code}); restart npm run dev.`);
  });
  return watcher;
}
