// npm test: installs, builds, runs every suite on SQLite and on a throw-away PostgreSQL, and says what it could not run.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { findChromium } from './chromium.mjs';
import { ensureInstalled } from './install.mjs';
import { findNode, projectEnvironment, root, say, tool, watchNpm } from './node.mjs';
import { findPostgres, startPostgres } from './postgres.mjs';

const help = `npm test [-- options] [filters]

  filters          run only test files whose path contains one of them
  --only NAME      one suite: ${['unit', 'server', 'browser', 'faults'].join(', ')} (may be repeated)
  --sqlite         leave PostgreSQL out
  --fast           let PostgreSQL not wait for the disk
  --require-all    fail when anything is left out or skipped (CI does)
  -t PATTERN       run only tests whose name matches
  --name=value     any other option goes to vitest`;

const server = /^(apps\/server|packages\/sdk)\/.*(?<!\.browser|\.faults)\.test\.ts$/;
const browser = /\.browser\.test\.ts$/;
const faults = /\.faults\.test\.ts$/;

/** In this order; the later ones want the machine for themselves. `files`: without any such file there is nothing to run. */
const rounds = [
  {
    title: 'unit and server suites on SQLite',
    suites: ['unit', 'server'],
    files: /(?<!\.browser|\.faults)\.test\.tsx?$/,
  },
  { title: 'browser suites on SQLite', suites: ['browser'], files: browser, chromium: true },
  { title: 'fault suites on SQLite', suites: ['faults'], files: faults },
  { title: 'server suites on PostgreSQL', suites: ['server'], files: server, postgres: true },
  { title: 'browser suites on PostgreSQL', suites: ['browser'], files: browser, chromium: true, postgres: true },
  { title: 'fault suites on PostgreSQL', suites: ['faults'], files: faults, postgres: true },
];

const noPostgres = 'no PostgreSQL on this machine; apt install postgresql';
const noChromium = 'no Chromium on this machine; apt install chromium, or set CHROMIUM';

let postgres;
let interrupted = false;
let killTests;

await tool(async (args) => {
  const options = readOptions(args);
  if (options.help) return say(help);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, interrupt);
  const watch = watchNpm(interrupt);
  try {
    await ensureInstalled();
    if (options.only.length === 0 || options.only.some((suite) => suite !== 'unit')) await ensureBuilt();
  } catch (error) {
    // Whoever reads only the last line must not take this for a success.
    console.error(`\n${error.message}\n`);
    say('0 passed, 1 failed');
    return 1;
  }

  const tests = testFiles().filter(
    (path) => options.filters.length === 0 || options.filters.some((filter) => path.includes(filter)),
  );
  const chromium = findChromium();
  const programs = options.sqlite ? undefined : findPostgres();
  const totals = { passed: 0, failed: 0, skipped: [], failures: [], leftOut: [] };
  try {
    for (const round of rounds) {
      const suites = round.suites.filter((suite) => options.only.length === 0 || options.only.includes(suite));
      if (suites.length === 0 || interrupted || !tests.some((path) => round.files.test(path))) continue;
      if (round.postgres && programs === undefined)
        totals.leftOut.push(`${round.title} (${options.sqlite ? '--sqlite' : noPostgres})`);
      else if (round.chromium && chromium === undefined) totals.leftOut.push(`${round.title} (${noChromium})`);
      else await run(round, suites, options, programs, chromium, totals);
    }
  } catch (error) {
    totals.failed += 1;
    totals.failures.push(error.message);
  } finally {
    clearInterval(watch);
    await postgres?.stop();
  }
  return close(totals, options);
});

function readOptions(args) {
  const options = { only: [], filters: [], passed: [], help: false, sqlite: false, fast: false, requireAll: false };
  for (let index = 0; index < args.length; index++) {
    const arg = args[index];
    if (arg === '--help') options.help = true;
    else if (arg === '--sqlite') options.sqlite = true;
    else if (arg === '--fast') options.fast = true;
    else if (arg === '--require-all') options.requireAll = true;
    else if (arg === '--only') options.only.push(args[++index]);
    else if (arg === '-t') options.passed.push(arg, args[++index]);
    else (arg.startsWith('-') ? options.passed : options.filters).push(arg);
  }
  return options;
}

