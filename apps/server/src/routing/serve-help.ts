import type { Tx } from '../events/transaction.ts';
import { listHelp } from '../sessions/session.store.ts';
import { giveToSomebody } from './route-session.ts';

const atOnce = 100;

/** A place was freed, or an operator came: the head of help goes first. The organization's lock is held. */
export async function serveHelp(
  tx: Tx,
  { organizationId, cause }: { organizationId: number; cause: string },
): Promise<void> {
  // A group that nobody serves now must not hold up the groups behind it.
  const stuck = new Set<number | null>();
  for (;;) {
    const waiting = await listHelp(tx.db, organizationId, { without: [...stuck], limit: atOnce });
    if (waiting.length === 0) return;
    for (const session of waiting) {
      if (stuck.has(session.group_id)) continue;
      if (await giveToSomebody(tx, session, { cause, as: { reason: 'routing' }, notTo: null, record: 'success' }))
        continue;
      stuck.add(session.group_id);
    }
  }
}
