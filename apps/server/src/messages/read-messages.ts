import type { ClientActor, OperatorActor } from '../actor.ts';
import { toIso } from '../clock.ts';
import { notFound } from '../errors.ts';
import { feedOf } from '../events/feeds.ts';
import type { Tx } from '../events/transaction.ts';
import type { App } from '../parts.ts';
import {
  findSession,
  getSession,
  listSecondOperators,
  type SessionRow,
  setClientRead,
  updateSession,
} from '../sessions/session.store.ts';
import { isClosed, isWithOperator } from '../sessions/session.ts';
import { listenersOf, scopeFeeds, showSession } from '../sessions/tell.ts';
import { countClientMessagesAfter, findMessage, insertReadMark, lastForClient } from './message.store.ts';
import type { MessageRow } from './message.ts';

interface Read {
  sessionId: string;
  messageId: string;
  readAt: string;
}

/** The operator has read up to here. A high-water mark: an older message moves nothing back. */
export async function readByOperator(
  app: App,
  actor: OperatorActor,
  { messageId, sessionId }: { messageId: string; sessionId?: string },
): Promise<Read> {
  return app.transact(async (tx) => {
    const message = await findMessage(tx.db, messageId);
    const session = message ? await findSession(tx.db, actor, message.session_id, tx.lock) : undefined;
    if (!message || !session || (sessionId !== undefined && session.id !== sessionId)) throw notFound('message');
    const done = answerOf(tx, message);
    // Only the one who answers marks it read; a supervisor who looks leaves no trace.
    if (!(await answers(tx, session, actor.operatorId)) || message.number <= session.operator_read_number) return done;
    // An answer has made older ones read, without a mark of their own: none of those comes back.
    const after = await countClientMessagesAfter(tx.db, session.id, message.number);
    const unread = Math.min(after, session.unread_count);
    await updateSession(tx.db, session.id, {
      operator_read_number: message.number,
      unread_count: unread,
      ...(isLastOf(session, message) && message.author_type === 'CLIENT' && lastMessageRead(session, tx.at)),
    });
    await insertReadMark(tx.db, { session_id: session.id, reader: 'OPERATOR', number: message.number, at: tx.at });
    const shown = await showSession(tx.db, session.id);
    const hearing = isClosed(session) ? await scopeFeeds(tx, session) : listenersOf(session, tx.at);
    tx.append(hearing, 'chatSessionUpdated', shown);
    // A client has no note: it hears of the message before it.
    const seen = message.type === 'NOTE' ? await lastForClient(tx.db, session.id, message.number) : message;
    const heard = { ...done, messageId: seen.id, number: message.number };
    tx.append([feedOf.client(session.client_id)], 'chatMessageRead', heard);
    return done;
  });
}

async function answers(tx: Tx, session: SessionRow, operatorId: number): Promise<boolean> {
  if (session.operator_id === operatorId) return true;
  return (await listSecondOperators(tx.db, [session])).some((second) => second.operator_id === operatorId);
}

/** The client has read up to here. */
export async function readByClient(app: App, actor: ClientActor, { messageId }: { messageId: string }): Promise<Read> {
  return app.transact(async (tx) => {
    const message = await findMessage(tx.db, messageId);
    if (message?.client_id !== actor.clientId || message.type === 'NOTE') throw notFound('message');
    const session: SessionRow = await getSession(tx.db, message.session_id, tx.lock);
    const done = answerOf(tx, message);
    if (message.number <= session.client_read_number) return done;
    if (isLastOf(session, message) && message.author_type !== 'CLIENT') {
      const change = { client_read_number: message.number, ...lastMessageRead(session, tx.at) };
      await updateSession(tx.db, session.id, change);
    } else await setClientRead(tx.db, session.id, message.number);
    await insertReadMark(tx.db, { session_id: session.id, reader: 'CLIENT', number: message.number, at: tx.at });
    // Whoever has it in a list sees its last message read, as the messages of help are seen.
    const inLists = isWithOperator(session) ? [] : await scopeFeeds(tx, session);
    const hearing = [...inLists, ...listenersOf(session, tx.at)];
    tx.append(hearing, 'chatMessageRead', { ...done, number: message.number });
    return done;
  });
}

const isLastOf = (session: SessionRow, message: MessageRow): boolean => message.number === session.message_count;
const lastMessageRead = ({ last_message }: SessionRow, at: number): { last_message: string | null } => ({
  last_message: last_message && JSON.stringify({ ...JSON.parse(last_message), readAt: toIso(at) }),
});

const answerOf = (tx: Tx, message: MessageRow): Read => ({
  sessionId: message.session_id,
  messageId: message.id,
  readAt: toIso(tx.at),
});
