import { limits } from '@switchboard/protocol';
import type { Tx } from '../events/transaction.ts';
import { touchNewestOpen } from './open-sessions.store.ts';
import { listSessionsById } from './session.store.ts';
import { showSessions, tellSeen } from './tell.ts';

/**
 * Its open sessions show the name. As many as one load can have, the newest; a reader hears of more at the next load only.
 * The organization's lock is held.
 */
export async function tellRenamedChannel(tx: Tx, { channelId }: { channelId: string }): Promise<void> {
  const rows = await listSessionsById(tx.db, await touchNewestOpen(tx.db, channelId, limits.listMost));
  const shown = new Map((await showSessions(tx.db, rows)).map((session) => [session.id, session]));
  for (const row of rows) {
    const session = shown.get(row.id);
    if (session) await tellSeen(tx, { row, shown: session });
  }
}
