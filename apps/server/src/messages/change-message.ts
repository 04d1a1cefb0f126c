import type { Message } from '@switchboard/protocol';
import type { OperatorActor } from '../actor.ts';
import { notFound, Refused } from '../errors.ts';
import { feedOf } from '../events/feeds.ts';
import type { Tx } from '../events/transaction.ts';
import { findOrganization } from '../organizations/organization.store.ts';
import { sessionInSight } from '../sessions/own-session.ts';
import { type SessionInContext, updateSession } from '../sessions/session.store.ts';
import { isWithOperator } from '../sessions/session.ts';
import { listenersOf, showSession, tellOperators } from '../sessions/tell.ts';
import { findMessage, listSessionsQuoting, updateMessage } from './message.store.ts';
import { type MessageRow, previewOf } from './message.ts';
import { insertVersion } from './message-version.store.ts';
import { showMessages } from './show-messages.ts';

export interface Own {
  session: SessionInContext;
  message: MessageRow;
}

/** A message that the actor wrote, in a session that they still see. */
export async function findOwnMessage(
  tx: Tx,
  actor: OperatorActor,
  { sessionId, messageId }: { sessionId: string; messageId: string },
): Promise<Own> {
  const session = await sessionInSight(tx, actor, sessionId);
  const message = await findMessage(tx.db, messageId);
  if (message?.session_id !== session.id) throw notFound('message');
  if (message.author_type === 'OPERATOR' && message.author_id === String(actor.operatorId)) return { session, message };
  throw new Refused('not_your_message', 'Only who wrote a message may edit or delete it.');
}

export async function refuseUnlessAllowed(
  tx: Tx,
  actor: OperatorActor,
  { message }: Own,
  wanted: 'edit' | 'delete',
): Promise<void> {
  const policy = await findOrganization(tx.db, actor.companyId, message.organization_id);
  if ((wanted === 'edit' ? policy?.may_edit : policy?.may_delete) !== 1) {
    throw new Refused('not_allowed', `This organization does not let operators ${wanted} messages.`);
  }
  const seconds = policy?.change_seconds ?? null;
  if (seconds === null || tx.at <= message.created_at + seconds * 1000) return;
  throw new Refused('too_late', `A message may be changed for ${seconds} s. Send another one.`);
}

/** What it was is kept; whoever heard it, or a reply that quotes it, hears what it is now. */
export async function changeMessage(
  tx: Tx,
  { session, message }: Own,
  { body, event }: { body: string; event: 'chatMessageEdited' | 'chatMessageDeleted' },
): Promise<Message> {
  const replaced = { message_id: message.id, body: message.body, operator_id: Number(message.author_id) };
  await insertVersion(tx.db, { ...replaced, at: message.edited_at ?? message.created_at });
  // Later than the change before it, whatever the clock says: readers tell old from new by it.
  const at = Math.max(tx.at, message.updated_at + 1);
  const change = event === 'chatMessageEdited' ? { edited_at: at } : { deleted_at: at };
  const changed = await updateMessage(tx.db, message.id, { body, updated_at: at, ...change });
  const [shown] = await showMessages(tx.db, [changed]);
  if (!shown) throw new Error('a message was not shown');
  tx.append(await hearing(tx, session, changed), event, shown);
  if (changed.number === session.message_count) await changeLastMessage(tx, session, changed);
  return shown;
}

async function hearing(tx: Tx, session: SessionInContext, message: MessageRow): Promise<string[]> {
  const quoting = await listSessionsQuoting(tx.db, message.id);
  const operators = [session, ...quoting].flatMap((heard) => listenersOf(heard, tx.at));
  return message.type === 'NOTE' ? operators : [...operators, feedOf.client(message.client_id)];
}

/** While an operator has it, its operators alone have its last message in a list. */
async function changeLastMessage(tx: Tx, session: SessionInContext, message: MessageRow): Promise<void> {
  const before = JSON.parse(session.last_message ?? '{}') as object;
  await updateSession(tx.db, session.id, {
    last_message: JSON.stringify({ ...before, body: previewOf(message.body) }),
  });
  if (!isWithOperator(session)) await tellOperators(tx, session.id);
  else tx.append(listenersOf(session, tx.at), 'chatSessionUpdated', await showSession(tx.db, session.id));
}
