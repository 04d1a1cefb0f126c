import type { Tx } from '../events/transaction.ts';
import { listMoved, setPositionsAt, setToldPositions, takePositionsDue } from './help.store.ts';
import { expectedWait } from './help.ts';
import { presentClientSession } from './session.ts';
import { listServedLately, tellClientShown } from './tell.ts';

const togetherMs = 3000;
const placesTold = 50;

/** Somebody came into help or left it. All that happens within three seconds is told at once. */
export const positionsChanged = (tx: Tx, organizationId: number) =>
  setPositionsAt(tx.db, organizationId, tx.at + togetherMs);

/** Those near the head of help hear where they stand now. */
export async function tellPositions(tx: Tx, organizationId: number): Promise<void> {
  await tx.lockOrganization(organizationId);
  if (!(await takePositionsDue(tx.db, organizationId, tx.at))) return;
  const moved = await listMoved(tx.db, organizationId, placesTold);
  await setToldPositions(tx.db, new Map(moved.map(({ id, place }) => [id, place])));
  const served = new Map<number | null, number[]>();
  for (const { place, ...row } of moved) {
    const lately = served.get(row.group_id) ?? (await listServedLately(tx.db, row, tx.at));
    served.set(row.group_id, lately);
    const waiting = { ...row, operator_name: null };
    tellClientShown(tx, row, presentClientSession(waiting, place, expectedWait(place, lately, tx.at)));
  }
}
