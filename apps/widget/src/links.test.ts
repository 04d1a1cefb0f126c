import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitLinks } from './links.ts';

const links = (text: string) => splitLinks(text).flatMap(({ href }) => href ?? []);

it.each([
  ['see https://a.example/x?y=1#z now', ['https://a.example/x?y=1#z']],
  ['Is it https://a.example/x?', ['https://a.example/x']],
  ['(https://a.example/x), and https://b.example.', ['https://a.example/x', 'https://b.example']],
  ['https://a.example/tea_(drink)', ['https://a.example/tea_(drink)']],
  ['javascript:alert(1) data:text/html,x file:///etc', []],
  ['https://', []],
  ['<a href="https://a.example">x</a>', ['https://a.example']],
])('finds in %j the links %j', (text, found) => {
  expect(links(text)).toEqual(found);
});

it('never loses or adds a character, and links only to the web', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('https://a.b', ' ', ')', '(', '.', 'x', '<', 'http://', 'javascript:')),
      (parts) => {
        const text = parts.join('');
        expect(
          splitLinks(text)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(text);
        for (const href of links(text)) expect(href).toMatch(/^https?:\/\//);
      },
    ),
  );
});
