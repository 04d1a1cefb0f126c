import type { Tx } from '../events/transaction.ts';
import { closeSession } from './change-controller.ts';
import { listOpenSessions } from './open-sessions.store.ts';
import { getSession } from './session.store.ts';

/** Its channel is gone: nobody can write there any more. The organization's lock is held. */
export async function closeSessionsOfChannel(tx: Tx, { channelId }: { channelId: string }): Promise<void> {
  const open = await listOpenSessions(tx.db, { channelId });
  // Those that nobody has first: a place that is freed here must not take one of them.
  const ordered = open.toSorted((one, other) => Number(one.operator_id !== null) - Number(other.operator_id !== null));
  for (const { id } of ordered) {
    const session = await getSession(tx.db, id, tx.lock);
    await closeSession(tx, session, { by: 'SUPERVISOR', result: null });
  }
}
