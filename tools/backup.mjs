// npm run backup: a copy of the data folder's database while the server runs. What follows `--` goes to it.
import { ensureInstalled } from './install.mjs';
import { findNode, runInForeground, tool } from './node.mjs';

await tool(async (options) => {
  await ensureInstalled();
  return runInForeground(findNode(), ['apps/server/src/backup.ts', ...options]);
});
