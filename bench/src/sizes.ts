import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Report } from './report.ts';
import { root } from './server-process.ts';

const folders = { panel: 'apps/panel/dist', widget: 'apps/widget/dist', embed: 'packages/embed/dist' };
const bytesInKb = 1024;

/** What a browser has to fetch before it shows something, each file by gzip -9, as the build writes it for the server to send. */
export async function measureSizes(report: Report): Promise<void> {
  report.head('sizes: gzip');
  if (Object.values(folders).some((folder) => !existsSync(join(root, folder)))) build(report);
  const panel = join(root, folders.panel, 'index.html');
  if (existsSync(panel)) {
    const files = firstLoadOf(panel);
    report.line('sizes.panelFirstLoad', sizeOf(files), 'KB', { atMost: 200 });
    for (const file of files) report.line(`sizes.panel.${relative(dirname(panel), file)}`, sizeOf([file]), 'KB');
  } else report.note(`${folders.panel} is missing: npm run build`);
  widget(report);
  scripts(report, 'embed', folders.embed);
}

function build(report: Report): void {
  try {
    execFileSync(process.execPath, ['tools/build.mjs'], { cwd: root, stdio: 'pipe' });
  } catch (error) {
    report.note(`not everything could be built: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
  }
}

const sizeOf = (files: string[]): number =>
  files.reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0) / bytesInKb;

/** The page, what it names, and what that imports at once (not by `import()`). */
function firstLoadOf(page: string): string[] {
  const html = readFileSync(page, 'utf8');
  const found = new Set([page]);
  const named = [...html.matchAll(/<(?:script|link)\b[^>]*?\b(?:src|href)="([^"]+\.(?:js|css|woff2))"/g)];
  const waiting = named.map(([, url = '']) => fileOf(url, page));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file) || !existsSync(file)) continue;
    found.add(file);
    if (!file.endsWith('.js')) continue;
    const imported = readFileSync(file, 'utf8').matchAll(
      /(?:^|[;}\s])(?:import|export)[^'"();]*['"](\.[^'"]+\.js)['"]/g,
    );
    for (const [, path = ''] of imported) waiting.push(join(dirname(file), path));
  }
  return [...found];
}

/** `/panel/assets/x.js`, `./assets/x.js` and `assets/x.js` are all the same file. */
function fileOf(url: string, page: string): string {
  const path = url.replace(/^\/panel\//, '').replace(/^\.?\//, '');
  return join(dirname(page), path);
}

/** One page view with an open widget: the script and one language, here the largest. */
function widget(report: Report): void {
  const folder = join(root, folders.widget);
  const script = join(folder, 'widget-script.js');
  if (!existsSync(script)) {
    report.note(`${folders.widget} holds no script: npm run build`);
    return;
  }
  const languages = readdirSync(join(folder, 'assets')).filter((file) => file.endsWith('.js'));
  const largest = Math.max(0, ...languages.map((file) => sizeOf([join(folder, 'assets', file)])));
  report.line('sizes.widget', sizeOf([script]) + largest, 'KB', { atMost: 15 });
  report.line('sizes.widget.script', sizeOf([script]), 'KB');
  report.line('sizes.widget.largestLanguage', largest, 'KB');
}

function scripts(report: Report, name: string, folder: string): void {
  const path = join(root, folder);
  const files = existsSync(path) ? readdirSync(path, { recursive: true, encoding: 'utf8' }) : [];
  const found = files.filter((file) => /\.(js|css)$/.test(file)).map((file) => join(path, file));
  if (found.length === 0) {
    report.note(`${folder} holds no script: npm run build`);
    return;
  }
  report.line(`sizes.${name}`, sizeOf(found), 'KB');
  if (found.length > 1)
    for (const file of found) report.line(`sizes.${name}.${relative(path, file)}`, sizeOf([file]), 'KB');
}
