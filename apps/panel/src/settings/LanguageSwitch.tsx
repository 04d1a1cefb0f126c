import { Languages } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, type Language, languages } from '../languages/language.ts';

const names = Object.entries(languages) as [Language, string][];

export function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  return (
    <label className="inline-flex items-center gap-2 text-ink-muted">
      <Languages aria-hidden size={16} />
      <span className="sr-only">{t('settings.language')}</span>
      <select
        value={i18n.language}
        onChange={(event) => void chooseLanguage(event.target.value as Language)}
        className="h-8 cursor-pointer rounded-2 border border-line-strong bg-surface px-2 text-ink"
      >
        {names.map(([language, name]) => (
          <option key={language} value={language} lang={language}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
