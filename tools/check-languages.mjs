// Every language complete, every key used, no word outside the language files.
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { literalWords, violationsInLanguages, violationsInUse } from './languages.mjs';
import { root } from './node.mjs';
import { filesUnder } from './syntax.mjs';

const apps = readdirSync(join(root, 'apps')).map((name) => `apps/${name}`);
const paths = [...apps, 'packages'].flatMap((folder) => [...filesUnder(root, folder)]);
const read = (path) => readFileSync(join(root, path), 'utf8');
const isSource = (path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path);

const found = [];
const folders = new Set(
  paths.filter((path) => /\/languages\/[a-z-]+\.json$/i.test(path)).map((path) => posix.dirname(path)),
);
for (const folder of folders) {
  const files = paths.filter((path) => posix.dirname(path) === folder && path.endsWith('.json'));
  const languages = Object.fromEntries(files.map((path) => [posix.basename(path, '.json'), JSON.parse(read(path))]));
  found.push(...violationsInLanguages(folder, languages));
  const sources = paths.filter((path) => path.startsWith(`${posix.dirname(folder)}/`) && isSource(path));
  if (languages.en)
    found.push(...violationsInUse(new Map(sources.map((path) => [path, read(path)])), folder, languages.en));
}
for (const path of paths) if (path.endsWith('.tsx') && isSource(path)) found.push(...literalWords(path, read(path)));

for (const violation of found) console.log(violation);
console.log(`${folders.size} folders of language files`);
process.exitCode = found.length > 0 ? 1 : 0;
