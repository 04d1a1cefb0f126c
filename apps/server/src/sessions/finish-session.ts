import type { Session } from '@switchboard/protocol';
import type { ClientActor, OperatorActor } from '../actor.ts';
import { notFound, Refused } from '../errors.ts';
import type { App } from '../parts.ts';
import { closeSession } from './change-controller.ts';
import { findOpenSession, findSession, getSession, listSecondOperators } from './session.store.ts';
import { isClosed } from './session.ts';
import { showClientSession, showSession } from './tell.ts';

/** By an operator who has it, or by a supervisor. */
export async function finishSession(
  app: App,
  actor: OperatorActor,
  { sessionId, result }: { sessionId: string; result: string | null },
): Promise<Session> {
  return app.transact(async (tx) => {
    const seen = await findSession(tx.db, actor, sessionId);
    if (!seen) throw notFound('session');
    await tx.lockOrganization(seen.organization_id);
    const session = await getSession(tx.db, sessionId, tx.lock);
    if (isClosed(session)) throw new Refused('session_closed', 'The session is closed already.');
    const own = session.operator_id === actor.operatorId;
    const second = (await listSecondOperators(tx.db, [sessionId])).some((s) => s.operator_id === actor.operatorId);
    if (!own && !second && actor.role === 'OPERATOR') {
      throw new Refused('not_your_session', 'Only an operator of this session or a supervisor may finish it.');
    }
    const by = own || second ? 'OPERATOR' : 'SUPERVISOR';
    await closeSession(tx, session, { companyId: actor.companyId, by, result });
    return showSession(tx.db, sessionId);
  });
}

/** By the client. Nothing open: nothing to do, and no error; two tabs may both press it. */
export async function finishOwnSession(app: App, actor: ClientActor) {
  return app.transact(async (tx) => {
    await tx.lockOrganization(actor.organizationId);
    const session = await findOpenSession(tx.db, actor.channelId, actor.clientId, tx.lock);
    if (!session) return { session: null };
    await closeSession(tx, session, { companyId: actor.companyId, by: 'CLIENT', result: null });
    return { session: await showClientSession(tx.db, await getSession(tx.db, session.id)) };
  });
}
