import type { chatsSortedBy, Query } from '@switchboard/protocol';
import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Tenant } from '../actor.ts';
import { compiled } from '../database/compiled.ts';
import { contains, likePattern, pageOf, sortOf } from '../database/paging.ts';
import type { Tables } from '../database/tables.ts';

type Db = Kysely<Tables>;
export type ChannelRow = Selectable<Tables['channels']>;
export type NewChannel = Insertable<Tables['channels']>;

/** With what its group says instead, and whose company it is. */
export type Channel = ChannelRow & {
  company_id: number;
  group_timer_first_answer: number | null;
  group_timer_next_answers: number | null;
};

export const findChannel = async (db: Db, channelId: string): Promise<Channel | undefined> =>
  (await findById(db, { channelId }))[0];

const findById = compiled((db, { channelId }: { channelId: string }) =>
  db
    .selectFrom('channels as c')
    .innerJoin('organizations as o', 'o.id', 'c.organization_id')
    .leftJoin('groups as g', 'g.id', 'c.group_id')
    .selectAll('c')
    .select([
      'o.company_id',
      'g.timer_first_answer as group_timer_first_answer',
      'g.timer_next_answers as group_timer_next_answers',
    ])
    .where('c.id', '=', channelId)
    .where('c.deleted_at', 'is', null),
);

export const insertChannel = (db: Db, row: NewChannel) => db.insertInto('channels').values(row).execute();

/** With what a session may be finished; none: with anything. Also of a channel that is closed by now. */
export const listResults = async (db: Db, channelId: string): Promise<string[]> => {
  const { results } = await db
    .selectFrom('channels')
    .select('results')
    .where('id', '=', channelId)
    .executeTakeFirstOrThrow();
  return JSON.parse(results) as string[];
};

const withinTenant = (db: Db, { companyId, organizationId }: Tenant) =>
  db
    .selectFrom('channels as c')
    .innerJoin('organizations as o', 'o.id', 'c.organization_id')
    .selectAll('c')
    .where('o.company_id', '=', companyId)
    .where('c.deleted_at', 'is', null)
    .$if(organizationId !== null, (query) => query.where('c.organization_id', '=', organizationId as number));

export const findChat = (db: Db, tenant: Tenant, channelId: string): Promise<ChannelRow | undefined> =>
  withinTenant(db, tenant).where('c.id', '=', channelId).executeTakeFirst();

const sortable = { name: 'c.name', createdAt: 'c.created_at' } as const satisfies Record<
  (typeof chatsSortedBy)[number],
  string
>;

export async function findChats(
  db: Db,
  tenant: Tenant,
  query: Query<'chats'>,
): Promise<{ count: number | undefined; rows: ChannelRow[] }> {
  const { limit, offset } = pageOf(query);
  let found = withinTenant(db, tenant);
  if (query.organizationId !== undefined) found = found.where('c.organization_id', '=', query.organizationId);
  if (query.keyword) {
    const pattern = likePattern(query.keyword);
    found = found.where((eb) => contains(eb.ref('c.name'), pattern));
  }
  const counted = query.withoutCount
    ? undefined
    : await found
        .clearSelect()
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
  if (query.withoutItems) return { count: counted?.count, rows: [] };
  for (const { column, direction } of sortOf(query.sort, sortable)) found = found.orderBy(column, direction);
  return { count: counted?.count, rows: await found.orderBy('c.id').limit(limit).offset(offset).execute() };
}

/** Of an id that came out of our own tables in the same transaction. */
export const getChannel = (db: Db, channelId: string): Promise<ChannelRow> =>
  db.selectFrom('channels').selectAll().where('id', '=', channelId).executeTakeFirstOrThrow();

export const updateChannel = (
  db: Db,
  channelId: string,
  change: Partial<Omit<ChannelRow, 'id' | 'organization_id' | 'created_at'>>,
) => db.updateTable('channels').set(change).where('id', '=', channelId).execute();

/** Of one channel whose sessions go to this group. */
export const nameOfChannelWithGroup = async (db: Db, groupId: number): Promise<string | undefined> =>
  (
    await db
      .selectFrom('channels')
      .select('name')
      .where('group_id', '=', groupId)
      .where('deleted_at', 'is', null)
      .orderBy('id')
      .executeTakeFirst()
  )?.name;

export const hasBot = async (db: Db, organizationId: number, botId: string): Promise<boolean> =>
  (await db
    .selectFrom('bots')
    .select('id')
    .where('id', '=', botId)
    .where('organization_id', '=', organizationId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()) !== undefined;

/** Where it answers: how many there are, and the first of them by name. */
export async function channelsOfBot(db: Db, botId: string, limit: number): Promise<{ count: number; names: string[] }> {
  const found = db.selectFrom('channels').where('bot_id', '=', botId).where('deleted_at', 'is', null);
  const { count } = await found.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  const rows = count === 0 ? [] : await found.select('name').orderBy('name').orderBy('id').limit(limit).execute();
  return { count, names: rows.map(({ name }) => name) };
}

/** Which pages each channel serves: all where the list is empty. */
export async function pagesOfChannels(db: Db): Promise<Map<string, string[]>> {
  const rows = await db
    .selectFrom('channels')
    .select(['id', 'allowed_origins'])
    .where('deleted_at', 'is', null)
    .execute();
  return new Map(rows.map(({ id, allowed_origins }) => [id, JSON.parse(allowed_origins) as string[]]));
}
