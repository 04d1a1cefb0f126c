import files from 'virtual:languages';
import en from './languages/en.json' with { type: 'json' };
import { chooseLanguage, createWords, type Language, type Words } from './words.ts';

/** English comes with the script, any other language as one more small file beside it. */
export async function loadWords(wishes: readonly (string | null | undefined)[]): Promise<Words> {
  const lang = chooseLanguage(wishes, ['en', ...Object.keys(files)]);
  const file = files[lang];
  try {
    if (file) {
      const { default: texts } = await import(/* @vite-ignore */ new URL(file, import.meta.url).href);
      return createWords(lang, Object.fromEntries(Object.keys(en).map((key, i) => [key, texts[i]])) as Language);
    }
  } catch {
    // Not to be had: better English than nothing.
  }
  return createWords('en', en);
}
