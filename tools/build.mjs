// Builds panel, widget and scripts, and only what its sources have outdated. `npm run build` builds everything anew.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { ensureInstalled } from './install.mjs';
import { findNode, Mendable, projectEnvironment, root, runQuietly, say, tool } from './node.mjs';

/** `loadsOneOf`: the folder of languages, of which a visitor loads one. */
export const built = [
  { name: 'panel', folder: 'apps/panel' },
  { name: 'widget', folder: 'apps/widget', loadsOneOf: 'assets' },
  { name: 'embed', folder: 'packages/embed' },
];
const stampName = '.built-from';
/** Settings outside the folders that change what a build yields. */
const sharedSettings = ['package-lock.json', 'tsconfig.base.json', 'tsconfig.browser.json'];

/** Builds what is missing or older than its sources, all at once. */
export async function ensureBuilt({ everything = false } = {}) {
  const due = built
    .map((target) => ({ ...target, sources: hashOfSources(target.folder) }))
    .filter((target) => everything || stampOf(target) !== target.sources);
  if (due.length === 0) return;
  findNode();
  say(`Building ${due.map((target) => target.name).join(', ')} …`);
  const results = await Promise.all(due.map(build));
  const failed = results.filter((result) => result.failure !== undefined);
  if (failed.length > 0) {
    throw new Mendable(
      failed
        .map(
          ({ name, failure }) =>
            `${failure.trim()}\n\nBuilding ${name} failed: mend what the lines above name and run the command again.`,
        )
        .join('\n\n'),
    );
  }
  say(`Built ${results.map(({ name, seconds, size }) => `${name} (${size}, ${seconds.toFixed(1)} s)`).join(', ')}.`);
}

async function build({ name, folder, loadsOneOf, sources }) {
  const directory = join(root, folder);
  const script = buildScript(folder);
  const { code, output, seconds } = await runQuietly(script, [], {
    cwd: directory,
    env: projectEnvironment(),
    shell: true,
  });
  const dist = join(directory, 'dist');
  if (code !== 0) return { name, failure: output };
  if (!existsSync(dist)) return { name, failure: `${output}\n${script} left no ${relative(root, dist)}.` };
  // Sources that changed during the build leave a stamp that no longer fits, so the next start builds again.
  writeFileSync(join(dist, stampName), sources);
  precompress(dist);
  return { name, seconds, size: gzipSizeOf(dist, loadsOneOf) };
}

/** Lays a .gz and a .br beside every text, which the server hands out as they are (http/pages.ts). */
function precompress(folder) {
  for (const file of textsIn(folder)) {
    const text = readFileSync(file);
    writeFileSync(`${file}.gz`, gzipSync(text, { level: 9 }));
    writeFileSync(`${file}.br`, brotliCompressSync(text));
  }
}

/** The folder's own build script, run as `npm run build` would run it but without npm's third of a second. */
export function buildScript(folder) {
  const script = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).scripts?.build;
  if (script === undefined) throw new Mendable(`${folder}/package.json has no "build" script.`);
  return script;
}

function stampOf({ folder }) {
  const stamp = join(root, folder, 'dist', stampName);
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined;
}

/** Contents, not times: a fresh clone and a switched branch have times that say nothing. About 10 ms. */
function hashOfSources(folder) {
  const hash = createHash('sha256');
  for (const source of [...sharedSettings, ...sourceFolders(folder).flatMap((each) => [...filesUnder(each)])]) {
    hash
      .update(source)
      .update('\0')
      .update(readFileSync(join(root, source)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** The folder itself and every package of ours that it depends on, directly or not. */
function sourceFolders(folder, found = new Set()) {
  if (found.has(folder)) return [];
  found.add(folder);
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
    if (name.startsWith('@switchboard/')) sourceFolders(`packages/${name.slice('@switchboard/'.length)}`, found);
  }
  return [...found].sort();
}

function* filesUnder(folder) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name === 'dist' || entry.name === 'node_modules' || entry.name.startsWith('.')) continue;
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* filesUnder(path);
    else if (entry.isFile() && !/\.test\.tsx?$/.test(entry.name)) yield path;
  }
}

/** What one visitor loads: everything, but of `oneOf` only the largest file. */
function gzipSizeOf(folder, oneOf) {
  const sizes = { all: [0], oneOf: [0] };
  for (const file of textsIn(folder)) {
    const isOneOf = oneOf !== undefined && !relative(join(folder, oneOf), file).startsWith('..');
    sizes[isOneOf ? 'oneOf' : 'all'].push(gzipSync(readFileSync(file)).length);
  }
  const bytes = sizes.all.reduce((sum, size) => sum + size) + Math.max(...sizes.oneOf);
  return `${(bytes / 1024).toFixed(1)} KB gzip`;
}

function textsIn(folder) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => /\.(js|css|html)$/.test(name));
  return names.map((name) => join(folder, name)).filter((file) => statSync(file).isFile());
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await tool(async () => {
    await ensureInstalled();
    for (const { folder } of built) rmSync(join(root, folder, 'dist'), { recursive: true, force: true });
    await ensureBuilt({ everything: true });
  });
}
