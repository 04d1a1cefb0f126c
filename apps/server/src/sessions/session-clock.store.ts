import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { SessionRow } from './session.store.ts';

type Db = Kysely<Tables>;

type Clock = Partial<
  Pick<
    SessionRow,
    'wake_at' | 'answer_due_at' | 'answer_late' | 'idle_from' | 'steps_said' | 'reserved_for' | 'reserved_until'
  >
>;

/** No revision: what of it is shown is told by whoever changed the rest. */
export const setClock = (db: Db, sessionId: string, clock: Clock) =>
  db.updateTable('sessions').set(clock).where('id', '=', sessionId).execute();

/** Whom the clock must look at now, the longest overdue first. */
export const listSessionsToWake = async (db: Db, now: number, limit: number): Promise<string[]> => {
  const rows = await db
    .selectFrom('sessions')
    .select('id')
    .where('wake_at', 'is not', null)
    .where('wake_at', '<=', now)
    .orderBy('wake_at')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
};

/** What is to be locked before the session itself. */
export const findOrganizationOf = async (db: Db, sessionId: string): Promise<number | undefined> =>
  (await db.selectFrom('sessions').select('organization_id').where('id', '=', sessionId).executeTakeFirst())
    ?.organization_id;
