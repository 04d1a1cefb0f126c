// npm run bench: measures, each line with its target beside it. Options after `--` go to bench/src/main.ts.
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { findNode, projectEnvironment, runInForeground, tool } from './node.mjs';

await tool(async (options) => {
  await ensureInstalled();
  if (!options.includes('--help')) await ensureBuilt();
  return runInForeground(findNode(), ['bench/src/main.ts', ...options], { env: projectEnvironment() });
});
