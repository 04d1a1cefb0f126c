import { nameOfChannelWithGroup } from '../channels/channel.store.ts';
import { Refused } from '../errors.ts';
import type { Tx } from '../events/transaction.ts';
import { listOpenSessions } from '../sessions/open-sessions.store.ts';
import { getSession, updateSession } from '../sessions/session.store.ts';
import { tellSessionUpdated } from '../sessions/tell.ts';
import { serveHelp } from './serve-help.ts';

/** Its open sessions are the whole organization's from now on; those in help keep their place. The lock is held. */
export async function letGroupGo(
  tx: Tx,
  { groupId, organizationId }: { groupId: number; organizationId: number },
): Promise<void> {
  const channel = await nameOfChannelWithGroup(tx.db, groupId);
  if (channel !== undefined) {
    throw new Refused('in_use', `Sessions of the channel ${channel} go to this group. Give it another one first.`);
  }
  for (const { id } of await listOpenSessions(tx.db, { groupId })) {
    await getSession(tx.db, id, tx.lock);
    await updateSession(tx.db, id, { group_id: null });
    await tellSessionUpdated(tx, id);
  }
  await serveHelp(tx, { organizationId, cause: 'group deleted' });
}
