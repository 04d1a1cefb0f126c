import { Monitor, Moon, Sun } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { usePanel } from '../live/panel-store.ts';
import { Button } from '../parts/Button.tsx';
import { signOut } from '../sign-in/api.ts';
import { isEmbedded } from '../sign-in/embedding.ts';
import { LanguageSwitch } from './LanguageSwitch.tsx';
import { prefer, themes, usePreferences } from './preferences.ts';

const icons = { system: Monitor, light: Sun, dark: Moon };

export default function SettingsScreen() {
  const { t } = useTranslation();
  const me = usePanel((panel) => panel.inbox.me);
  const theme = usePreferences((preferences) => preferences.theme);
  return (
    <div className="mx-auto max-w-180 px-4 py-6">
      <h1 className="mb-4 text-xl font-semibold">{t('settings.title')}</h1>
      <div className="divide-y divide-line rounded-4 border border-line bg-surface">
        <Setting name={t('settings.theme')} why={t('settings.themeWhy')}>
          <fieldset className="flex rounded-2 border border-line-strong p-0.5">
            <legend className="sr-only">{t('settings.theme')}</legend>
            {themes.map((name) => {
              const Icon = icons[name];
              return (
                <label
                  key={name}
                  className="flex h-8 cursor-pointer items-center gap-1.5 rounded-1 px-2.5 font-medium text-ink-muted has-checked:bg-selected has-checked:text-accent-ink has-focus-visible:outline-2 has-focus-visible:outline-accent"
                >
                  <input
                    type="radio"
                    name="theme"
                    className="sr-only"
                    checked={theme === name}
                    onChange={() => prefer({ theme: name })}
                  />
                  <Icon aria-hidden size={15} />
                  {t(`settings.themes.${name}`)}
                </label>
              );
            })}
          </fieldset>
        </Setting>
        <Setting name={t('settings.language')} why={t('settings.languageWhy')}>
          <LanguageSwitch />
        </Setting>
        {me && (
          <Setting name={me.name} why={me.email ?? ''}>
            {!isEmbedded && <Button onClick={() => void signOut()}>{t('signOut')}</Button>}
          </Setting>
        )}
      </div>
    </div>
  );
}

function Setting({ name, why, children }: { name: string; why: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 p-4">
      <div className="min-w-50 flex-1">
        <h2 className="font-medium">{name}</h2>
        <p className="text-sm text-ink-muted">{why}</p>
      </div>
      {children}
    </div>
  );
}
