import { expect, test } from 'vitest';
import { requestUrl } from './request-url.ts';

test('parts of the path are filled and encoded, so that a value cannot reach another endpoint', () => {
  expect(requestUrl('https://a.example/', '/api/v1/sessions/:sessionId', { sessionId: '../users/me?x' })).toBe(
    'https://a.example/api/v1/sessions/..%2Fusers%2Fme%3Fx',
  );
});

test('a missing part is refused instead of calling the list', () => {
  expect(() => requestUrl('', '/api/v1/sessions/:sessionId', { sessionId: '' })).toThrow('sessionId');
});

test('the query leaves out what is not given', () => {
  expect(requestUrl('', '/x', {}, { limit: 5, sort: undefined, withoutCount: false, cursor: null })).toBe(
    '/x?limit=5&withoutCount=false',
  );
});
