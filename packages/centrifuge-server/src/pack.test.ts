import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Centrifuge } from 'centrifuge';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { next } from './testing.ts';

const here = join(import.meta.dirname, '..');
const root = join(here, '../..');
const modules = join(root, 'node_modules');
const { name, version, dependencies } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

let folder: string;
/** Where somebody has installed it. */
let home: string;
let packed: string[];

/** In a copy, because packing changes package.json for a moment, and other tests run meanwhile. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'packed-'));
  const copy = join(folder, 'repository/packages/centrifuge-server');
  cpSync(here, copy, { recursive: true, filter: (path) => !/node_modules|dist$|\.generated\.ts$/.test(path) });
  cpSync(join(root, 'tsconfig.base.json'), join(folder, 'repository/tsconfig.base.json'));
  symlinkSync(modules, join(folder, 'repository/node_modules'));
  const npm = ['pack', '--json', '--offline', '--ignore-scripts=false', '--pack-destination', folder];
  const [{ files }] = JSON.parse(execFileSync('npm', npm, { cwd: copy, encoding: 'utf8', stdio: 'pipe' }));
  packed = files.map(({ path }: { path: string }) => path).sort();

  home = join(folder, 'home');
  const installed = join(home, 'node_modules', name);
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{"type":"module"}');
  execFileSync('tar', [
    'xzf',
    join(folder, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`),
    '--strip-components=1',
    '-C',
    installed,
  ]);
  for (const other of [...Object.keys(dependencies), '@types/node', 'undici-types']) {
    mkdirSync(dirname(join(home, 'node_modules', other)), { recursive: true });
    symlinkSync(join(modules, other), join(home, 'node_modules', other));
  }
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const example = () =>
  /```ts\n(import [\s\S]*?)```/.exec(readFileSync(join(home, 'node_modules', name, 'README.md'), 'utf8'))?.[1] ?? '';

test('it holds JavaScript, its types, README and licence, and nothing else', () => {
  const strangers = packed.filter((path) => !/^dist\/[a-z-]+\.(js|d\.ts)$/.test(path));
  expect(strangers).toEqual(['LICENSE', 'README.md', 'package.json']);
  expect(packed.filter((path) => /test|many/.test(path))).toEqual([]);
  const manifest = JSON.parse(readFileSync(join(home, 'node_modules', name, 'package.json'), 'utf8'));
  expect(manifest.exports).toEqual({ '.': { types: './dist/index.d.ts', default: './dist/index.js' } });
  expect(manifest.private).toBeUndefined();
});

test("the README's quick start runs from there, in plain JavaScript, for a real client", async () => {
  const typescript = join(home, 'example.ts');
  const told = "http.once('listening', () => process.send?.(http.address()));";
  writeFileSync(typescript, `${example().replace('listen(8000)', "listen(0, '127.0.0.1')")}\n${told}\n`);
  const server: ChildProcess = fork(typescript, { cwd: home, execArgv: [], stdio: 'pipe' });
  onTestFinished(() => void server.kill());
  const failed = once(server, 'exit').then(([code]) => Promise.reject(new Error(`it ended with ${code}`)));
  failed.catch(() => {});
  const [{ port }] = (await Promise.race([once(server, 'message'), failed])) as [{ port: number }];
  const client = new Centrifuge(`ws://127.0.0.1:${port}/connection/websocket`, { data: 'secret' });
  onTestFinished(() => client.disconnect());
  const publication = next(client, 'publication');
  client.connect();
  expect(await publication).toMatchObject({ channel: 'news', offset: 1, data: { text: 'hello ann' } });
}, 30_000);

test('its types are whole, also for who checks those of libraries', () => {
  writeFileSync(join(home, 'typed.ts'), example());
  const options = [
    '--noEmit',
    '--strict',
    '--exactOptionalPropertyTypes',
    '--module',
    'nodenext',
    '--target',
    'es2024',
    '--skipLibCheck',
    'false',
    '--types',
    'node',
  ];
  expect(execFileSync(process.execPath, [tsc, ...options, 'typed.ts'], { cwd: home, encoding: 'utf8' })).toBe('');
}, 30_000);
