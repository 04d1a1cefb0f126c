import type { Session, SessionsQuery } from '@switchboard/protocol';
import type { OperatorActor } from '../actor.ts';
import { notFound } from '../errors.ts';
import type { App } from '../parts.ts';
import { findSession } from './session.store.ts';
import { findSessions } from './session-list.store.ts';
import { showSessions } from './tell.ts';

interface Page {
  count: number | undefined;
  items: Session[];
  nextCursor?: string;
}

/** All that the actor may see, finished ones too. */
export async function listSessions(app: App, actor: OperatorActor, query: SessionsQuery): Promise<Page> {
  const { count, rows, nextCursor } = await findSessions(app.read, actor, query);
  return { count, items: await showSessions(app.read, rows), ...(nextCursor !== undefined && { nextCursor }) };
}

export async function findShownSession(app: App, actor: OperatorActor, sessionId: string): Promise<Session> {
  const row = await findSession(app.read, actor, sessionId);
  const [shown] = row ? await showSessions(app.read, [row]) : [];
  if (!shown) throw notFound('session');
  return shown;
}
