import type { Tx } from '../events/transaction.ts';
import { releaseOperator } from '../sessions/change-controller.ts';
import { listSessionsOfOperator, updateSession } from '../sessions/session.store.ts';
import { routeSession } from './route-session.ts';

/** An operator is gone for good: every open session finds new hands or help. */
export async function rerouteOperator(
  tx: Tx,
  { operatorId, companyId, cause }: { operatorId: number; companyId: number; cause: string },
): Promise<void> {
  for (const session of await listSessionsOfOperator(tx.db, operatorId)) {
    await releaseOperator(tx, session, companyId, 'loggedOut');
    await updateSession(tx.db, session.id, { previous_operator_id: operatorId });
    await routeSession(tx, { sessionId: session.id, cause, notTo: operatorId });
  }
}
