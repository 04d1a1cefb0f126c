import type { Session } from '@switchboard/protocol';
import { type InboxState, without } from '../inbox-state.ts';
import { heardSince, withHeard } from './heard-since.ts';
import { isInSight, listOf } from './session.ts';

/** A whole session as an event or a load brings it: what is older than what we have is dropped. */
export function putSession(state: InboxState, me: number, session: Session): InboxState {
  const known = state.sessions[session.id];
  const since = heardSince(state, known ?? session);
  if (session.revision < since.revision) return state;
  const leftAt = state.gone[session.id];
  if (leftAt !== undefined && session.revision <= leftAt) return state;
  if (!isKept(state, me, session)) return drop(state, session);
  const [next, still] = withHeard(session, known, since);
  return {
    ...state,
    sessions: { ...state.sessions, [session.id]: next },
    since: { ...state.since, [session.id]: still },
    gone: without(state.gone, session.id),
  };
}

/** The server says that this session left me at that time; a list that it is in for another reason keeps it. */
export function leaveSession(state: InboxState, me: number, sessionId: string, at: string): InboxState {
  const session = state.sessions[sessionId];
  if (!session || listOf(session, me) !== 'mine' || assignedAt(session, me) > at) return state;
  const operators = session.operators.filter((operator) => operator.id !== me);
  const left = { ...session, operators, operatorId: session.operatorId === me ? null : session.operatorId };
  if (!isKept(state, me, left)) return drop(state, left);
  return {
    ...state,
    sessions: { ...state.sessions, [sessionId]: left },
    gone: { ...state.gone, [sessionId]: left.revision },
  };
}

/**
 * Puts another session on screen. The one before stays only if it is in a list, and its messages only if it is mine:
 * those of others no longer come live.
 */
export function openSession(state: InboxState, me: number, openId: string | null): InboxState {
  if (state.openId === openId) return state;
  const before = state.openId === null ? undefined : state.sessions[state.openId];
  const next = { ...state, openId };
  if (!before) return next;
  if (listOf(before, me) === null) return drop(next, before);
  return listOf(before, me) === 'mine' ? next : { ...next, conversations: without(state.conversations, before.id) };
}

/** A change of parts that carry no revision of their own. */
export function patchSession(state: InboxState, sessionId: string, patch: (session: Session) => Session): InboxState {
  const session = state.sessions[sessionId];
  if (!session) return state;
  const next = patch(session);
  return next === session ? state : { ...state, sessions: { ...state.sessions, [sessionId]: next } };
}

/** When it last became mine: an older farewell speaks of the time before. */
function assignedAt(session: Session, me: number): string {
  if (session.operatorId === me) return session.operatorAssignedAt ?? '';
  return session.operators.find((operator) => operator.id === me)?.assigned_at ?? '';
}

function isKept(state: InboxState, me: number, session: Session): boolean {
  if (state.openId === session.id) return true;
  // Whoever saw a session is told when it goes to a group that is not theirs.
  return listOf(session, me) !== null && (state.me === null || isInSight(session, state.me));
}

function drop(state: InboxState, session: Session): InboxState {
  return {
    ...state,
    sessions: without(state.sessions, session.id),
    since: without(state.since, session.id),
    gone: { ...state.gone, [session.id]: session.revision },
    conversations: without(state.conversations, session.id),
    typing: without(state.typing, session.id),
  };
}
