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
    // One group or none: so PostgreSQL walks the index backwards, which it would not for "is null" alone.
    .orderBy('group_id', 'desc')
    .orderBy('served_at', 'desc')
    .limit(sql.lit(servedLooked.count));
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

/**
 * Oldest first within priority; `without`: groups to leave out, null for the sessions of none. Those that wait for one
 * operator alone are not among them.
 */
export const listHelp = (
  db: Db,
  organizationId: number,
  {
    without,
    limit,
    at,
    notBack,
  }: { without: (number | null)[]; limit: number; at: number; notBack?: string | undefined },
): Promise<SessionRow[]> => {
  const groupIds = without.filter((id) => id !== null);
  return db
    .selectFrom('sessions')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('status', '=', sql.lit('HELP'))
    .where((eb) => eb.or([eb('reserved_until', 'is', null), eb('reserved_until', '<=', at)]))
    .$if(notBack !== undefined, (query) => query.where('id', '<>', notBack as string))
    .$if(without.includes(null), (query) => query.where('group_id', 'is not', null))
    .$if(groupIds.length > 0, (query) =>
      query.where((eb) => eb.or([eb('group_id', 'is', null), eb('group_id', 'not in', groupIds)])),
    )
    .orderBy('priority', 'desc')
    .orderBy('help_since')
    .orderBy('number')
    .limit(sql.lit(limit))
    .execute();
};

/** 1 = the next to be served. */
export const helpPosition = async (db: Db, session: SessionRow): Promise<number> => {
  const [found] = await (session.group_id === null ? aheadOf.none : aheadOf.group)(db, session);
  return (found?.ahead ?? 0) + 1;
};

type Waiting = Pick<SessionRow, 'organization_id' | 'group_id' | 'priority' | 'help_since' | 'number'>;
const ahead = (db: Db, { organization_id, priority, help_since, number }: Waiting) =>
  db
    .selectFrom('sessions')
    .select((eb) => eb.fn.countAll<number>().as('ahead'))
    .where('organization_id', '=', organization_id)
    .where('status', '=', sql.lit('HELP'))
    .where('priority', '>=', priority)
    .where((eb) =>
      eb.or([
        eb('priority', '>', priority),
        eb('help_since', '<', help_since),
        eb.and([eb('help_since', '=', help_since), eb('number', '<', number)]),
      ]),
    );
const aheadOf = {
  none: compiled((db, waiting: Waiting) => ahead(db, waiting).where('group_id', 'is', null)),
  group: compiled((db, waiting: Waiting) => ahead(db, waiting).where('group_id', '=', waiting.group_id)),
};

/** Those at the head of each help of the organization whose clients were told another place, or none. */
export const listMoved = (db: Db, organizationId: number, placesTold: number) =>
  db
    .selectFrom((eb) =>
      eb
        .selectFrom('sessions')
        .select(['id', 'client_id', 'organization_id', 'group_id', 'status', 'number', 'told_position'])
        .select(['started_at', 'closed_at', 'operator_read_number', 'revision'])
        .select((inner) =>
          inner.fn
            .agg<number>('row_number')
            .over((over) =>
              over.partitionBy('group_id').orderBy('priority', 'desc').orderBy('help_since').orderBy('number'),
            )
            .as('place'),
        )
        .where('organization_id', '=', organizationId)
        .where('status', '=', sql.lit('HELP'))
        .as('places'),
    )
    .selectAll()
    .where('place', '<=', placesTold)
    .where((eb) => eb.or([eb('told_position', 'is', null), eb('told_position', '<>', eb.ref('place'))]))
    .orderBy('number')
    .execute();

/** No revision: operators are not shown it, and its client takes the later word of two with the same. */
export const setToldPosition = (db: Db, sessionId: string, position: number) => setPlace(db, { sessionId, position });

const setPlace = compiled((db, { sessionId, position }: { sessionId: string; position: number }) =>
  db.updateTable('sessions').set({ told_position: position }).where('id', '=', sessionId),
);

/** The same of many. */
export const setToldPositions = async (db: Db, positions: Map<string, number>): Promise<void> => {
  if (positions.size === 0) return;
  const places = [...positions].map(([id, position]) => sql`WHEN ${id} THEN ${position}`);
  await db
    .updateTable('sessions')
    .set({ told_position: sql<number>`CAST(CASE id ${sql.join(places, sql` `)} END AS integer)` })
    .where('id', 'in', [...positions.keys()])
    .execute();
};

/** Unless they are to be told already. */
export const setPositionsAt = (db: Db, organizationId: number, at: number) => askToTell(db, { organizationId, at });

const askToTell = compiled((db, { organizationId, at }: { organizationId: number; at: number }) =>
  db
    .updateTable('organizations')
    .set({ positions_at: at })
    .where('id', '=', organizationId)
    .where('positions_at', 'is', null),
);

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
