import { expect, test } from 'vitest';
import { parseRoute } from './route.ts';

test.each([
  ['', '/', []],
  ['#/help', '/help', ['help']],
  ['#/sessions/00-11', '/sessions/00-11', ['sessions', '00-11']],
  ['#/sessions/a%20b?from=crm', '/sessions/a%20b', ['sessions', 'a b']],
  ['#/sessions/%E0%A4%A', '/sessions/%E0%A4%A', ['sessions', '%E0%A4%A']],
])('%s', (hash, path, parts) => {
  expect(parseRoute(hash)).toEqual({ path, parts });
});
