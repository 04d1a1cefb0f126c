import { closeCodes } from '@switchboard/protocol';
import { type FieldError, invalid } from '../errors.ts';
import type { Tx } from '../events/transaction.ts';
import { findPossibleMembers, type Member } from './group.store.ts';

/** All of them, or a refusal that names each one who is none of this organization. */
export async function checkedMembers(tx: Tx, organizationId: number, operatorIds: number[]): Promise<Member[]> {
  const found = new Map((await findPossibleMembers(tx.db, organizationId, operatorIds)).map((one) => [one.id, one]));
  const bad: FieldError[] = [];
  const members = operatorIds.flatMap((id, index) => {
    const member = found.get(id);
    if (!member) bad.push({ path: `/operators/${index}`, message: 'is not an operator of this organization' });
    return member ?? [];
  });
  if (bad.length > 0) throw invalid(bad);
  return members;
}

/**
 * What a connection hears is fixed when it begins: those whose feeds change here are sent away with a code that makes the
 * client come back at once. After the commit, so that it comes back to the new ones.
 */
export function changeFeeds(tx: Tx, operatorIds: Iterable<number>): void {
  for (const operatorId of new Set(operatorIds)) tx.closeConnections({ operatorId }, closeCodes.feedsChanged);
}
