import type { Tx } from '../events/transaction.ts';
import { listHelp } from '../sessions/help.store.ts';
import { giveToSomebody } from './route-session.ts';
import { anybodyFree, listReserved } from './routing.store.ts';

// One place is free as a rule; after that there are many, or a group in the way.
const [atFirst, atOnce] = [1, 20];

/**
 * A place was freed, or an operator came: first what waits for this operator alone, then the head of help. The
 * organization's lock is held.
 */
export async function serveHelp(
  tx: Tx,
  { organizationId, cause, notBack }: { organizationId: number; cause: string; notBack?: string },
): Promise<void> {
  const why = { cause, as: { reason: 'routing' }, notTo: null, record: 'success' } as const;
  for (const session of await listReserved(tx.db, organizationId, tx.at)) {
    if (session.reserved_for === null) continue;
    const sticky = { operatorId: session.reserved_for, waits: session.reserved_until };
    await giveToSomebody(tx, session, { ...why, sticky });
  }
  // A group that nobody serves now must not hold up the groups behind it.
  const stuck = new Set<number | null>();
  for (let limit = atFirst; ; limit = atOnce) {
    // Whoever comes here has just found a place.
    if (limit > atFirst && !(await anybodyFree(tx.db, organizationId))) return;
    const waiting = await listHelp(tx.db, organizationId, { without: [...stuck], limit, at: tx.at, notBack });
    if (waiting.length === 0) return;
    for (const session of waiting) {
      if (stuck.has(session.group_id)) continue;
      if (await giveToSomebody(tx, session, why)) {
        if (limit > atFirst && !(await anybodyFree(tx.db, organizationId))) return;
      } else stuck.add(session.group_id);
    }
  }
}
