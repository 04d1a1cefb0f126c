import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerTo, hasOneOf, sameWords } from './understand.ts';

describe('a keyword', () => {
  test.each([
    ['Where is my REFUND?', ['refund'], true],
    ['refunds', ['refund'], false],
    ['I want my money back, now', ['money back'], true],
    ['money, then back', ['money back'], false],
    ['Где мой ЗАКАЗ?', ['заказ'], true],
    ['заказы', ['заказ'], false],
    ['GROẞE STRASSE', ['straße'], true],
    ['ΟΔΟΣ', ['οδος'], true],
    ['cafe\u0301', ['café'], true],
    ['我要退款', ['退款'], true],
    ['איפה ההזמנה שלי', ['ההזמנה'], true],
    ['well 👍 then', ['👍'], true],
    ['well then', ['👍'], false],
    ['what?', ['?'], true],
    ["I can't pay", ["can't"], true],
    ['nothing of it', ['this', 'that', 'of'], true],
    ['', ['refund'], false],
    ['anything', ['  '], false],
  ])('%j has one of %j: %j', (text, words, expected) => {
    expect(hasOneOf(text, words)).toBe(expected);
  });

  test('stands alone, in whatever case', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-zа-яіїє]{1,10}$/u),
        fc.stringMatching(/^[a-zа-яіїє]{1,10}$/u),
        (word, other) => {
          expect(hasOneOf(`${other}, ${word.toUpperCase()}! ${other}`, [word])).toBe(true);
          expect(hasOneOf(`${other}${word}`, [word])).toBe(false);
        },
      ),
    );
  });
});

test.each([
  ['An order', ' an ORDER ', true],
  ['An order', 'order', false],
])('%j is pressed by %j: %j', (button, text, expected) => {
  expect(sameWords(button, text)).toBe(expected);
});

describe('an answer', () => {
  test.each([
    ['name', '  Ada   Lovelace ', 'Ada Lovelace'],
    ['name', 'Ада', 'Ада'],
    ['name', '12345', null],
    ['name', '', null],
    ['name', 'a'.repeat(101), null],
    ['phone', '+380 (44) 123-45-67', '+380441234567'],
    ['phone', '０４４１２３４５６７', '0441234567'],
    ['phone', '12345', null],
    ['phone', 'call me', null],
    ['phone', '+1234567890123456', null],
    ['email', ' Ada@Example.COM ', 'ada@example.com'],
    ['email', 'ada@example', null],
    ['email', 'ada at example.com', null],
    ['email', 'a@b@c.com', null],
    ['email', `${'a'.repeat(200)}@example.com`, null],
  ] as const)('as %s %j is kept as %j', (ask, text, expected) => {
    expect(answerTo(ask, text)).toBe(expected);
  });
});
