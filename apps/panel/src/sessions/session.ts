import type { Session, User } from '@switchboard/protocol';

export const listNames = ['mine', 'help', 'closed'] as const;
export type ListName = (typeof listNames)[number];

function isMine(session: Session, me: number): boolean {
  return session.operatorId === me || session.operators.some((operator) => operator.id === me);
}

/** Which list of mine a session belongs to follows from the session alone. */
export function listOf(session: Session, me: number): ListName | null {
  switch (session.status) {
    case 'HELP':
      return 'help';
    case 'ACTIVE':
    case 'PAUSED':
      return isMine(session, me) ? 'mine' : null;
    case 'CLOSED':
      return isMine(session, me) ? 'closed' : null;
    default:
      return null;
  }
}

/** A group's sessions are for its members, for those who lead, and for their own operators. */
export function isInSight(session: Session, me: User): boolean {
  const { groupId } = session;
  if (groupId === null || isMine(session, me.id)) return true;
  return me.groups.some(({ id }) => id === groupId) || me.roles.some(({ name }) => name !== 'OPERATOR');
}

export function isOnline(session: Session): boolean {
  if (session.clientOnlineAt === null) return false;
  return session.clientOfflineAt === null || session.clientOnlineAt > session.clientOfflineAt;
}

/** Since when somebody waits for an answer; null when it is the client's turn or all is over. */
export function waitsSince(session: Session): string | null {
  return session.status === 'CLOSED' ? null : session.firstClientMessageAfterLastOperatorMessage;
}

/** How late an answer is, for its colour. Without a deadline of its own: amber after two minutes, red after ten. */
export function urgency(session: Session, nowMs: number): 'calm' | 'soon' | 'late' {
  const since = waitsSince(session);
  if (since === null) return 'calm';
  const start = Date.parse(since);
  if (session.answerDueAt !== null) {
    const due = Date.parse(session.answerDueAt);
    if (nowMs >= due) return 'late';
    return due - nowMs < (due - start) / 4 ? 'soon' : 'calm';
  }
  const waitedMs = nowMs - start;
  if (waitedMs >= 600_000) return 'late';
  return waitedMs >= 120_000 ? 'soon' : 'calm';
}

const hues = 8;

/** 1–8, the same for a client in every session. */
export function hueOf(session: Session): number {
  let sum = 0;
  for (let i = 0; i < session.clientId.length; i++) sum = (sum * 31 + session.clientId.charCodeAt(i)) >>> 0;
  return (sum % hues) + 1;
}
