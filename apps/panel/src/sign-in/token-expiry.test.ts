import { expect, test } from 'vitest';
import { expiresAt, refreshIn } from './token-expiry.ts';

const tokenUntil = (seconds: number) =>
  `h.${btoa(JSON.stringify({ exp: seconds, name: 'Зоя ÿÿ>?' }).replace(/[^\x20-\x7e]/g, '_'))}.s`;

test('reads the end of a JWT; anything else does not say', () => {
  expect(expiresAt(tokenUntil(1_800_000_000))).toBe(1_800_000_000_000);
  expect(expiresAt('opaque')).toBeNull();
  expect(expiresAt('a.%%%.c')).toBeNull();
});

test('a minute before the end, earlier for a short token, at once when it is over', () => {
  expect(refreshIn(tokenUntil(3600), 0)).toBe(3_540_000);
  expect(refreshIn(tokenUntil(100), 0)).toBe(90_000);
  expect(refreshIn(tokenUntil(100), 200_000)).toBe(0);
});
