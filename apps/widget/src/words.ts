import type english from './languages/en.json';

type Key = keyof typeof english;
export type Language = Record<Key, string | Record<string, string>>;

export interface Words {
  lang: string;
  dir: 'ltr' | 'rtl';
  say: (key: Key, values?: Record<string, string | number>) => string;
  /** A span a person can picture: "under a minute", "3 minutes". */
  span: (seconds: number) => string;
  clock: (at: Date) => string;
  day: (at: Date) => string;
}

/** The first wish that is among those spoken, else English. */
export function chooseLanguage(wishes: readonly (string | null | undefined)[], spoken: readonly string[]): string {
  const codes = wishes.map((wish) => wish?.toLowerCase().split(/[-_]/)[0] ?? '');
  return codes.find((code) => spoken.includes(code)) ?? 'en';
}

export function createWords(lang: string, language: Language): Words {
  const plural = new Intl.PluralRules(lang);
  const minutes = new Intl.NumberFormat(lang, { style: 'unit', unit: 'minute', unitDisplay: 'long' });
  const relative = new Intl.RelativeTimeFormat(lang, { numeric: 'auto' });
  const clock = new Intl.DateTimeFormat(lang, { hour: 'numeric', minute: '2-digit' });
  const date = new Intl.DateTimeFormat(lang, { weekday: 'short', day: 'numeric', month: 'long' });

  const say: Words['say'] = (key, values = {}) => {
    const found: string | Record<string, string> = language[key];
    const text = typeof found === 'string' ? found : (found[plural.select(Number(values.n))] ?? found.other ?? '');
    return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
  };
  return {
    lang,
    dir: lang === 'he' ? 'rtl' : 'ltr',
    say,
    span: (seconds) => (seconds < 60 ? say('soon') : minutes.format(Math.ceil(seconds / 60))),
    clock: (at) => clock.format(at),
    day: (at) => {
      const ago = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
      return ago < 2 ? relative.format(-ago, 'day') : date.format(at);
    },
  };
}
