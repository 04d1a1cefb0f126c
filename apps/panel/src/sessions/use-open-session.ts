import type { Session } from '@switchboard/protocol';
import { ApiError } from '@switchboard/sdk';
import { useEffect, useState } from 'react';
import { changeInbox, inboxNow, usePanel } from '../live/panel-store.ts';
import { loadConversation } from '../messages/load-messages.ts';
import { api } from '../sign-in/api.ts';
import { openSession, putSession } from './put-session.ts';
import { listOf } from './session.ts';
import { showList } from './use-lists.ts';

const renewMs = 60_000;

export interface Opened {
  session: Session | undefined;
  problem: 'missing' | 'unreachable' | null;
  retry: () => void;
}

/** The session on screen: found if it is in no list, its messages loaded, and heard live also when it is not mine. */
export function useOpenSession(sessionId: string): Opened {
  const session = usePanel((panel) => panel.inbox.sessions[sessionId]);
  const isReady = usePanel((panel) => panel.phase === 'ready');
  const isConnected = usePanel((panel) => panel.live.name === 'connected');
  const me = usePanel((panel) => panel.inbox.me?.id ?? 0);
  const hasConversation = usePanel((panel) => panel.inbox.conversations[sessionId] !== undefined);
  const [problem, setProblem] = useState<Opened['problem']>(null);
  const isKnown = session !== undefined;
  const list = session ? listOf(session, me) : null;
  const isWatched = isKnown && list !== 'mine' && session.status !== 'CLOSED';

  useEffect(() => {
    changeInbox((inbox) => openSession(inbox, inbox.me?.id ?? 0, sessionId));
    setProblem(null);
    return () =>
      changeInbox((inbox) => (inbox.openId === sessionId ? openSession(inbox, inbox.me?.id ?? 0, null) : inbox));
  }, [sessionId]);

  useEffect(() => {
    if (!isReady || isKnown) return;
    void findSession(sessionId).then(setProblem);
  }, [isReady, isKnown, sessionId]);

  useEffect(() => {
    if (!isReady || !isKnown) return;
    const opened = inboxNow();
    const found = opened.sessions[sessionId];
    // A deep link shows where it belongs.
    const home = found && listOf(found, opened.me?.id ?? 0);
    if (home) showList(home);
  }, [isReady, isKnown, sessionId]);

  useEffect(() => {
    // Given to me while I looked at it: my list goes along.
    if (list === 'mine') showList('mine');
  }, [list]);

  useEffect(() => {
    if (isReady && isKnown && !hasConversation) void loadConversation(sessionId);
  }, [isReady, isKnown, hasConversation, sessionId]);

  useEffect(() => {
    if (!isReady || !isWatched || !isConnected) return;
    const params = { sessionId };
    const watch = (): Promise<unknown> => api.call('watchSession', { params }).catch(() => null);
    // Loaded once more when it is heard: nothing falls between.
    void watch().then(() => loadConversation(sessionId));
    const renewal = setInterval(watch, renewMs);
    return () => {
      clearInterval(renewal);
      api.call('unwatchSession', { params }).catch(() => {});
    };
  }, [isReady, isWatched, isConnected, sessionId]);

  return { session, problem, retry: () => void findSession(sessionId).then(setProblem) };
}

async function findSession(sessionId: string): Promise<Opened['problem']> {
  try {
    const session = await api.call('session', { params: { sessionId } });
    changeInbox((inbox, me) => putSession(inbox, me, session));
    return null;
  } catch (error) {
    return error instanceof ApiError && error.status < 500 ? 'missing' : 'unreachable';
  }
}
