import type { Insertable, Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';

type Db = Kysely<Tables>;

export const listOrganizationRows = (db: Db, companyId: number) =>
  db.selectFrom('organizations').selectAll().where('company_id', '=', companyId).orderBy('id').execute();

export const findOrganization = (db: Db, companyId: number, organizationId: number) =>
  db
    .selectFrom('organizations')
    .selectAll()
    .where('company_id', '=', companyId)
    .where('id', '=', organizationId)
    .executeTakeFirst();

export const insertOrganization = async (db: Db, row: Insertable<Tables['organizations']>): Promise<number> =>
  (await db.insertInto('organizations').values(row).returning('id').executeTakeFirstOrThrow()).id;
