import { KeyRound, LoaderCircle } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Blank } from '../parts/Blank.tsx';
import { useSignIn } from './credentials.ts';

const patienceMs = 8000;

/** Inside another page, which has to hand over a token. */
export function WaitingScreen() {
  const { t } = useTranslation();
  const isExpired = useSignIn((state) => state.cause !== null);
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), patienceMs);
    return () => clearTimeout(timer);
  }, []);
  const kind = isExpired ? 'expired' : isLate ? 'late' : 'waiting';
  return (
    <main className="h-full" role="status">
      <Blank icon={kind === 'waiting' ? LoaderCircle : KeyRound} title={t(`embedded.${kind}`)}>
        {t(`embedded.${kind}Why`)}
      </Blank>
    </main>
  );
}
