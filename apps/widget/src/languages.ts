import { fileOf, openers } from 'virtual:languages';
import en from './languages/en.json' with { type: 'json' };
import { chooseLanguage, createWords, type Language, type Words } from './words.ts';

/**
 * English comes with the script. Of any other language only what the closed launcher says comes with it; the rest is
 * one more small file beside it, for `load` to fetch.
 */
export function chooseWords(wishes: readonly (string | null | undefined)[]): Chosen {
  const lang = chooseLanguage(wishes, ['en', ...Object.keys(openers)]);
  const open = openers[lang];
  if (!open) return { words: createWords(lang, en) };
  return {
    words: createWords(lang, { ...en, open }),
    load: () =>
      import(/* @vite-ignore */ fileOf(lang)).then(
        ({ default: texts }) => {
          const entries = Object.keys(en).map((key, i) => [key, texts[i] ?? open]);
          return createWords(lang, Object.fromEntries(entries) as Language);
        },
        // Not to be had: better English than nothing.
        () => createWords('en', en),
      ),
  };
}

interface Chosen {
  words: Words;
  /** Missing where the words are complete. */
  load?: () => Promise<Words>;
}
