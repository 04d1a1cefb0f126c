import { ApiError } from '@switchboard/sdk';
import { CircleAlert } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/Button.tsx';
import { errorText } from '../parts/error-text.ts';
import { Field } from '../parts/Field.tsx';
import { timeOfDay } from '../parts/format.ts';
import { useNow } from '../parts/use-now.ts';
import { LanguageSwitch } from '../settings/LanguageSwitch.tsx';
import { api } from './api.ts';
import { enter, useSignIn } from './credentials.ts';
import { isEmbedded } from './embedding.ts';

export function SignInScreen() {
  const { t } = useTranslation();
  const cause = useSignIn((state) => state.cause);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [lockedUntil, setLockedUntil] = useState(0);
  const secondsLeft = Math.ceil((lockedUntil - useNow()) / 1000);
  const isLocked = secondsLeft > 0;

  const lockedText = (): string =>
    secondsLeft < 90
      ? t('signIn.tooMany', { count: secondsLeft })
      : t('signIn.tooManyUntil', { at: timeOfDay(new Date(lockedUntil).toISOString()) });
  const signIn = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      enter(await api.call('login', { body: { email: email.trim(), password } }));
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === 429) {
        setLockedUntil(Date.now() + (failure.retryAfterSeconds ?? 30) * 1000);
      } else setError(errorText(failure));
    }
    setBusy(false);
  };
  const message = isLocked ? lockedText() : error;

  return (
    <main className="flex h-full flex-col items-center overflow-y-auto p-4 pt-[14vh]">
      <div className="w-full max-w-92">
        <div className="mb-6 flex items-center gap-3">
          <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" className="size-10" />
          <div>
            {/* not translated: the product's name */}
            <h1 className="text-xl leading-tight font-semibold">Switchboard</h1>
            <p className="text-ink-muted">{t('signIn.title')}</p>
          </div>
        </div>
        {cause && !message && (
          <p role="status" className="mb-4 rounded-2 bg-warning-soft px-3 py-2 text-warning">
            {t(`signIn.after.${cause}`)}
          </p>
        )}
        <form onSubmit={(event) => void signIn(event)} className="rounded-4 border border-line bg-surface p-5 shadow-1">
          <Field
            label={t('signIn.email')}
            type="email"
            autoComplete="username"
            dir="ltr"
            autoFocus={!isEmbedded}
            value={email}
            onValue={setEmail}
          />
          <Field
            label={t('signIn.password')}
            type="password"
            autoComplete="current-password"
            dir="ltr"
            value={password}
            onValue={setPassword}
          />
          <div role="alert">
            {message && (
              <p className="mb-4 flex gap-2 text-danger">
                <CircleAlert aria-hidden size={16} className="mt-0.5 shrink-0" />
                {message}
              </p>
            )}
          </div>
          <Button type="submit" look="primary" disabled={isBusy || isLocked} className="h-10 w-full">
            {t(isBusy ? 'signIn.busy' : 'signIn.enter')}
          </Button>
        </form>
        <div className="mt-4 flex justify-end">
          <LanguageSwitch />
        </div>
      </div>
    </main>
  );
}
