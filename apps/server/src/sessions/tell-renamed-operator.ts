import type { Tx } from '../events/transaction.ts';
import { listSessionsNaming } from './open-sessions.store.ts';
import { getSession, updateSession } from './session.store.ts';
import { tellSessionUpdated } from './tell.ts';

/** Open sessions show the name: what is heard must be what a load shows. The organization's lock is held. */
export async function tellRenamedOperator(tx: Tx, { operatorId }: { operatorId: number }): Promise<void> {
  for (const { id } of await listSessionsNaming(tx.db, operatorId)) {
    await getSession(tx.db, id, tx.lock);
    await updateSession(tx.db, id, {});
    await tellSessionUpdated(tx, id);
  }
}
