// npm run simulate: days of sessions against the real server under a clock that jumps. Options after `--` go to main.ts.
import { ensureInstalled } from './install.mjs';
import { findNode, projectEnvironment, runInForeground, tool } from './node.mjs';

await tool(async (options) => {
  await ensureInstalled();
  return runInForeground(findNode(), ['apps/server/src/simulation/main.ts', ...options], { env: projectEnvironment() });
});
