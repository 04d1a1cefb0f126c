import { type Kysely, sql } from 'kysely';
import { compiled } from '../database/compiled.ts';
import type { Tables } from '../database/tables.ts';
import { servedLooked } from './help.ts';
import type { SessionRow } from './session.store.ts';

type Db = Kysely<Tables>;

/** When this help gave away its last sessions, the newest first. */
export const listServed = async (
  db: Db,
  { organization_id, group_id }: Pick<SessionRow, 'organization_id' | 'group_id'>,
  since: number,
): Promise<number[]> => {
  const find = group_id === null ? servedOf.none : servedOf.group;
  const rows = await find(db, { organizationId: organization_id, groupId: group_id, since });
  return rows.flatMap(({ served_at }) => served_at ?? []);
};

interface Served {
  organizationId: number;
  groupId: number | null;
  since: number;
}
const lately = (db: Db, { organizationId, since }: Served) =>
  db
    .selectFrom('sessions')
    .select('served_at')
    .where('organization_id', '=', organizationId)
    .where('served_at', '>=', since)
    .orderBy('served_at', 'desc')
    .limit(servedLooked.count);
const servedOf = {
  none: compiled((db, served: Served) => lately(db, served).where('group_id', 'is', null)),
  group: compiled((db, served: Served) => lately(db, served).where('group_id', '=', served.groupId)),
};

export const countHelp = async (
  db: Db,
  { organization_id, group_id }: Pick<SessionRow, 'organization_id' | 'group_id'>,
): Promise<number> =>
  (
    await db
      .selectFrom('sessions')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('organization_id', '=', organization_id)
      .where('status', '=', sql.lit('HELP'))
      .where('group_id', group_id === null ? 'is' : '=', group_id)
      .executeTakeFirstOrThrow()
  ).count;

/** In the order in which help is served, all groups among each other. */
export const listPlaces = (db: Db, organizationId: number) =>
  db
    .selectFrom('sessions')
    .select(['id', 'group_id', 'told_position'])
    .where('organization_id', '=', organizationId)
    .where('status', '=', sql.lit('HELP'))
    .orderBy('priority', 'desc')
    .orderBy('help_since')
    .orderBy('number')
    .execute();

/** No revision: operators are not shown it, and its client takes the later word of two with the same. */
export const setToldPosition = (db: Db, sessionId: string, position: number) =>
  db.updateTable('sessions').set({ told_position: position }).where('id', '=', sessionId).execute();

/** Unless they are to be told already. */
export const setPositionsAt = (db: Db, organizationId: number, at: number) =>
  db
    .updateTable('organizations')
    .set({ positions_at: at })
    .where('id', '=', organizationId)
    .where('positions_at', 'is', null)
    .execute();

/** Whether they were due; never twice. */
export const takePositionsDue = async (db: Db, organizationId: number, now: number): Promise<boolean> => {
  const rows = await db
    .updateTable('organizations')
    .set({ positions_at: null })
    .where('id', '=', organizationId)
    .where('positions_at', '<=', now)
    .returning('id')
    .execute();
  return rows.length > 0;
};

export const listOrganizationsToTell = async (db: Db, now: number): Promise<number[]> => {
  const rows = await db
    .selectFrom('organizations')
    .select('id')
    .where('positions_at', 'is not', null)
    .where('positions_at', '<=', now)
    .orderBy('positions_at')
    .execute();
  return rows.map(({ id }) => id);
};
