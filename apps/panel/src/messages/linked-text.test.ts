import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linkedText } from './linked-text.ts';

test.each([
  ['see https://a.example/x?y=1.', ['see ', 'https://a.example/x?y=1>', '.']],
  ['(https://a.example/Fax_(machine)), ok', ['(', 'https://a.example/Fax_(machine)>', '), ok']],
  ['www.a.example', ['www.a.example>']],
  ['javascript:alert(1) data:text/html,x', ['javascript:alert(1) data:text/html,x']],
  ['https://bank.example@evil.example/', ['https://bank.example@evil.example/']],
  ['приклад https://приклад.укр/шлях!', ['приклад ', 'https://приклад.укр/шлях>', '!']],
])('%s', (text, expected) => {
  expect(linkedText(text).map((piece) => (piece.href ? `${piece.text}>` : piece.text))).toEqual(expected);
});

test('no letter is lost, and only http(s) is ever linked', () => {
  const part = fc.constantFrom(
    'http://',
    'https://',
    'www.',
    'javascript:',
    'a.example',
    '@',
    '(',
    ')',
    '.',
    ' ',
    '\n',
    '<b>',
    '"',
    'ж',
    '//',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const pieces = linkedText(parts.join(''));
      expect(pieces.map((piece) => piece.text).join('')).toBe(parts.join(''));
      for (const { href } of pieces) if (href !== undefined) expect(href).toMatch(/^https?:\/\//);
    }),
  );
});
