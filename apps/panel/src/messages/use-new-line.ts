import type { Session } from '@switchboard/protocol';
import { useEffect, useState } from 'react';
import type { Conversation } from '../inbox-state.ts';
import { firstUnread } from './arrange.ts';

/** Number of the first message that I had not seen when I came, or that came while I looked elsewhere. */
export function useNewLine(
  session: Session,
  conversation: Conversation | undefined,
  isLooking: boolean,
): number | null {
  const [line, setLine] = useState<{ sessionId: string; number: number | null; last: number } | null>(null);
  const messages = conversation?.phase === 'ready' ? conversation.messages : undefined;
  const { id: sessionId, unreadClientMessageCount: unread } = session;
  useEffect(() => {
    if (!messages) return;
    const lastNumber = messages.at(-1)?.number ?? 0;
    setLine((before) => {
      if (before?.sessionId !== sessionId)
        return { sessionId, number: firstUnread(messages, unread), last: lastNumber };
      if (lastNumber === before.last) return before;
      const unseen = isLooking ? undefined : messages.find((m) => m.number > before.last && m.authorType === 'CLIENT');
      return { ...before, last: lastNumber, number: before.number ?? unseen?.number ?? null };
    });
  }, [messages, sessionId, unread, isLooking]);
  return line?.sessionId === sessionId ? line.number : null;
}
