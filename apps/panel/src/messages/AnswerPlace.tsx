import type { Session } from '@switchboard/protocol';
import { HandHelping, Lock, UserRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { dateAndTime } from '../parts/format.ts';
import { statusText } from '../sessions/status-text.ts';

/** What stands where one would write, when one cannot. */
export function AnswerPlace({ session }: { session: Session }) {
  const { t } = useTranslation();
  if (session.status === 'CLOSED') {
    return (
      <Line icon={<Lock aria-hidden size={15} />}>
        {t(`session.closedBy.${closer(session.closedBy)}`, {
          at: session.closedAt ? dateAndTime(session.closedAt) : '',
        })}
        {session.operatorName && ` · ${t('session.operator')}: ${session.operatorName}`}
        {session.result && <> · {session.result}</>}
      </Line>
    );
  }
  if (session.status === 'HELP') {
    return <Line icon={<HandHelping aria-hidden size={15} />}>{t('session.takeToAnswer')}</Line>;
  }
  return <Line icon={<UserRound aria-hidden size={15} />}>{statusText(session, t)}</Line>;
}

const closers = ['CLIENT', 'OPERATOR', 'BOT', 'SUPERVISOR', 'TTL'] as const;
const closer = (by: string | null): (typeof closers)[number] => closers.find((known) => known === by) ?? 'OPERATOR';

function Line({ icon, children }: { icon: React.ReactNode; children: React.ReactNode }) {
  return (
    <p className="flex min-h-14 shrink-0 items-center justify-center gap-2 border-t border-line bg-surface px-4 text-ink-muted">
      {icon}
      <span>{children}</span>
    </p>
  );
}
