import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';

type Db = Kysely<Tables>;
export type ChannelRow = Tables['channels'];

export const findChannel = (db: Db, channelId: string): Promise<(ChannelRow & { company_id: number }) | undefined> =>
  db
    .selectFrom('channels as c')
    .innerJoin('organizations as o', 'o.id', 'c.organization_id')
    .selectAll('c')
    .select('o.company_id')
    .where('c.id', '=', channelId)
    .executeTakeFirst();

export const insertChannel = (db: Db, row: ChannelRow) => db.insertInto('channels').values(row).execute();
