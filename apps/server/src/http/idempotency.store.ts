import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';

type Row = Tables['idempotency'];

const find = (db: Kysely<Tables>, { owner, key }: Pick<Row, 'owner' | 'key'>) =>
  db.selectFrom('idempotency').selectAll().where('owner', '=', owner).where('key', '=', key);

export const findKey = (db: Kysely<Tables>, row: Pick<Row, 'owner' | 'key'>, keptSince: number) =>
  find(db, row).where('created_at', '>', keptSince).executeTakeFirst();

/** The row of an earlier request with this key, or undefined when the key is ours now: new, or kept long enough. */
export async function claimKey(db: Kysely<Tables>, row: Row, keptSince: number): Promise<Row | undefined> {
  const ours = await db
    .insertInto('idempotency')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['owner', 'key'])
        .doUpdateSet({ request_hash: row.request_hash, answer: row.answer, created_at: row.created_at })
        .where('idempotency.created_at', '<=', keptSince),
    )
    .returning('key')
    .executeTakeFirst();
  if (ours) return undefined;
  return find(db, row).executeTakeFirstOrThrow();
}

export const keepAnswer = (db: Kysely<Tables>, { owner, key }: Pick<Row, 'owner' | 'key'>, answer: string) =>
  db.updateTable('idempotency').set({ answer }).where('owner', '=', owner).where('key', '=', key).execute();

export const deleteOldKeys = (db: Kysely<Tables>, before: number) =>
  db.deleteFrom('idempotency').where('created_at', '<', before).execute();
