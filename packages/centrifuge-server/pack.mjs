// npm pack and npm publish run this before and after. Node strips no types under node_modules, so the published package
// is JavaScript, and its exports name that; in this repository they name the source.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const folder = import.meta.dirname;
const file = join(folder, 'package.json');
const source = '".": "./src/index.ts"';
const built = '".": { "types": "./dist/index.d.ts", "default": "./dist/index.js" }';

const exporting = (from, to) => writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));

if (process.argv[2] === 'before') {
  rmSync(join(folder, 'dist'), { recursive: true, force: true });
  const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));
  const compile = [join(typescript, 'bin', 'tsc'), '-p', join(folder, 'tsconfig.build.json')];
  const { status } = spawnSync(process.execPath, compile, { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
  exporting(source, built);
} else {
  exporting(built, source);
}
