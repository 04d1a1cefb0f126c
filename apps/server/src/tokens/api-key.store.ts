import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';

type Db = Kysely<Tables>;

export const insertApiKey = (db: Db, row: Omit<Tables['api_keys'], 'id'>) =>
  db.insertInto('api_keys').values(row).returningAll().executeTakeFirstOrThrow();

export const listApiKeyRows = (db: Db, companyId: number) =>
  db.selectFrom('api_keys').selectAll().where('company_id', '=', companyId).orderBy('id').limit(1000).execute();

export const findApiKeyByHash = (db: Db, hash: string) =>
  db.selectFrom('api_keys').selectAll().where('hash', '=', hash).where('revoked_at', 'is', null).executeTakeFirst();

export const touchApiKey = (db: Db, id: number, at: number) =>
  db.updateTable('api_keys').set({ last_used_at: at }).where('id', '=', id).execute();

export const revokeApiKeyRow = async (db: Db, companyId: number, id: number, at: number): Promise<boolean> => {
  const row = await db
    .updateTable('api_keys')
    .set((eb) => ({ revoked_at: eb.fn.coalesce('revoked_at', eb.val(at)) }))
    .where('company_id', '=', companyId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
};
