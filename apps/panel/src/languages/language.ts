import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { readStored, writeStored } from '../parts/storage.ts';
import en from './en.json';

/** In their own names; the order of the switch. */
export const languages = { en: 'English', uk: 'Українська', ru: 'Русский', he: 'עברית' } as const;
export type Language = keyof typeof languages;

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}

const files = import.meta.glob<{ default: typeof en }>(['./*.json', '!./en.json']);
const rightToLeft: ReadonlySet<string> = new Set<Language>(['he']);

export const directionOf = (language: string): 'rtl' | 'ltr' => (rightToLeft.has(language) ? 'rtl' : 'ltr');

/** English comes with the panel, every other language when it is wanted. */
export async function startLanguage(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
  });
  await changeLanguage(readStored('language') ?? wished());
}

async function changeLanguage(wanted: string): Promise<void> {
  const language: Language = isLanguage(wanted) ? wanted : 'en';
  if (!i18next.hasResourceBundle(language, 'translation')) {
    const file = await files[`./${language}.json`]?.().catch(() => undefined);
    if (!file) return;
    i18next.addResourceBundle(language, 'translation', file.default);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
}

export async function chooseLanguage(language: Language): Promise<void> {
  writeStored('language', language);
  await changeLanguage(language);
}

function wished(): string {
  const tags = navigator.languages.map((tag) => tag.split('-')[0] ?? '');
  return tags.find(isLanguage) ?? 'en';
}

const isLanguage = (tag: string): tag is Language => tag in languages;
