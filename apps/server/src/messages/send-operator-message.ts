import type { Message, NewOperatorMessage } from '@switchboard/protocol';
import type { Kysely } from 'kysely';
import type { OperatorActor } from '../actor.ts';
import type { Tables } from '../database/tables.ts';
import { Refused } from '../errors.ts';
import type { Tx } from '../events/transaction.ts';
import type { App } from '../parts.ts';
import { refuseUnlessMine, refuseUnlessMineOrLed, sessionInSight } from '../sessions/own-session.ts';
import { findSession, type SessionInContext } from '../sessions/session.store.ts';
import { isClosed, isWithOperator } from '../sessions/session.ts';
import { tellOperators } from '../sessions/tell.ts';
import { findMessage, findMessages, findOperatorMessageByLocalId } from './message.store.ts';
import { checkedBody } from './message.ts';
import type { Sent } from './send-client-message.ts';
import { showMessages } from './show-messages.ts';
import { AlreadyStored, notReplied, storeMessage, storeNote } from './store-message.ts';

export async function sendOperatorMessage(
  app: App,
  actor: OperatorActor,
  { sessionId, ...message }: NewOperatorMessage & { sessionId: string },
): Promise<Sent> {
  try {
    const sent = await app.transact(async (tx) => {
      const session = await sessionInSight(tx, actor, sessionId);
      // Before every other check: a repeat gets the first answer, whatever has happened since.
      if (message.localId != null && (await alreadySent(tx.db, actor, sessionId, message.localId))) {
        throw new AlreadyStored();
      }
      const isNote = message.type === 'NOTE';
      await (isNote ? refuseUnlessMineOrLed : refuseUnlessMine)(tx, actor, session);
      checkedBody(message);
      if (isClosed(session))
        throw new Refused('session_closed', 'The session is closed. Nothing can be written into it.');
      refuseIfChangedHands(session, message.controlEpoch);
      await refuseIfAnsweredSince(tx, session, message.expectedLastMessageId ?? null);
      await refuseReplyOutOfSight(tx, actor, message.replyToMessageId ?? null);
      const author = { type: 'OPERATOR' as const, id: actor.operatorId, name: actor.name };
      const stored = await (isNote ? storeNote : storeMessage)(tx, session, author, message);
      // Who does not hear the messages sees the deadline go, and the last words where nobody has it.
      const isAnswerDue = !isNote && session.answer_due_at !== null;
      if (isAnswerDue || !isWithOperator(session)) await tellOperators(tx, session.id);
      return stored;
    });
    return { message: sent, repeated: false };
  } catch (error) {
    if (!(error instanceof AlreadyStored) || message.localId == null) throw error;
    const first = await alreadySent(app.read, actor, sessionId, message.localId);
    if (!first) throw error;
    return { message: first, repeated: true };
  }
}

/** A colleague's message under the same localId is no earlier try: taking it for one would lose this message. */
async function alreadySent(
  db: Kysely<Tables>,
  actor: OperatorActor,
  sessionId: string,
  localId: string,
): Promise<Message | undefined> {
  const first = await findOperatorMessageByLocalId(db, sessionId, localId);
  if (!first) return undefined;
  if (first.author_id !== String(actor.operatorId)) {
    throw new Refused('conflict', 'This localId names a message of somebody else in this session. Take a new one.');
  }
  const [shown] = await showMessages(db, [first]);
  return shown;
}

/** An earlier session of the same client may belong to a group that the actor is not in. */
async function refuseReplyOutOfSight(tx: Tx, actor: OperatorActor, messageId: string | null): Promise<void> {
  const replied = messageId === null ? undefined : await findMessage(tx.db, messageId);
  if (replied && !(await findSession(tx.db, actor, replied.session_id))) throw notReplied();
}

function refuseIfChangedHands(session: SessionInContext, seenEpoch: number | undefined): void {
  if (seenEpoch === undefined || seenEpoch === session.control_epoch) return;
  throw new Refused('stale_control', 'The session has changed hands since you saw it. Load it again.');
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
