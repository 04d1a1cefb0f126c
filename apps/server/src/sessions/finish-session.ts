import type { Session } from '@switchboard/protocol';
import type { ClientActor, OperatorActor } from '../actor.ts';
import { listResults } from '../channels/channel.store.ts';
import { Refused } from '../errors.ts';
import type { Tx } from '../events/transaction.ts';
import type { App } from '../parts.ts';
import { closeSession } from './change-controller.ts';
import { isOwn, refuseIfClosed, refuseUnlessMineOrLed, sessionToChange } from './own-session.ts';
import { findOpenSession, type SessionRow } from './session.store.ts';
import { showClientSession } from './tell.ts';

/** By an operator who has it, or by a supervisor. */
export async function finishSession(
  app: App,
  actor: OperatorActor,
  { sessionId, result }: { sessionId: string; result: string | null },
): Promise<Session> {
  return app.transact(async (tx) => {
    const session = await sessionToChange(tx, actor, sessionId);
    refuseIfClosed(session);
    await refuseUnlessMineOrLed(tx, actor, session);
    await refuseUnknownResult(tx, session, result);
    const by = (await isOwn(tx, actor, session)) ? 'OPERATOR' : 'SUPERVISOR';
    return (await closeSession(tx, session, { by, result })).shown;
  });
}

async function refuseUnknownResult(tx: Tx, session: SessionRow, result: string | null): Promise<void> {
  if (result === null) return;
  const known = await listResults(tx.db, session.channel_id);
  if (known.length === 0 || known.includes(result)) return;
  throw new Refused('unknown_result', `A session of this channel ends with one of: ${known.join(', ')}.`);
}

/** By the client. Nothing open: nothing to do, and no error; two tabs may both press it. */
export async function finishOwnSession(app: App, actor: ClientActor) {
  return app.transact(async (tx) => {
    await tx.lockOrganization(actor.organizationId);
    const session = await findOpenSession(tx.db, actor.channelId, actor.clientId, tx.lock);
    if (!session) return { session: null };
    const { row } = await closeSession(tx, session, { by: 'CLIENT', result: null });
    return { session: await showClientSession(tx.db, row, tx.at) };
  });
}
