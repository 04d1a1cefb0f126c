// npm run conformance -- PATH: the test suite of a foreign client against packages/centrifuge-server. PATH is a checkout of
// centrifuge-js (with its node_modules) or centrifuge-python (PYTHON names an interpreter that has the package).
import { fork } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findNode, Mendable, projectEnvironment, root, runInForeground, say, tool } from './node.mjs';

// Both suites have it written down.
const port = 8000;

/** Needs neither maps nor shared polls, which this server does not have; their timers would fail innocent tests. */
const javascript = {
  files: ['centrifuge', 'centrifuge.protobuf', 'recovery', 'delta', 'getstate', 'compaction', 'utils'],
  without: '^(?!map)',
};

await tool(async ([path, ...more]) => {
  if (path === undefined)
    throw new Mendable('npm run conformance -- PATH: a checkout of centrifuge-js or centrifuge-python');
  const suite = suiteAt(resolve(path));
  const server = await start(suite.name);
  try {
    return await suite.run(more);
  } finally {
    server.kill();
  }
});

function suiteAt(path) {
  if (existsSync(join(path, 'src', 'centrifuge.test.ts')))
    return { name: 'centrifuge-js', run: (more) => jest(path, more) };
  if (existsSync(join(path, 'tests', 'test_client.py'))) {
    return { name: 'centrifuge-python', run: (more) => unittest(path, more) };
  }
  throw new Mendable(`${path} is no checkout of centrifuge-js or centrifuge-python`);
}

function jest(path, more) {
  const program = join(path, 'node_modules', 'jest', 'bin', 'jest.js');
  if (!existsSync(program)) {
    throw new Mendable(`First in ${path}: npm install --ignore-scripts --legacy-peer-deps`);
  }
  const files = javascript.files.map((name) => `src/${name}\\.test`);
  // Node's own WebSocket would skip the test for its absence.
  const env = projectEnvironment({ NODE_OPTIONS: '--no-experimental-websocket' });
  return runInForeground(findNode(), [program, '-i', '-t', javascript.without, ...files, ...more], { cwd: path, env });
}

/** Away from the checkout, so that the installed package is what is tested. */
async function unittest(path, more) {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    cpSync(join(path, 'tests'), join(folder, 'tests'), { recursive: true });
    const args = ['-m', 'unittest', ...(more.length > 0 ? more : ['tests.test_client'])];
    return await runInForeground(process.env.PYTHON ?? 'python3', args, { cwd: folder });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function start(suite) {
  const file = join(root, 'packages', 'centrifuge-server', 'conformance', 'server.ts');
  const server = fork(file, [String(port), suite], { execPath: findNode(), env: projectEnvironment() });
  return new Promise((listening, failed) => {
    server.once('message', () => listening(server));
    server.once('exit', (code) => failed(new Mendable(`The server ended with ${code}; is port ${port} taken?`)));
    say(`${suite} against packages/centrifuge-server on port ${port}`);
  });
}
