import type { DeletedReason } from '@switchboard/protocol';
import type { OperatorActor } from '../actor.ts';
import { Refused } from '../errors.ts';
import type { Tx } from '../events/transaction.ts';
import { storeNote } from '../messages/store-message.ts';
import { releaseOperator } from '../sessions/change-controller.ts';
import { leads, refuseIfClosed, refuseUnlessMineOrLed } from '../sessions/own-session.ts';
import { getSession, type SessionRow, updateSession } from '../sessions/session.store.ts';
import { isWithOperator } from '../sessions/session.ts';
import { tellSessionUpdated } from '../sessions/tell.ts';

/** What waits in help anybody may give to somebody; the rest its own operators, and who leads. */
export async function refuseUnlessMayHandOver(tx: Tx, actor: OperatorActor, session: SessionRow): Promise<void> {
  refuseIfClosed(session);
  if (session.status === 'BOT' && !leads(actor)) {
    throw new Refused('not_your_session', 'The bot has this session. Take it first, or let a supervisor do this.');
  }
  if (session.status !== 'HELP') await refuseUnlessMineOrLed(tx, actor, session);
}

/**
 * Whoever has the session loses it. The place that was freed serves help when the session itself has found its new hands;
 * and where that is help, the place is not for this one.
 */
export async function leaveHands(
  tx: Tx,
  session: SessionRow,
  reason: DeletedReason,
): Promise<{ serveHelp(): Promise<void> }> {
  if (!isWithOperator(session)) return { serveHelp: async () => {} };
  await releaseOperator(tx, session, reason);
  await updateSession(tx.db, session.id, { previous_operator_id: session.operator_id });
  return {
    serveHelp: () =>
      tx.need({
        need: 'serveHelp',
        organizationId: session.organization_id,
        cause: 'place freed',
        notBack: session.id,
      }),
  };
}

/** For whoever has it now. Nobody's own feed tells of it in help: everyone in scope sees the row change. */
export async function leaveNote(tx: Tx, actor: OperatorActor, sessionId: string, note: string | null): Promise<void> {
  if (note === null || note.trim() === '') return;
  const session = await getSession(tx.db, sessionId);
  await storeNote(tx, session, { type: 'OPERATOR', id: actor.operatorId, name: actor.name }, { body: note });
  if (!isWithOperator(session)) await tellSessionUpdated(tx, sessionId);
}
