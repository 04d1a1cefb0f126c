import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seal, unseal } from './seal.ts';

test('opens with the same secret, whatever the text; never twice the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, secret) => {
      const sealed = seal(text, secret);
      expect(unseal(sealed, secret)).toBe(text);
      expect(seal(text, secret)).not.toBe(sealed);
    }),
  );
});

test('opens with no other secret, and not when changed', () => {
  const sealed = seal('sbk_secret', 'key');
  expect(sealed).not.toContain('sbk_');
  expect(() => unseal(sealed, 'other')).toThrow();
  expect(() => unseal(`A${sealed.slice(1)}`, 'key')).toThrow();
});
