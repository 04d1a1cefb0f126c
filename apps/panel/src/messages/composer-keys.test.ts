import { expect, test } from 'vitest';
import { sendsMessage, tellsTyping } from './composer-keys.ts';

const enter = {
  key: 'Enter',
  keyCode: 13,
  shiftKey: false,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  isComposing: false,
};

test.each([
  ['Enter', enter, true],
  ['Ctrl+Enter', { ...enter, ctrlKey: true }, true],
  ['Shift+Enter', { ...enter, shiftKey: true }, false],
  ['Alt+Enter', { ...enter, altKey: true }, false],
  ['Enter that accepts what an input method composed', { ...enter, isComposing: true }, false],
  ['the same in Safari', { ...enter, keyCode: 229 }, false],
  ['a letter', { ...enter, key: 'a', keyCode: 65 }, false],
])('%s', (_, press, sends) => {
  expect(sendsMessage(press)).toBe(sends);
});

test('typing is told at most every two seconds, and not for spaces', () => {
  expect(tellsTyping('a', 10_000, 0)).toBe(true);
  expect(tellsTyping('ab', 11_999, 10_000)).toBe(false);
  expect(tellsTyping('abc', 12_000, 10_000)).toBe(true);
  expect(tellsTyping('  ', 20_000, 0)).toBe(false);
});
