import type { botsSortedBy, Query } from '@switchboard/protocol';
import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Tenant } from '../actor.ts';
import { contains, likePattern, pageOf, sortOf } from '../database/paging.ts';
import type { Tables } from '../database/tables.ts';

type Db = Kysely<Tables>;
export type BotRow = Selectable<Tables['bots']>;

const withCompany = (db: Db) =>
  db
    .selectFrom('bots as b')
    .innerJoin('organizations as org', 'org.id', 'b.organization_id')
    .selectAll('b')
    .where('b.deleted_at', 'is', null);

const withinTenant = (db: Db, { companyId, organizationId }: Tenant) =>
  withCompany(db)
    .where('org.company_id', '=', companyId)
    .$if(organizationId !== null, (query) => query.where('b.organization_id', '=', organizationId as number));

export const findBot = (db: Db, tenant: Tenant, botId: string): Promise<BotRow | undefined> =>
  withinTenant(db, tenant).where('b.id', '=', botId).executeTakeFirst();

/** Of a session of this organization, with the company that its operators are of. */
export const findBotOfSession = (
  db: Db,
  { organization_id, bot_id }: { organization_id: number; bot_id: string | null },
): Promise<(BotRow & { company_id: number }) | undefined> =>
  withCompany(db)
    .select('org.company_id')
    .where('b.organization_id', '=', organization_id)
    .where('b.id', '=', bot_id)
    .executeTakeFirst();

const sortable = { name: 'b.name', createdAt: 'b.created_at' } as const satisfies Record<
  (typeof botsSortedBy)[number],
  string
>;

export async function findBots(
  db: Db,
  tenant: Tenant,
  query: Query<'bots'>,
): Promise<{ count: number | undefined; rows: BotRow[] }> {
  const { limit, offset } = pageOf(query);
  let found = withinTenant(db, tenant);
  if (query.organizationId !== undefined) found = found.where('b.organization_id', '=', query.organizationId);
  if (query.keyword) {
    const pattern = likePattern(query.keyword);
    found = found.where((eb) => contains(eb.ref('b.name'), pattern));
  }
  const counted = query.withoutCount
    ? undefined
    : await found
        .clearSelect()
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
  if (query.withoutItems) return { count: counted?.count, rows: [] };
  for (const { column, direction } of sortOf(query.sort, sortable)) found = found.orderBy(column, direction);
  return { count: counted?.count, rows: await found.orderBy('b.id').limit(limit).offset(offset).execute() };
}

export const insertBot = (db: Db, row: Insertable<Tables['bots']>): Promise<BotRow> =>
  db.insertInto('bots').values(row).returningAll().executeTakeFirstOrThrow();

export const updateBot = (
  db: Db,
  botId: string,
  change: Partial<Pick<BotRow, 'name' | 'script' | 'updated_at' | 'deleted_at'>>,
) => db.updateTable('bots').set(change).where('id', '=', botId).execute();
