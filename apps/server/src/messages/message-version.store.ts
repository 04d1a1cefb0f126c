import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';

type Db = Kysely<Tables>;
export type VersionRow = Tables['message_versions'];

/** The session's row is held: nobody else takes the same number. */
export const insertVersion = async (db: Db, version: Omit<VersionRow, 'version'>): Promise<void> => {
  const before = await countVersions(db, version.message_id);
  await db
    .insertInto('message_versions')
    .values({ ...version, version: before + 1 })
    .execute();
};

/** The newest of them, oldest first. */
export const listVersions = async (db: Db, messageId: string, limit: number): Promise<VersionRow[]> => {
  const rows = await db
    .selectFrom('message_versions')
    .selectAll()
    .where('message_id', '=', messageId)
    .orderBy('version', 'desc')
    .limit(limit)
    .execute();
  return rows.reverse();
};

export const countVersions = async (db: Db, messageId: string): Promise<number> => {
  const { count } = await db
    .selectFrom('message_versions')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('message_id', '=', messageId)
    .executeTakeFirstOrThrow();
  return count;
};
