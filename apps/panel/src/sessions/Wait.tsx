import type { Session } from '@switchboard/protocol';
import { Hourglass } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { span } from '../parts/format.ts';
import { useNow } from '../parts/use-now.ts';
import { urgency, waitsSince } from './session.ts';

const tones = {
  calm: 'bg-sunken text-ink-muted',
  soon: 'bg-warning-soft text-warning',
  late: 'bg-danger-soft text-danger',
};

/** How long they have waited for an answer; nothing when nobody waits. */
export function Wait({ session }: { session: Session }) {
  const { t } = useTranslation();
  const now = useNow();
  const since = waitsSince(session);
  if (since === null) return null;
  const waited = span(now - Date.parse(since));
  return (
    <span
      className={`flex h-5 items-center gap-1 rounded-full px-1.5 text-xs font-medium tabular-nums ${tones[urgency(session, now)]}`}
      title={t('list.waits', { span: waited })}
    >
      <Hourglass aria-hidden size={11} />
      <span className="sr-only">{t('list.waitsLabel')} </span>
      {waited}
    </span>
  );
}
