import { UsersRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/Button.tsx';
import { span } from '../parts/format.ts';
import { useNow } from '../parts/use-now.ts';
import { type Pending, removePending } from './outbox.ts';
import { sendAnyway } from './send-message.ts';

interface Props {
  entry: Pending;
  onShow: (number: number | null) => void;
  onEdit: (text: string) => void;
}

/** Somebody answered while this was being written. */
export function ConflictBar({ entry, onShow, onEdit }: Props) {
  const { t } = useTranslation();
  const now = useNow();
  const latest = entry.newer.at(-1);
  const ago = latest && span(now - Date.parse(latest.createdAt));
  const edit = (): void => {
    removePending(entry.localId);
    onEdit(entry.body);
  };
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-2 border-t border-line bg-warning-soft px-4 py-2 text-warning"
    >
      <UsersRound aria-hidden size={16} className="shrink-0" />
      <span className="min-w-40 flex-1">
        <span className="font-medium">
          {latest ? t('conflict.repliedAgo', { name: latest.authorName, ago }) : t('conflict.changed')}
        </span>
      </span>
      <span className="flex flex-wrap gap-1.5">
        <Button small onClick={() => onShow(latest?.number ?? null)}>
          {t('conflict.show')}
        </Button>
        <Button small onClick={edit}>
          {t('message.change')}
        </Button>
        <Button small look="primary" onClick={() => sendAnyway(entry.localId)}>
          {t('conflict.sendAnyway')}
        </Button>
      </span>
    </div>
  );
}
