import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';

type Db = Kysely<Tables>;

/** False: the others had given this process up, and it begins anew. */
export async function sayAlive(db: Db, id: string, now: number): Promise<boolean> {
  const known = await db.updateTable('nodes').set({ seen_at: now }).where('id', '=', id).returning('id').execute();
  if (known.length > 0) return true;
  await db.insertInto('nodes').values({ id, seen_at: now }).execute();
  return false;
}

/** Forgets those that were not seen since; answers which. */
export const forgetDead = async (db: Db, before: number): Promise<string[]> =>
  (await db.deleteFrom('nodes').where('seen_at', '<', before).returning('id').execute()).map(({ id }) => id);

export const forgetNode = (db: Db, id: string) => db.deleteFrom('nodes').where('id', '=', id).execute();

export const listOtherNodes = async (db: Db, id: string): Promise<string[]> =>
  (await db.selectFrom('nodes').select('id').where('id', '<>', id).execute()).map((row) => row.id);
