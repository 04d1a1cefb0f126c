import { describe, expect, it } from 'vitest';
import { chooseLanguage, createWords, type Language } from './words.ts';

const files = import.meta.glob<Language>('./languages/*.json', { eager: true, import: 'default' });
const languages = Object.fromEntries(
  Object.entries(files).map(([path, language]) => [path.replace(/.*\/|\.json/g, ''), language]),
);
const en = languages.en as Language;
const names = (text: string | Record<string, string>) =>
  [...new Set(JSON.stringify(text).match(/\{\w+\}/g) ?? [])].sort().join();

describe.each(Object.entries(languages))('%s', (lang, language) => {
  it('says everything', () => {
    expect(Object.keys(language)).toEqual(Object.keys(en));
    for (const text of Object.values(language)) expect(text).toBeTruthy();
  });

  it('names the same values', () => {
    for (const [key, text] of Object.entries(en)) expect(names(language[key as keyof Language]), key).toBe(names(text));
  });

  it('has a form for every number', () => {
    const forms = new Intl.PluralRules(lang).resolvedOptions().pluralCategories;
    expect(Object.keys(language.unread).sort()).toEqual([...forms].sort());
  });
});

it.each([
  [['uk-UA', 'en'], 'uk'],
  [[null, '', 'he'], 'he'],
  [['xx', 'de-AT', 'RU'], 'ru'],
  [['constructor', 'toString'], 'en'],
  [[], 'en'],
])('of %j it speaks %s', (wishes, lang) => {
  expect(chooseLanguage(wishes, Object.keys(languages))).toBe(lang);
});

it('counts as the language does', () => {
  const { say, span } = createWords('uk', languages.uk as Language);
  expect([1, 3, 5, 21].map((n) => say('unread', { n }))).toEqual([
    '1 нове повідомлення',
    '3 нові повідомлення',
    '5 нових повідомлень',
    '21 нове повідомлення',
  ]);
  expect([20, 61, 300].map(span)).toEqual(['менше хвилини', '2 хвилини', '5 хвилин']);
});
