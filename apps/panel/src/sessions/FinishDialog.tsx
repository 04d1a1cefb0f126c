import { Dialog } from '@base-ui/react/dialog';
import type { Session } from '@switchboard/protocol';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/Button.tsx';
import { Popup } from '../parts/Popup.tsx';
import { clientTitle } from './client-title.ts';
import { finishSession } from './take-session.ts';

interface Props {
  session: Session;
  onClose: () => void;
}

/** Asked once: it cannot be undone. */
export default function FinishDialog({ session, onClose }: Props) {
  const { t } = useTranslation();
  const [result, setResult] = useState('');
  const [isBusy, setBusy] = useState(false);
  const finish = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const done = await finishSession(session.id, result);
    setBusy(false);
    if (done) onClose();
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Popup>
        <form onSubmit={(event) => void finish(event)}>
          <Dialog.Title className="text-lg font-semibold">
            {t('finish.title', { name: clientTitle(session, t) })}
          </Dialog.Title>
          <Dialog.Description className="mt-1 text-ink-muted">{t('finish.why')}</Dialog.Description>
          <label className="mt-4 block">
            <span className="text-sm font-medium">{t('finish.result')}</span>
            <input
              value={result}
              maxLength={200}
              dir="auto"
              onChange={(event) => setResult(event.target.value)}
              placeholder={t('finish.resultExample')}
              className="mt-1 h-9 w-full rounded-2 border border-line-strong bg-surface px-3 placeholder:text-ink-subtle"
            />
          </label>
          <div className="mt-5 flex justify-end gap-2">
            <Button onClick={onClose}>{t('cancel')}</Button>
            <Button type="submit" look="primary" disabled={isBusy}>
              {t('session.finish')}
            </Button>
          </div>
        </form>
      </Popup>
    </Dialog.Root>
  );
}
