import { ApiError } from '@switchboard/sdk';
import { CircleAlert, Link2Off } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Blank } from '../parts/Blank.tsx';
import { Button } from '../parts/Button.tsx';
import { errorText } from '../parts/error-text.ts';
import { Field } from '../parts/Field.tsx';
import { go } from '../route.ts';
import { LanguageSwitch } from '../settings/LanguageSwitch.tsx';
import { api } from '../sign-in/api.ts';
import { type Credentials, enter } from '../sign-in/credentials.ts';
import { SetUpDone } from './SetUpDone.tsx';
import { type SetUpField, setUpFields } from './set-up-fields.ts';

/** The first minutes of an empty server: company, organization, administrator. The link works once. */
export default function SetUpScreen({ setupToken }: { setupToken: string }) {
  const { t } = useTranslation();
  const [values, setValues] = useState<Record<SetUpField, string>>({
    company: '',
    organization: '',
    login: '',
    name: '',
    email: '',
    password: '',
  });
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [isUsed, setUsed] = useState(false);
  const [done, setDone] = useState<(Credentials & { guid: string }) | null>(null);

  const setUp = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      setDone(await api.call('setUp', { body: { setupToken, ...values } }));
    } catch (failure) {
      if (failure instanceof ApiError && failure.code === 'forbidden') setUsed(true);
      else setError(errorText(failure));
    }
    setBusy(false);
  };
  const openInbox = (credentials: Credentials): void => {
    go('/help', 'replace');
    enter({ token: credentials.token, refreshToken: credentials.refreshToken });
  };

  if (isUsed) {
    const signIn = (
      <Button look="primary" autoFocus onClick={() => go('/', 'replace')}>
        {t('signIn.enter')}
      </Button>
    );
    return (
      <main className="h-full">
        <div role="alert" className="h-full">
          <Blank icon={Link2Off} title={t('setUp.used')} action={signIn}>
            {t('setUp.usedWhy')}
          </Blank>
        </div>
      </main>
    );
  }
  return (
    <main className="flex h-full flex-col items-center overflow-y-auto p-4 pt-[8vh]">
      <div className="w-full max-w-112">
        <div className="mb-6 flex items-center gap-3">
          <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" className="size-10" />
          <div>
            <h1 className="text-xl leading-tight font-semibold">{t(done ? 'setUp.done' : 'setUp.title')}</h1>
            <p className="text-ink-muted">{t(done ? 'setUp.doneHint' : 'setUp.hint')}</p>
          </div>
        </div>
        {done ? (
          <SetUpDone guid={done.guid} onOpen={() => openInbox(done)} />
        ) : (
          <form
            onSubmit={(event) => void setUp(event)}
            className="rounded-4 border border-line bg-surface p-5 shadow-1"
          >
            {setUpFields.map(({ field, type, autoComplete, pattern, minLength }) => (
              <Field
                key={field}
                label={t(`setUp.${field}`)}
                hint={t(`setUp.${field}Hint`)}
                type={type}
                autoComplete={autoComplete}
                pattern={pattern}
                minLength={minLength}
                maxLength={100}
                dir={type === 'text' ? 'auto' : 'ltr'}
                value={values[field]}
                onValue={(value) => setValues({ ...values, [field]: value })}
              />
            ))}
            <div role="alert">
              {error && (
                <p className="mb-4 flex gap-2 text-danger">
                  <CircleAlert aria-hidden size={16} className="mt-0.5 shrink-0" />
                  {error}
                </p>
              )}
            </div>
            <Button type="submit" look="primary" disabled={isBusy} className="h-10 w-full">
              {t(isBusy ? 'setUp.busy' : 'setUp.enter')}
            </Button>
          </form>
        )}
        <div className="mt-4 flex justify-end">
          <LanguageSwitch />
        </div>
      </div>
    </main>
  );
}
