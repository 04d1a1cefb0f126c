import type { NewOperatorMessage } from '@switchboard/protocol';
import type { OperatorActor } from '../actor.ts';
import { notFound, Refused } from '../errors.ts';
import type { Tx } from '../events/transaction.ts';
import type { App } from '../parts.ts';
import { findSession, listSecondOperators, type SessionInContext } from '../sessions/session.store.ts';
import { isClosed } from '../sessions/session.ts';
import { findMessage, findMessages, findOperatorMessageByLocalId } from './message.store.ts';
import { checkedBody } from './message.ts';
import type { Sent } from './send-client-message.ts';
import { showMessages } from './show-messages.ts';
import { AlreadyStored, storeMessage } from './store-message.ts';

export async function sendOperatorMessage(
  app: App,
  actor: OperatorActor,
  { sessionId, ...message }: NewOperatorMessage & { sessionId: string },
): Promise<Sent> {
  try {
    return await app.transact(async (tx) => {
      const session = await mySession(tx, actor, sessionId);
      const localId = message.localId ?? null;
      // Before every other check: a repeat gets the first answer, whatever has happened since.
      const first = localId === null ? undefined : await findOperatorMessageByLocalId(tx.db, sessionId, localId);
      if (first) {
        const [shown] = await showMessages(tx.db, [first]);
        if (shown) return { message: shown, repeated: true };
      }
      checkedBody(message);
      if (isClosed(session))
        throw new Refused('session_closed', 'The session is closed. Nothing can be written into it.');
      await refuseIfAnsweredSince(tx, session, message.expectedLastMessageId ?? null);
      const author = { type: 'OPERATOR' as const, id: actor.operatorId, name: actor.name };
      return { message: await storeMessage(tx, session, author, message), repeated: false };
    });
  } catch (error) {
    // Two tries of one message at the same moment: the other one stored it.
    if (!(error instanceof AlreadyStored) || message.localId == null) throw error;
    const first = await findOperatorMessageByLocalId(app.read, sessionId, message.localId);
    const [shown] = first ? await showMessages(app.read, [first]) : [];
    if (!shown) throw error;
    return { message: shown, repeated: true };
  }
}

async function mySession(tx: Tx, actor: OperatorActor, sessionId: string): Promise<SessionInContext> {
  const session = await findSession(tx.db, actor, sessionId, tx.lock);
  if (!session) throw notFound('session');
  if (session.operator_id === actor.operatorId) return session;
  const second = await listSecondOperators(tx.db, [sessionId]);
  if (second.some(({ operator_id }) => operator_id === actor.operatorId)) return session;
  throw new Refused('not_your_session', 'This session is not yours. Take it first.');
}

async function refuseIfAnsweredSince(tx: Tx, session: SessionInContext, expectedId: string | null): Promise<void> {
  if (expectedId === null) return;
  const expected = await findMessage(tx.db, expectedId);
  if (expected?.session_id === session.id && expected.number === session.message_count) return;
  const after = expected?.session_id === session.id ? { after: expectedId } : {};
  const since = await findMessages(tx.db, { sessionId: session.id }, { ...after, limit: mostShown }, true);
  throw new Refused('newer_messages', 'There are newer messages than the one you saw. Read them, then send again.', {
    since: await showMessages(tx.db, since),
  });
}

const mostShown = 50;
