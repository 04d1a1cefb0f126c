import type { Session } from '@switchboard/protocol';
import { useEffect, useState } from 'react';
import type { Conversation } from '../inbox-state.ts';
import { firstUnread } from './arrange.ts';

/**
 * Number of the first message that I had not seen when I came, or that came while I looked elsewhere. My answer ends
 * it: what stands above that is not new any more.
 */
export function useNewLine(
  session: Session,
  me: number,
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
      const later = messages.filter((message) => message.number > before.last);
      const answer = later.findLast((message) => message.authorType === 'OPERATOR' && message.authorId === me);
      const read = answer?.number ?? 0;
      const kept = before.number !== null && before.number > read ? before.number : null;
      const unseen = isLooking ? undefined : later.find((m) => m.number > read && m.authorType === 'CLIENT');
      return { ...before, last: lastNumber, number: kept ?? unseen?.number ?? null };
    });
  }, [messages, sessionId, me, unread, isLooking]);
  return line?.sessionId === sessionId ? line.number : null;
}
