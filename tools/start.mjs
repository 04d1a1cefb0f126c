// npm start: installs and builds what is missing, then runs the server. Options after `--` go to the server.
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { findNode, runInForeground, tool } from './node.mjs';

await tool(async (options) => {
  await ensureInstalled();
  if (!options.includes('--help')) await ensureBuilt();
  return runInForeground(findNode(), ['apps/server/src/main.ts', ...options]);
});
