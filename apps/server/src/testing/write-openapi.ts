import { writeFileSync } from 'node:fs';
import { openApiFile, openApiText } from './openapi.ts';
import { startTestServer } from './start-test-server.ts';

await using server = await startTestServer();
writeFileSync(openApiFile, openApiText(server));
console.log(`written: ${openApiFile}`);
