import type { Message, MessagesQuery } from '@switchboard/protocol';
import type { ClientActor, OperatorActor } from '../actor.ts';
import { notFound } from '../errors.ts';
import type { App } from '../parts.ts';
import { findClientInSight } from '../sessions/client-sessions.store.ts';
import { findSession } from '../sessions/session.store.ts';
import { type Conversation, countMessages, findMessages } from './message.store.ts';
import { showMessages } from './show-messages.ts';

interface Page {
  count: number | undefined;
  items: Message[];
}

export async function listMessages(
  app: App,
  actor: OperatorActor,
  { sessionId, ...query }: MessagesQuery & { sessionId: string },
): Promise<Page> {
  if (!(await findSession(app.read, actor, sessionId))) throw notFound('session');
  return page(app, { sessionId }, query, true);
}

/** Across those of a client's sessions that the operator sees. */
export async function listClientMessages(
  app: App,
  actor: OperatorActor,
  { clientId, ...query }: MessagesQuery & { clientId: string },
): Promise<Page> {
  if (!(await findClientInSight(app.read, actor, clientId))) throw notFound('client');
  return page(app, { clientId, seenBy: actor }, query, true);
}

/** Notes are never in it. */
export const listOwnMessages = (app: App, actor: Pick<ClientActor, 'clientId'>, query: MessagesQuery): Promise<Page> =>
  page(app, { clientId: actor.clientId }, query, false);

async function page(app: App, of: Conversation, query: MessagesQuery, withNotes: boolean): Promise<Page> {
  const count = query.withoutCount ? undefined : await countMessages(app.read, of, query, withNotes);
  const rows = query.withoutItems ? [] : await findMessages(app.read, of, query, withNotes);
  return { count, items: await showMessages(app.read, rows) };
}
