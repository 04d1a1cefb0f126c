import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Tables } from '../database/tables.ts';

type Db = Kysely<Tables>;
export type OrganizationRow = Selectable<Tables['organizations']>;

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

export const updateOrganization = (
  db: Db,
  organizationId: number,
  change: Partial<Omit<OrganizationRow, 'id' | 'company_id' | 'created_at'>>,
) => db.updateTable('organizations').set(change).where('id', '=', organizationId).execute();
