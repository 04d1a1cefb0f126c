import type { Session } from '@switchboard/protocol';
import { CornerUpLeft, PencilLine } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { useDrafts } from '../messages/drafts.ts';
import { count, shortTime } from '../parts/format.ts';
import { useNow } from '../parts/use-now.ts';
import { ChannelMark } from './ChannelMark.tsx';
import { ClientMark } from './ClientMark.tsx';
import { clientTitle } from './client-title.ts';
import { Wait } from './Wait.tsx';

export const rowHeight = 56;

interface Props {
  session: Session;
  me: number;
  isOpen: boolean;
}

export const SessionRow = memo(function SessionRow({ session, me, isOpen }: Props) {
  const { t } = useTranslation();
  const hasDraft = useDrafts(({ texts }) => session.id in texts);
  const unread = session.status === 'CLOSED' ? 0 : session.unreadClientMessageCount;
  const last = session.lastMessage;
  const isAnswered = last?.type !== 'NOTE' && (last?.authorType === 'OPERATOR' || last?.authorType === 'BOT');
  const answered = last?.authorId === me ? t('list.answered') : t('list.answeredBy', { name: last?.authorName });
  return (
    <a
      href={`#/sessions/${session.id}`}
      aria-current={isOpen ? 'page' : undefined}
      className="ring-inside relative flex h-full items-center gap-2.5 border-b border-line ps-3 pe-3 hover:bg-hover aria-[current]:bg-selected aria-[current]:before:absolute aria-[current]:before:inset-y-0 aria-[current]:before:start-0 aria-[current]:before:w-0.75 aria-[current]:before:bg-accent"
    >
      <ClientMark session={session} />
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-2">
          <bdi className={`max-w-[65%] shrink-0 truncate ${unread > 0 ? 'font-semibold' : 'font-medium'}`}>
            {clientTitle(session, t)}
          </bdi>
          <ChannelMark session={session} />
        </span>
        <span className={`flex items-center gap-1.5 text-sm ${unread > 0 ? 'text-ink' : 'text-ink-muted'}`}>
          <bdi className="min-w-0 truncate">{session.lastClientMessageBody ?? t('list.noWords')}</bdi>
          {/* At the end: before the client's words it would read as their author. */}
          {hasDraft && (
            <span className="ms-auto flex shrink-0 items-center gap-1 text-accent-ink">
              <PencilLine aria-hidden size={12} />
              {t('list.draft')}
            </span>
          )}
          {!hasDraft && isAnswered && (
            <span
              className="ms-auto flex max-w-1/2 shrink-0 items-center gap-1 text-xs text-ink-subtle"
              title={answered}
            >
              <CornerUpLeft aria-hidden size={12} className="mirrored shrink-0" />
              <span className="truncate">{answered}</span>
            </span>
          )}
        </span>
      </span>
      <span className="flex shrink-0 flex-col items-end gap-0.5 self-stretch py-2">
        <LastTime iso={session.lastMessageCreatedAt ?? session.startedAt} />
        <span className="flex items-center gap-1.5">
          <Wait session={session} />
          {unread > 0 && (
            <span className="min-w-5 rounded-full bg-accent px-1.5 text-center text-xs leading-5 font-semibold text-on-accent">
              {count(unread)}
              <span className="sr-only"> {t('list.unread', { count: unread })}</span>
            </span>
          )}
        </span>
      </span>
    </a>
  );
});

function LastTime({ iso }: { iso: string }) {
  const now = useNow();
  return (
    <time dateTime={iso} className="text-sm text-ink-subtle">
      {shortTime(iso, now)}
    </time>
  );
}