function testFiles() {
  const below = (folder) =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : below(path);
      return /\.test\.tsx?$/.test(path) ? [path] : [];
    });
  return ['apps', 'packages', 'bench', 'tools'].flatMap(below);
}

async function run(round, suites, options, programs, chromium, totals) {
  say(`\n— ${round.title} —`);
  const env = projectEnvironment({ NODE_ENV: 'test', ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }) });
  delete env.SWITCHBOARD_TEST_DATABASE;
  delete env.DATABASE_URL;
  if (chromium !== undefined) env.CHROMIUM = chromium;
  if (round.postgres) {
    postgres ??= await startPostgres(programs, { fast: options.fast });
    env.SWITCHBOARD_TEST_DATABASE = postgres.url;
  }
  if (interrupted) return;
  // What tests leave in the temporary folder goes with it, also when they were killed.
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-tests-'));
  env.TMPDIR = folder;
  env.SWITCHBOARD_TEST_TOTALS = join(folder, 'totals.json');
  try {
    const code = await runVitest(
      [...suites.flatMap((suite) => ['--project', suite]), ...options.passed, ...options.filters],
      env,
    );
    add(totals, round, options, code, env.SWITCHBOARD_TEST_TOTALS);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * In a process group of its own, which an interrupt kills whole: vitest would finish its file first, and what tests
 * start (servers, browsers) must not stay behind. Without a terminal to read from, or vitest takes Ctrl-C for itself.
 */
function runVitest(args, env) {
  const reporters = ['--reporter=default', '--reporter=./tools/test-totals.mjs'];
  const child = spawn(
    findNode(),
    ['node_modules/vitest/vitest.mjs', 'run', '--passWithNoTests', ...reporters, ...args],
    {
      cwd: root,
      env,
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  killTests = () => process.kill(-child.pid, 'SIGKILL');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      killTests = undefined;
      resolve(code ?? 1);
    });
  });
}

function interrupt() {
  interrupted = true;
  killTests?.();
  // Killed, vitest leaves the cursor hidden.
  if (process.stdout.isTTY) process.stdout.write('\x1b[?25h');
}

function add(totals, round, options, code, file) {
  const counted = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : { passed: 0, failed: 0, skipped: [], failures: [] };
  totals.passed += counted.passed;
  totals.failed += counted.failed;
  totals.failures.push(...counted.failures.map((failure) => `${failure} (${round.title})`));
  // With -t, vitest calls everything else skipped.
  if (!options.passed.includes('-t')) totals.skipped.push(...counted.skipped);
  // Vitest itself fell over, or something failed that is no test: that is a failure too.
  if (code !== 0 && counted.failed === 0 && !interrupted) {
    totals.failed += 1;
    totals.failures.push(`${round.title} ended with exit code ${code}`);
  }
}

function close(totals, options) {
  say('');
  for (const failure of totals.failures) say(`failed: ${failure}`);
  for (const { test, note } of totals.skipped) say(`skipped: ${test}${note ? ` (${note})` : ''}`);
  for (const leftOut of totals.leftOut) say(`not run: ${leftOut}`);
  if (interrupted) say('interrupted: what came after was not run');
  const nothing = totals.passed + totals.failed === 0;
  if (nothing) say('No test ran: does a filter match any file?');
  const incomplete = options.requireAll && totals.leftOut.length + totals.skipped.length > 0;
  if (incomplete) say('This fails because of --require-all: everything must run.');
  const skipped = totals.skipped.length > 0 ? `, ${totals.skipped.length} skipped` : '';
  say(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
  if (interrupted) return 130;
  return totals.failed > 0 || nothing || incomplete ? 1 : 0;
}
