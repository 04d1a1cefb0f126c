import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isTest, linesOf, violationsIn } from './layout.ts';
import { root } from './node.mjs';
import { filesUnder } from './syntax.mjs';

const sources = new Map<string, string>();
for (const folder of ['apps', 'packages', 'bench', 'tools']) {
  for (const path of filesUnder(root, folder)) {
    if (/\.(ts|tsx|mjs)$/.test(path)) sources.set(path, readFileSync(join(root, path), 'utf8'));
  }
}

test('every file lies in its room and imports downhill', () => {
  expect(violationsIn(sources)).toEqual([]);
});

test('files are short', () => {
  const lines = [...sources]
    .filter(([path]) => !isTest(path) && path.includes('/src/'))
    .map(([, source]) => linesOf(source))
    .sort((a, b) => a - b);
  const at = (share: number) => lines[Math.floor((lines.length - 1) * share)] ?? 0;
  console.log(`${lines.length} files, median ${at(0.5)} lines, p90 ${at(0.9)} lines`);
  expect(at(0.9)).toBeLessThanOrEqual(250);
});

describe('the check notices', () => {
  const server = (path: string) => `apps/server/src/${path}`;
  const cases: [string, Record<string, string>, string][] = [
    [
      'an uphill import',
      { 'sessions/a.ts': "import { b } from '../messages/b.ts';" },
      'sessions/ may not import messages/',
    ],
    [
      'an uphill type',
      { 'sessions/a.ts': "import type { B } from '../messages/b.ts';" },
      'sessions/ may not import messages/',
    ],
    [
      'a lazy uphill import',
      { 'sessions/a.ts': "export const b = () => import('../messages/b.ts');" },
      'sessions/ may not import messages/',
    ],
    [
      'an uphill re-export',
      { 'sessions/a.ts': "export * from '../messages/b.ts';" },
      'sessions/ may not import messages/',
    ],
    [
      'a noun that knows http',
      { 'sessions/a.ts': "import { b } from '../http/b.ts';" },
      'sessions/ may not import http/',
    ],
    [
      'a noun that knows live',
      { 'sessions/a.ts': "import { b } from '../live/b.ts';" },
      'sessions/ may not import live/',
    ],
    [
      'a noun that reads settings',
      { 'sessions/a.ts': "import { b } from '../config.ts';" },
      'sessions/ may not import config.ts',
    ],
    [
      'plumbing that knows a noun',
      { 'live/a.ts': "import { b } from '../sessions/b.ts';" },
      'live/ may not import sessions/',
    ],
    [
      'a plain file that runs a noun',
      { 'clock.ts': "import { b } from './sessions/b.ts';" },
      'clock.ts may not import sessions/',
    ],
    ['an unknown room', { 'helpers/a.ts': '' }, 'the room helpers is not in the table'],
    [
      'SQL outside a store',
      { 'sessions/a.ts': "export const b = (db) => db.selectFrom('sessions');" },
      'only a store knows SQL',
    ],
    ['raw SQL outside a store', { 'sessions/a.ts': 'export const b = sql`select 1`;' }, 'only a store knows SQL'],
    ['Kysely outside a store', { 'sessions/a.ts': "import { sql } from 'kysely';" }, 'only a store may use kysely'],
    [
      'a status code outside http',
      { 'sessions/a.ts': 'export const b = (reply) => reply.code(404);' },
      'only http/ knows status codes',
    ],
    [
      'Fastify outside http',
      { 'sessions/a.ts': "import type { FastifyReply } from 'fastify';" },
      'only http/ may use fastify',
    ],
    ['a socket outside live', { 'sessions/a.ts': "import { WebSocket } from 'ws';" }, 'only live/ may use ws'],
    ['a long file', { 'sessions/a.ts': 'export {};\n'.repeat(401) }, 'has 401 lines'],
    [
      'neighbours that import each other',
      {
        'groups/a.ts': "import { b } from '../operators/b.ts';",
        'operators/c.ts': "import { d } from '../groups/d.ts';",
      },
      'groups and operators import each other',
    ],
    [
      'a cycle',
      { 'sessions/a.ts': "import { b } from './b.ts';", 'sessions/b.ts': "import { a } from './a.ts';" },
      'import cycle: apps/server/src/sessions/a.ts → apps/server/src/sessions/b.ts → apps/server/src/sessions/a.ts',
    ],
  ];
  test.each(cases)('%s', (_, files, sentence) => {
    const found = violationsIn(new Map(Object.entries(files).map(([path, source]) => [server(path), source])));
    expect(found).toEqual([expect.stringContaining(sentence)]);
  });

  test('a package that imports ours', () => {
    const found = violationsIn(new Map([['packages/protocol/src/a.ts', "import { b } from '@switchboard/sdk';"]]));
    expect(found).toEqual(['packages/protocol/src/a.ts:1 packages/protocol may not use @switchboard/sdk']);
  });

  test('a path into another workspace', () => {
    const found = violationsIn(new Map([['apps/panel/src/a.ts', "import { b } from '../../server/src/b.ts';"]]));
    expect(found).toEqual(['apps/panel/src/a.ts:1 reaches into apps/server by path']);
  });
});

test('the check lets pass what the table allows', () => {
  const allowed = {
    'apps/server/src/messages/send-message.ts': [
      "import type { Session } from '@switchboard/protocol';",
      "import { findSession } from '../sessions/session.store.ts';",
      "import { feedOf } from '../events/feeds.ts';",
      "import type { App } from '../parts.ts';",
      "import { Refused } from '../errors.ts';",
    ].join('\n'),
    'apps/server/src/messages/message.store.ts':
      "import { sql } from 'kysely'; export const rows = (db) => db.selectFrom('messages');",
    'apps/server/src/parts.ts': "import type { Tokens } from './tokens/token.ts';",
    'apps/server/src/app.ts':
      "import { send } from './messages/send-message.ts'; import { serve } from './http/server.ts';",
    'apps/server/src/sessions/type-cycle-a.ts': "import type { B } from './type-cycle-b.ts'; export const a = 1;",
    'apps/server/src/sessions/type-cycle-b.ts': "import { a } from './type-cycle-a.ts'; export type B = typeof a;",
    'apps/server/src/sessions/long.ts': `// long because: one table of cases\n${'export {};\n'.repeat(401)}`,
  };
  expect(violationsIn(new Map(Object.entries(allowed)))).toEqual([]);
});
