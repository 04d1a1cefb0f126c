// node tools/openapi.mjs: writes docs/openapi.json, the API as the server itself describes it.
import { findNode, projectEnvironment, runInForeground, tool } from './node.mjs';

await tool(() =>
  runInForeground(findNode(), ['apps/server/src/testing/write-openapi.ts'], { env: projectEnvironment() }),
);
