import { type Kysely, sql } from 'kysely';
import { compiled } from '../database/compiled.ts';
import type { Tables } from '../database/tables.ts';
import type { SessionRow } from '../sessions/session.store.ts';

type Db = Kysely<Tables>;
// Of more at once the rest is found when the next place is freed, or when their time is over.
const mostReserved = 500;

type Decision = Omit<Tables['routing_decisions'], 'id'>;

export const insertDecision = compiled((db, row: Decision) =>
  db.insertInto('routing_decisions').values({
    session_id: row.session_id,
    organization_id: row.organization_id,
    at: row.at,
    cause: row.cause,
    operator_id: row.operator_id,
    candidates: row.candidates,
  }),
);

export const listDecisions = (db: Db, sessionId: string) =>
  db
    .selectFrom('routing_decisions')
    .selectAll()
    .where('session_id', '=', sessionId)
    .orderBy('id', 'desc')
    .limit(1000)
    .execute();

const withPlace = (db: Db) =>
  db
    .selectFrom('operators as o')
    .innerJoin('organizations as org', 'org.id', 'o.organization_id')
    .where('o.status', '=', 0)
    .where('o.online', '=', 1)
    .where('o.paused', '=', 0)
    .where((eb) => eb('o.open_sessions', '<', eb.fn.coalesce('o.max_sessions', 'org.max_sessions')));

/** Whether help can be served at all: much cheaper than to find out by trying. */
export const anybodyFree = async (db: Db, organizationId: number): Promise<boolean> =>
  (await findFree(db, { organizationId })).length > 0;

const findFree = compiled((db, { organizationId }: { organizationId: number }) =>
  withPlace(db).select('o.id').where('o.organization_id', '=', organizationId).limit(sql.lit(1)),
);

/** What waits in help for one operator alone, who has a place now. Nearly always nothing, so that is asked first. */
export async function listReserved(db: Db, organizationId: number, at: number): Promise<SessionRow[]> {
  const reserved = await findReserved(db, { organizationId, at });
  if (reserved.length === 0) return [];
  const operatorIds = reserved.flatMap(({ reserved_for }) => reserved_for ?? []);
  const free = await withPlace(db).select('o.id').where('o.id', 'in', operatorIds).execute();
  return reserved.filter(({ reserved_for }) => free.some(({ id }) => id === reserved_for));
}

const findReserved = compiled((db, { organizationId, at }: { organizationId: number; at: number }) =>
  db
    .selectFrom('sessions')
    .selectAll()
    .where('organization_id', '=', organizationId)
    // Only help is: whatever takes a session out of it ends this too. Said again, an engine would look at all of help.
    .where('reserved_until', '>', at)
    .orderBy('priority', 'desc')
    .orderBy('help_since')
    .orderBy('number')
    .limit(sql.lit(mostReserved)),
);
