import { isTaken } from '../database/taken.ts';
import { type FieldError, invalid, Refused } from '../errors.ts';
import type { Tx } from '../events/transaction.ts';
import { organizationsOfGroups } from '../groups/group.store.ts';

/** As sign-in looks it up. */
export const storedEmail = (email: string | null): string | null => email?.trim().toLowerCase() ?? null;

/** The unique index decides, also of two requests at once. */
export async function orEmailInUse<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (!isTaken(error)) throw error;
    const details = [{ path: '/email', message: 'is in use already' }];
    throw new Refused('email_in_use', 'Another operator has this e-mail address. Take another.', { details });
  }
}

/** Refuses, naming each one that is no group of this organization. */
export async function checkGroups(tx: Tx, organizationId: number | null, groupIds: number[]): Promise<void> {
  if (groupIds.length === 0) return;
  const known = organizationId === null ? new Map() : await organizationsOfGroups(tx.db, [organizationId]);
  const bad: FieldError[] = groupIds.flatMap((id, index) =>
    known.has(id) ? [] : [{ path: `/groups/${index}`, message: 'is not a group of this organization' }],
  );
  if (bad.length > 0) throw invalid(bad);
}
