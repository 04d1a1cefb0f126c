import { expect, it } from 'vitest';
import { readClaims, readToken } from './token.ts';

it.each([
  ['abc.def.ghi', 'abc.def.ghi'],
  ['"abc.def.ghi"', 'abc.def.ghi'],
  ["'abc.def.ghi'", 'abc.def.ghi'],
  ['  "abc.def.ghi" ', 'abc.def.ghi'],
  ['""', null],
  ['', null],
  [null, null],
])('reads %j as %j', (attribute, token) => {
  expect(readToken(attribute)).toBe(token);
});

const jwt = (payload: object) => `h.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.s`;

it('reads operator and end of a token, base64url letters included', () => {
  expect(readClaims(jwt({ operator_id: 101, exp: 1_700_000_000, name: '??>>~~' }))).toEqual({
    operatorId: '101',
    expiresAt: 1_700_000_000_000,
  });
});

it.each(['', 'garbage', 'a.b.c', 'a.e30.c'])('knows nothing of %j', (token) => {
  expect(readClaims(token)).toEqual({ operatorId: null, expiresAt: null });
});
