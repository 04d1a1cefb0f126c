import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';

type Db = Kysely<Tables>;

/** Of a channel or a group, in the order in which they began. */
export const listOpenSessions = (db: Db, of: { channelId: string } | { groupId: number }) =>
  db
    .selectFrom('sessions')
    .select(['id', 'operator_id'])
    .$if('channelId' in of, (query) => query.where('channel_id', '=', 'channelId' in of ? of.channelId : ''))
    .$if('groupId' in of, (query) => query.where('group_id', '=', 'groupId' in of ? of.groupId : 0))
    .where('status', '<>', sql.lit('CLOSED'))
    .orderBy('number')
    .execute();

/** Raises the revision of a channel's newest open ones, and says which they are. */
export const touchNewestOpen = async (db: Db, channelId: string, limit: number): Promise<string[]> => {
  const newest = db
    .selectFrom('sessions as newest')
    .select('newest.id')
    .where('newest.channel_id', '=', channelId)
    .where('newest.status', '<>', sql.lit('CLOSED'))
    .orderBy('newest.number', 'desc')
    .limit(limit);
  const rows = await db
    .updateTable('sessions')
    .set((eb) => ({ revision: eb('revision', '+', 1) }))
    .where('id', 'in', newest)
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
};

/** Open ones that are shown with this operator's name. */
export const listSessionsNaming = (db: Db, operatorId: number) =>
  db
    .selectFrom('sessions')
    .select('id')
    .where('status', '<>', sql.lit('CLOSED'))
    .where((eb) =>
      eb.or([
        eb('operator_id', '=', operatorId),
        eb('previous_operator_id', '=', operatorId),
        eb('id', 'in', eb.selectFrom('session_operators').select('session_id').where('operator_id', '=', operatorId)),
      ]),
    )
    .orderBy('number')
    .execute();

/** Open ones where this operator is the second. */
export const listSessionsOfSecond = (db: Db, operatorId: number) =>
  db
    .selectFrom('session_operators as so')
    .innerJoin('sessions as s', 's.id', 'so.session_id')
    .select(['s.id', 's.organization_id'])
    .where('so.operator_id', '=', operatorId)
    .where('s.status', '<>', sql.lit('CLOSED'))
    .orderBy('s.number')
    .execute();
