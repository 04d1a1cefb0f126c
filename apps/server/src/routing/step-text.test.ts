import { expect, test } from 'vitest';
import { textIn } from './step-text.ts';

const texts = { default: 'Please wait', uk: 'Зачекайте', 'pt-BR': 'Aguarde' };

test.each<[string | null, string]>([
  ['uk', 'Зачекайте'],
  ['uk-UA', 'Зачекайте'],
  ['UK_ua', 'Зачекайте'],
  ['pt-br', 'Aguarde'],
  ['pt', 'Please wait'],
  ['', 'Please wait'],
  [null, 'Please wait'],
])('in %s: %s', (language, text) => {
  expect(textIn(texts, language)).toBe(text);
});

test('nothing to say in this language', () => {
  expect(textIn({ uk: 'Зачекайте' }, 'he')).toBeNull();
});
