import type { Insertable, Kysely, Selectable } from 'kysely';
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

export const findChannel = (db: Db, channelId: string): Promise<Channel | undefined> =>
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
    .where('c.deleted_at', 'is', null)
    .executeTakeFirst();

export const insertChannel = (db: Db, row: NewChannel) => db.insertInto('channels').values(row).execute();
