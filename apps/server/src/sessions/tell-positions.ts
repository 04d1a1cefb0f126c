import type { Tx } from '../events/transaction.ts';
import { listPlaces, setPositionsAt, takePositionsDue } from './help.store.ts';
import { expectedWait } from './help.ts';
import { listSessionsById } from './session.store.ts';
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
  const places = new Map<number | null, number>();
  const moved = new Map<string, number>();
  for (const { id, group_id, told_position } of await listPlaces(tx.db, organizationId)) {
    const position = (places.get(group_id) ?? 0) + 1;
    places.set(group_id, position);
    if (position <= placesTold && position !== told_position) moved.set(id, position);
  }
  const served = new Map<number | null, number[]>();
  for (const row of await listSessionsById(tx.db, [...moved.keys()])) {
    const position = moved.get(row.id) ?? 0;
    const lately = served.get(row.group_id) ?? (await listServedLately(tx.db, row, tx.at));
    served.set(row.group_id, lately);
    await tellClientShown(tx, row, presentClientSession(row, position, expectedWait(position, lately, tx.at)));
  }
}
