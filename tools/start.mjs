// npm start: installs and builds what is missing, then runs the server. Options after `--` go to the server.
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { findNode, launch, runInForeground, tool } from './node.mjs';

await tool(async (options) => {
  await ensureInstalled();
  if (!options.includes('--help')) await ensureBuilt();
  const env = { ...launch.environment, ...process.env };
  return runInForeground(findNode(), [...launch.flags, 'apps/server/src/main.ts', ...options], { env });
});
