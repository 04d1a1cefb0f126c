import { defineConfig } from 'vitest/config';
import { isNewEnough } from './tools/node.mjs';

// Found out early: on an old Node vitest fails with riddles.
if (!isNewEnough()) throw new Error('Run `npm test` or `npm exec vitest`, which take Node 24 from node_modules.');

const server = ['apps/server/**/*.test.ts', 'packages/sdk/**/*.test.ts'];
const browser = ['**/*.browser.test.ts'];
const faults = ['**/*.faults.test.ts'];
const never = ['**/node_modules/**', '**/dist/**'];

export default defineConfig({
  test: {
    // Flaky is broken: nothing is tried twice.
    retry: 0,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'packages/**/*.test.{ts,tsx}',
            'apps/{panel,widget}/**/*.test.{ts,tsx}',
            'bench/**/*.test.ts',
            'tools/**/*.test.ts',
          ],
          exclude: [...never, ...server, ...browser, ...faults],
        },
      },
      {
        // Run twice by `npm test`: on SQLite, and on PostgreSQL with SWITCHBOARD_TEST_DATABASE set.
        extends: true,
        test: {
          name: 'server',
          include: server,
          exclude: [...never, ...browser, ...faults],
          testTimeout: 20_000,
          hookTimeout: 30_000,
        },
      },
      {
        // In real Chromium, whose path is in CHROMIUM; against built pages.
        extends: true,
        test: {
          name: 'browser',
          include: browser,
          exclude: never,
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Kills servers for minutes; one after another, so that only what it kills disturbs it.
        extends: true,
        test: {
          name: 'faults',
          include: faults,
          exclude: never,
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
