import { join } from 'node:path';
import type {} from '@fastify/swagger';
import type { TestServer } from './start-test-server.ts';

/** The committed description; `node tools/openapi.mjs` writes it. */
export const openApiFile = join(import.meta.dirname, '../../../../docs/openapi.json');

export const openApiText = ({ http }: Pick<TestServer, 'http'>): string =>
  `${JSON.stringify(http.swagger(), null, 2)}\n`;
