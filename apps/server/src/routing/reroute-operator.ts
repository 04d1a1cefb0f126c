import type { Tx } from '../events/transaction.ts';
import { releaseOperator } from '../sessions/change-controller.ts';
import { getSession, listSessionsOfOperator, updateSession } from '../sessions/session.store.ts';
import { isWithOperator } from '../sessions/session.ts';
import { routeSession } from './route-session.ts';

/** An operator is gone for good: every open session finds new hands or help. */
export async function rerouteOperator(
  tx: Tx,
  { operatorId, cause }: { operatorId: number; cause: string },
): Promise<void> {
  const sessions = await listSessionsOfOperator(tx.db, operatorId);
  // An administrator's may lie in several organizations. In one order, so that two never wait for each other.
  const organizationIds = [...new Set(sessions.map(({ organization_id }) => organization_id))].sort((a, b) => a - b);
  for (const organizationId of organizationIds) await tx.lockOrganization(organizationId);
  for (const { id } of sessions) {
    const session = await getSession(tx.db, id, tx.lock);
    if (session.operator_id !== operatorId || !isWithOperator(session)) continue;
    await releaseOperator(tx, session, 'loggedOut');
    await updateSession(tx.db, session.id, { previous_operator_id: operatorId });
    await routeSession(tx, { sessionId: session.id, cause, notTo: operatorId });
  }
}
