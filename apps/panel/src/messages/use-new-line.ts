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
  const isReady = conversation?.phase === 'ready';
  const messages = conversation?.messages;
  const last = messages?.at(-1);
  useEffect(() => {
    if (!isReady || !messages) return;
    setLine((before) => {
      const lastNumber = last?.number ?? 0;
      if (before?.sessionId !== session.id) {
        return {
          sessionId: session.id,
          number: firstUnread(messages, session.unreadClientMessageCount),
          last: lastNumber,
        };
      }
      if (lastNumber === before.last) return before;
      const unseen = isLooking ? undefined : messages.find((m) => m.number > before.last && m.authorType === 'CLIENT');
      return { ...before, last: lastNumber, number: before.number ?? unseen?.number ?? null };
    });
  }, [isReady, session.id, last?.number, isLooking]);
  return line?.sessionId === session.id ? line.number : null;
}
