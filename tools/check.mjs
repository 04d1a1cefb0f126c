// npm run check: format, lint, types, layout, languages, lock file, unused code. All of them, also after one has failed.
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ensureInstalled } from './install.mjs';
import { findNode, projectEnvironment, root, runQuietly, say, tool } from './node.mjs';

/** Server and tools; tests; packages that run in browsers; the two apps that do. */
const typeConfigurations = [
  'tsconfig.json',
  'tsconfig.test.json',
  'tsconfig.browser.json',
  'apps/widget/tsconfig.json',
  'apps/panel/tsconfig.json',
];

const steps = [
  {
    name: 'format and lint',
    command: 'biome',
    args: ['ci', '--error-on-warnings', '--colors=off', '--max-diagnostics=50', '.'],
    mend: 'npx biome check --write . mends most',
  },
  ...typeConfigurations
    .filter((path) => existsSync(join(root, path)))
    .map((path) => ({ name: `types (${path})`, command: 'tsc', args: ['--noEmit', '-p', path] })),
  { name: 'layout', command: 'vitest', args: ['run', 'tools/layout.test.ts'], show: /^\d+ files, median.*$/m },
  { name: 'languages', command: 'node', args: ['tools/check-languages.mjs'] },
  { name: 'lock file', command: 'node', args: ['tools/check-lock.mjs'] },
  { name: 'unused code', command: 'knip', args: ['--no-progress'] },
];

await tool(async () => {
  await ensureInstalled();
  findNode();
  const waiting = [...steps];
  const failed = [];
  const work = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      if (!(await check(step))) failed.push(step.name);
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, work));
  say(
    failed.length === 0
      ? `All ${steps.length} checks passed.`
      : `${failed.length} of ${steps.length} checks failed: ${failed.join(', ')}.`,
  );
  return failed.length === 0 ? 0 : 1;
});

async function check({ name, command, args, mend, show }) {
  const env = projectEnvironment({ NO_COLOR: '1' });
  delete env.FORCE_COLOR;
  const result = await runQuietly(command, args, { env, shell: process.platform === 'win32' });
  const { code, seconds } = result;
  const output = stripVTControlCharacters(result.output);
  const shown = show?.exec(output)?.[0];
  say(`${code === 0 ? 'pass' : 'FAIL'}  ${name}  ${seconds.toFixed(1)} s${shown ? `  (${shown})` : ''}`);
  if (code !== 0) say(`${output.trimEnd().replace(/^/gm, '      ')}${mend ? `\n      ${mend}` : ''}\n`);
  return code === 0;
}
