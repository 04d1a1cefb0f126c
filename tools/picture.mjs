// Makes docs/panel-and-widget.png: the panel beside the widget in the demo shop, on a seeded throw-away server.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { findChromium } from './chromium.mjs';
import { findNode, Mendable, projectEnvironment, root, runInForeground, say, tool } from './node.mjs';

const target = join(root, 'docs', 'panel-and-widget.png');
const mostBytes = 250_000;

await tool(async () => {
  const chromium = findChromium();
  if (chromium === undefined) throw new Mendable('No Chromium on this machine; apt install chromium, or set CHROMIUM.');
  await ensureBuilt();
  const script = 'apps/server/src/testing/browser/take-picture.ts';
  const code = await runInForeground(findNode(), [script], { env: projectEnvironment({ CHROMIUM: chromium }) });
  if (code !== 0) return code;
  const { size } = statSync(target);
  say(`${target}: ${Math.round(size / 1000)} KB`);
  if (size > mostBytes) throw new Mendable(`The picture is larger than ${mostBytes / 1000} KB.`);
});
