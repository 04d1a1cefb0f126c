import { feedOf } from '../events/feeds.ts';
import type { Tx } from '../events/transaction.ts';
import { listSessionsOfSecond } from './open-sessions.store.ts';
import { getSession, removeSecondOperator, updateSession } from './session.store.ts';
import { changedListeners } from './session.ts';
import { tellOperators } from './tell.ts';

/** An operator is gone for good: no second one of any open session any more. */
export async function leaveSecondPlaces(tx: Tx, { operatorId }: { operatorId: number }): Promise<void> {
  const sessions = await listSessionsOfSecond(tx.db, operatorId);
  for (const { id } of sessions) {
    const session = await getSession(tx.db, id, tx.lock);
    const listeners = changedListeners(session, operatorId, undefined, tx.at);
    if (!(await removeSecondOperator(tx.db, id, operatorId, listeners))) continue;
    await updateSession(tx.db, id, {});
    tx.append([feedOf.operator(operatorId)], 'chatSessionDeleted', { sessionId: id, reason: 'loggedOut' });
    await tellOperators(tx, id);
  }
}
