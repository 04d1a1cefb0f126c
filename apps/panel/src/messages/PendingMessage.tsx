import { CircleAlert, Clock, CloudOff, Pencil, RotateCw, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/Button.tsx';
import { codeText } from '../parts/error-text.ts';
import { Bubble } from './Bubble.tsx';
import { type Pending, removePending } from './outbox.ts';
import { retryMessage } from './send-message.ts';

interface Props {
  entry: Pending;
  /** Back into the composer. */
  onEdit: (text: string) => void;
}

// Nobody should take for sent what was not.
const looks: Record<Pending['status'], string> = {
  sending: 'opacity-75',
  waiting: 'opacity-75',
  conflict: 'rounded-4 outline-2 outline-offset-1 outline-warning',
  failed: 'rounded-4 outline-2 outline-offset-1 outline-danger',
};

/** On its way, waiting for the network, or refused: the words stay in any case. */
export function PendingMessage({ entry, onEdit }: Props) {
  const { t } = useTranslation();
  const edit = (): void => {
    removePending(entry.localId);
    onEdit(entry.body);
  };
  return (
    <div className="flex flex-col items-end gap-1 ps-[15%]">
      <div className={looks[entry.status]}>
        <Bubble voice="me" body={entry.body} replyTo={entry.replyTo} />
      </div>
      {entry.status === 'sending' && (
        <span className="flex items-center gap-1 px-1 text-xs text-ink-subtle">
          <Clock aria-hidden size={12} />
          {t('message.sending')}
        </span>
      )}
      {entry.status === 'conflict' && (
        <span className="flex items-center gap-1 px-1 text-xs text-warning">
          <CircleAlert aria-hidden size={12} />
          {t('conflict.notSent')}
        </span>
      )}
      {entry.status === 'waiting' && (
        <span className="flex items-center gap-1 px-1 text-xs text-warning">
          <CloudOff aria-hidden size={12} />
          {t('message.waiting')}
          <Button small look="quiet" icon={RotateCw} onClick={() => retryMessage(entry.localId)}>
            {t('message.tryNow')}
          </Button>
        </span>
      )}
      {entry.status === 'failed' && (
        <span className="flex flex-wrap items-center justify-end gap-1 px-1 text-sm text-danger">
          <CircleAlert aria-hidden size={14} />
          {t('message.failed', { reason: codeText(entry.errorCode ?? 'internal') ?? t('errors.internal') })}
          <span className="flex">
            <Button small look="quiet" icon={RotateCw} onClick={() => retryMessage(entry.localId)}>
              {t('message.sendAgain')}
            </Button>
            <Button small look="quiet" icon={Pencil} onClick={edit}>
              {t('message.change')}
            </Button>
            <Button small look="quiet" icon={Trash2} onClick={() => removePending(entry.localId)}>
              {t('message.discard')}
            </Button>
          </span>
        </span>
      )}
    </div>
  );
}
