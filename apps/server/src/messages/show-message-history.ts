import type { Answer, Query } from '@switchboard/protocol';
import type { OperatorActor } from '../actor.ts';
import { toIso } from '../clock.ts';
import { pageOf } from '../database/paging.ts';
import { notFound } from '../errors.ts';
import type { App } from '../parts.ts';
import { findSession } from '../sessions/session.store.ts';
import { findMessage } from './message.store.ts';
import { countVersions, listVersions } from './message-version.store.ts';

/** What it was before, each with since when: for all who see the session, of deleted ones too. */
export async function showMessageHistory(
  app: App,
  actor: OperatorActor,
  { sessionId, messageId, ...query }: Query<'messageHistory'> & { sessionId: string; messageId: string },
): Promise<Answer<'messageHistory'>> {
  if (!(await findSession(app.read, actor, sessionId))) throw notFound('session');
  const message = await findMessage(app.read, messageId);
  if (message?.session_id !== sessionId) throw notFound('message');
  const rows = await listVersions(app.read, messageId, pageOf(query).limit);
  return {
    count: await countVersions(app.read, messageId),
    items: rows.map(({ body, operator_id, at }) => ({ body, operatorId: operator_id, at: toIso(at) })),
  };
}
