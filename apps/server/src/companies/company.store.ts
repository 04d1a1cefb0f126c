import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';

type Db = Kysely<Tables>;

export const findCompanyByLogin = (db: Db, login: string) =>
  db.selectFrom('companies').selectAll().where('login', '=', login).executeTakeFirst();

/** Until the transaction ends, of those who ask for it one after the other; rows may still refer to the company. */
export const lockCompany = (db: Db, companyId: number) =>
  db.selectFrom('companies').select('id').where('id', '=', companyId).forNoKeyUpdate().execute();

export const insertCompany = async (db: Db, row: Omit<Tables['companies'], 'id'> & { id?: number }): Promise<number> =>
  (await db.insertInto('companies').values(row).returning('id').executeTakeFirstOrThrow()).id;

export const countCompanies = async (db: Db): Promise<number> =>
  (
    await db
      .selectFrom('companies')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
  ).count;
