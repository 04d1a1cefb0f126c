import { MonitorX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Ended } from '../inbox-state.ts';
import { Blank } from '../parts/Blank.tsx';
import { Button } from '../parts/Button.tsx';
import { signOut } from '../sign-in/api.ts';

/** The server has closed this panel for good; the words say why, the button what can be done. */
export function EndedNotice({ ended }: { ended: Ended }) {
  const { t } = useTranslation();
  const action =
    ended.cause === 'elsewhere' ? (
      <Button look="primary" onClick={() => location.reload()}>
        {t('ended.continueHere')}
      </Button>
    ) : (
      <Button look="primary" onClick={() => void signOut()}>
        {t('ended.signIn')}
      </Button>
    );
  return (
    <main className="h-full">
      <Blank icon={MonitorX} title={t(`ended.${ended.cause}`)} action={action}>
        {t(`ended.${ended.cause}Why`)}
      </Blank>
    </main>
  );
}
