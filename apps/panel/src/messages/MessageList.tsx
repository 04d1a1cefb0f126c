import type { Message, Session } from '@switchboard/protocol';
import { ArrowDown, CloudOff, MessageCircle } from 'lucide-react';
import { type Ref, useCallback, useImperativeHandle, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Conversation } from '../inbox-state.ts';
import { Blank } from '../parts/Blank.tsx';
import { Button } from '../parts/Button.tsx';
import { count, dayName } from '../parts/format.ts';
import { useNow } from '../parts/use-now.ts';
import { usePageVisible } from '../parts/use-page-visible.ts';
import { clientTitle } from '../sessions/client-title.ts';
import { arrange } from './arrange.ts';
import { loadConversation, loadOlder } from './load-messages.ts';
import { MessageGroup } from './MessageGroup.tsx';
import { MessagesSkeleton } from './MessagesSkeleton.tsx';
import type { Pending } from './outbox.ts';
import { PendingMessage } from './PendingMessage.tsx';
import { SystemLines } from './SystemLines.tsx';
import { TypingLine } from './TypingLine.tsx';
import { useMarkRead } from './use-mark-read.ts';
import { useNewLine } from './use-new-line.ts';
import { useReadingPosition } from './use-reading-position.ts';

export interface Shown {
  show(number: number | null): void;
}

interface Props {
  ref: Ref<Shown>;
  session: Session;
  me: number;
  conversation: Conversation | undefined;
  pending: readonly Pending[];
  isMine: boolean;
  onReply: (message: Message) => void;
  onEdit: (text: string) => void;
}

export function MessageList({ ref, session, me, conversation, pending, isMine, onReply, onEdit }: Props) {
  const { t } = useTranslation();
  const isVisible = usePageVisible();
  const messages = conversation?.messages ?? none;
  const isReady = conversation?.phase === 'ready';
  const position = useReadingPosition({
    sessionId: session.id,
    isReady,
    firstNumber: messages[0]?.number ?? 0,
    lastNumber: messages.at(-1)?.number ?? 0,
    pending: pending.length,
    onNearTop: useCallback(() => void loadOlder(session.id), [session.id]),
  });
  const isLooking = isVisible && position.isAtEnd;
  const newFrom = useNewLine(session, me, conversation, isLooking);
  useMarkRead(session, conversation, isLooking && isMine);
  const items = useMemo(() => arrange(messages, newFrom), [messages, newFrom]);
  const { scroller } = position;
  useImperativeHandle(ref, () => ({
    show: (number) => {
      const found = number === null ? null : scroller.current?.querySelector(`[data-number="${number}"]`);
      if (found) found.scrollIntoView({ block: 'center', behavior: 'smooth' });
      else position.toEnd();
    },
  }));
  const clientName = clientTitle(session, t);

  if (conversation?.phase === 'failed') {
    return (
      <Blank
        icon={CloudOff}
        title={t('conversation.failed')}
        action={<Button onClick={() => void loadConversation(session.id)}>{t('list.tryNow')}</Button>}
      />
    );
  }
  if (!isReady) return <MessagesSkeleton />;
  return (
    <div className="relative h-full">
      <section
        ref={scroller}
        onScroll={position.onScroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={t('conversation.messages')}
        className="ring-inside h-full overflow-y-auto overscroll-contain [overflow-anchor:none]"
      >
        <div className="mx-auto flex min-h-full max-w-200 flex-col justify-end gap-2.5 px-4 pt-4 pb-1">
          {conversation.hasOlder && (
            <p className="py-1 text-center text-sm text-ink-subtle">{t('conversation.loadingOlder')}</p>
          )}
          {messages.length === 0 && pending.length === 0 && (
            <Blank icon={MessageCircle} title={t('conversation.empty')} />
          )}
          {items.map((item) => {
            if (item.kind === 'day') return <DayMark key={item.key} at={item.at} />;
            if (item.kind === 'new') return <NewLine key={item.key} label={t('conversation.new')} />;
            if (item.kind === 'system') return <SystemLines key={item.key} messages={item.messages} />;
            return (
              <MessageGroup
                key={item.key}
                messages={item.messages}
                me={me}
                clientName={clientName}
                onReply={isMine ? onReply : undefined}
              />
            );
          })}
          {pending.map((entry) => (
            <PendingMessage key={entry.localId} entry={entry} onEdit={onEdit} />
          ))}
          <TypingLine sessionId={session.id} clientName={clientName} />
        </div>
      </section>
      {!position.isAtEnd && (
        <Button
          small
          icon={ArrowDown}
          onClick={position.toEnd}
          className="absolute end-4 bottom-3 rounded-full shadow-2"
        >
          {position.newer > 0
            ? t('conversation.newer', { count: position.newer, n: count(position.newer) })
            : t('conversation.toEnd')}
        </Button>
      )}
    </div>
  );
}

const none: readonly Message[] = [];

function DayMark({ at }: { at: string }) {
  const now = useNow();
  return <p className="py-1 text-center text-sm font-medium text-ink-subtle">{dayName(at, now)}</p>;
}

function NewLine({ label }: { label: string }) {
  return (
    <p className="flex items-center gap-3 text-sm font-medium text-accent-ink before:h-px before:flex-1 before:bg-accent after:h-px after:flex-1 after:bg-accent">
      {label}
    </p>
  );
}
