import type { Insertable, Kysely } from 'kysely';
import { compiled } from '../database/compiled.ts';
import type { Tables } from '../database/tables.ts';

type Db = Kysely<Tables>;

export const insertSignIn = (db: Db, row: Insertable<Tables['sign_ins']>) =>
  db.insertInto('sign_ins').values(row).execute();

export const insertRefreshToken = (db: Db, row: Tables['refresh_tokens']) =>
  db.insertInto('refresh_tokens').values(row).execute();

/** The sign-in and its operator in one read: every request begins with it. */
export const findSignIn = async (db: Db, signInId: string) => (await findWithOperator(db, { signInId }))[0];

const findWithOperator = compiled((db, { signInId }: { signInId: string }) =>
  db
    .selectFrom('sign_ins as s')
    .innerJoin('operators as o', 'o.id', 's.operator_id')
    .select([
      's.revoked_at',
      's.expires_at',
      's.by_company',
      'o.id as operator_id',
      'o.company_id',
      'o.organization_id',
      'o.name',
      'o.role',
      'o.status',
    ])
    .where('s.id', '=', signInId),
);

export const findRefreshToken = (db: Db, hash: string) =>
  db
    .selectFrom('refresh_tokens as r')
    .innerJoin('sign_ins as s', 's.id', 'r.sign_in_id')
    .innerJoin('operators as o', 'o.id', 's.operator_id')
    .select(['r.sign_in_id', 'r.used_at', 'r.expires_at', 's.revoked_at', 's.operator_id', 'o.status'])
    .where('r.hash', '=', hash)
    .executeTakeFirst();

/** Says whether this call was the one that used it: of two at once, one wins. */
export const useRefreshToken = async (db: Db, hash: string, at: number): Promise<boolean> =>
  (await db
    .updateTable('refresh_tokens')
    .set({ used_at: at })
    .where('hash', '=', hash)
    .where('used_at', 'is', null)
    .returning('hash')
    .executeTakeFirst()) !== undefined;

export const prolongSignIn = (db: Db, signInId: string, expiresAt: number) =>
  db.updateTable('sign_ins').set({ expires_at: expiresAt }).where('id', '=', signInId).execute();

export const revokeSignIn = (db: Db, signInId: string, at: number) =>
  db
    .updateTable('sign_ins')
    .set({ revoked_at: at })
    .where('id', '=', signInId)
    .where('revoked_at', 'is', null)
    .execute();

export const revokeSignInsOf = (db: Db, operatorId: number, at: number) =>
  db
    .updateTable('sign_ins')
    .set({ revoked_at: at })
    .where('operator_id', '=', operatorId)
    .where('revoked_at', 'is', null)
    .execute();

/** Sign-ins and refresh tokens that nobody can use any more. */
export async function deleteOldSignIns(db: Db, before: number): Promise<void> {
  await db.deleteFrom('refresh_tokens').where('expires_at', '<', before).execute();
  await db
    .deleteFrom('sign_ins')
    .where('expires_at', '<', before)
    .where('id', 'not in', (eb) => eb.selectFrom('refresh_tokens').select('sign_in_id'))
    .execute();
}
