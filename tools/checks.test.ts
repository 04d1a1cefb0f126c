import { describe, expect, test } from 'vitest';
import { violationsInLock } from './check-lock.mjs';
import { literalWords, violationsInLanguages, violationsInUse } from './languages.mjs';

describe('lock file', () => {
  const entry = { version: '1.0.0', integrity: 'sha512-x' };
  const cases: [string, Record<string, object>, string | undefined][] = [
    ['a complete one', { '': { optionalDependencies: { a: '1' } }, 'node_modules/a': entry }, undefined],
    [
      'a platform package that is missing',
      { 'node_modules/b': { ...entry, optionalDependencies: { a: '1' } } },
      'names a',
    ],
    [
      'one that lies in a folder above',
      { 'node_modules/b/node_modules/c': { ...entry, optionalDependencies: { a: '1' } }, 'node_modules/a': entry },
      undefined,
    ],
    ['a registry', { 'node_modules/a': { ...entry, resolved: 'https://example.com/a.tgz' } }, '"resolved"'],
    ['an install script', { 'node_modules/a': { ...entry, hasInstallScript: true } }, 'a has an install script'],
    [
      'an optional install script',
      { 'node_modules/a': { ...entry, hasInstallScript: true, optional: true } },
      undefined,
    ],
    ['no hash', { 'node_modules/a': { version: '1.0.0' } }, 'integrity'],
  ];
  test.each(cases)('%s', (_, packages, sentence) => {
    expect(violationsInLock(packages)).toEqual(sentence === undefined ? [] : [expect.stringContaining(sentence)]);
  });
});

describe('languages', () => {
  const cases: [string, Record<string, object>, string[]][] = [
    ['the same keys', { en: { a: 'A' }, uk: { a: 'А' } }, []],
    ['a missing key', { en: { a: { b: 'B' } }, uk: {} }, ['l/uk.json lacks "a.b"']],
    ['a key too many', { en: {}, uk: { a: 'А' } }, ['l/uk.json has "a", which en.json lacks']],
    ['an empty text', { en: { a: 'A' }, uk: { a: ' ' } }, ['l/uk.json "a" is empty']],
    ['a lost place', { en: { a: '{n} of {m}' }, uk: { a: '{n}' } }, ['l/uk.json "a" lacks the place {m}']],
    [
      'plural forms by object',
      { en: { a: { one: '{n}', other: '{n}' } }, uk: { a: { one: '{n}', other: '{n}' } } },
      ['l/uk.json "a" lacks the form "few"', 'l/uk.json "a" lacks the form "many"'],
    ],
    [
      'plural forms by suffix',
      { en: { a_one: '1', a_other: '2' }, he: { a_one: '1', a_two: '2', a_other: '3', a_few: '4' } },
      ['l/he.json "a" has the form "few", which he does not use'],
    ],
    ['no English', { uk: {} }, ['l has no en.json, which the others are compared with']],
  ];
  test.each(cases)('%s', (_, languages, sentences) => expect(violationsInLanguages('l', languages)).toEqual(sentences));

  const english = { open: 'Open', status: { help: 'Help', bot: 'Bot' }, unread_one: '1', unread_other: '2' };
  const uses: [string, string, string[]][] = [
    ['all in use', "t('open'); say(`status.${s}`); t('unread', { count });", []],
    ['a key by way of a table', "const label = 'open'; t(a ? 'status.help' : 'status.bot'); t('unread');", []],
    [
      'an unknown key',
      "t('open'); t(`status.${s}`); t('unread'); t('shut');",
      ["a.ts:1 says 'shut', which l/en.json lacks"],
    ],
    ['an unused key', "t('open'); t('status.help'); t('unread');", ['l/en.json has "status.bot", which nothing says']],
  ];
  test.each(uses)('%s', (_, source, sentences) =>
    expect(violationsInUse(new Map([['a.ts', source]]), 'l', english)).toEqual(sentences),
  );
});

describe('words in components', () => {
  const cases: [string, boolean][] = [
    ['<p>Hello</p>', true],
    ['<>Hello</>', true],
    ["<p>{'Hello'}</p>", true],
    ["<p>{open ? 'Open' : t('shut')}</p>", true],
    ["<p>{open && 'Open'}</p>", true],
    ['<p>{`Hello ${name}`}</p>', true],
    ['<p title="Hello" />', true],
    ['<input placeholder={"Name"} />', true],
    ["<button aria-label={open ? 'Close' : 'Open'} />", true],
    ["<p>{t('hello')}</p>", false],
    ['<p className="hello" role="note">{n} · ×</p>', false],
    ["<p>{status === 'HELP' && <b />}</p>", false],
    ['<kbd>Enter</kbd>', false],
    ['<b>Switchboard</b> // not translated: the brand', false],
  ];
  test.each(cases)('%s', (source, isLiteral) =>
    expect(literalWords('a.tsx', `const a = ${source}`).length > 0).toBe(isLiteral),
  );
});
