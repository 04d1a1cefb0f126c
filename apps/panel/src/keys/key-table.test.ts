import { expect, test } from 'vitest';
import { keyOf } from './key-table.ts';

const press = (code: string, more = {}) => ({
  code,
  key: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isComposing: false,
  ...more,
});

test('letters count by their place, so that a Cyrillic or Hebrew layout has them too', () => {
  expect(keyOf(press('KeyJ', { key: 'о' }), false)).toBe('next');
  expect(keyOf(press('KeyT', { key: 'א' }), false)).toBe('take');
});

test('while somebody writes only Alt with an arrow is a key', () => {
  expect(keyOf(press('KeyE'), true)).toBeNull();
  expect(keyOf(press('ArrowDown'), true)).toBeNull();
  expect(keyOf(press('ArrowDown', { altKey: true }), true)).toBe('next');
});

test("the browser's own keys stay its own", () => {
  expect(keyOf(press('KeyR', { ctrlKey: true }), false)).toBeNull();
  expect(keyOf(press('KeyT', { metaKey: true }), false)).toBeNull();
  expect(keyOf(press('KeyE', { altKey: true }), false)).toBeNull();
  expect(keyOf(press('KeyE', { isComposing: true }), false)).toBeNull();
});

test('the question mark wherever the layout has it', () => {
  expect(keyOf(press('Digit7', { key: '?' }), false)).toBe('keys');
});
