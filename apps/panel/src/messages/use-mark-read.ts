import type { Session } from '@switchboard/protocol';
import { useEffect, useRef } from 'react';
import type { Conversation } from '../inbox-state.ts';
import { api } from '../sign-in/api.ts';

/** What stands on a screen that somebody looks at is read. */
export function useMarkRead(session: Session, conversation: Conversation | undefined, isLooking: boolean): void {
  const told = useRef('');
  const last = conversation?.messages.findLast((message) => message.authorType === 'CLIENT')?.id;
  const isDue = isLooking && session.unreadClientMessageCount > 0 && conversation?.phase === 'ready';
  useEffect(() => {
    if (!isDue || last === undefined || told.current === last) return;
    told.current = last;
    api.call('readSession', { params: { sessionId: session.id }, body: { messageId: last } }).catch(() => {
      told.current = '';
    });
  }, [isDue, last, session.id]);
}
