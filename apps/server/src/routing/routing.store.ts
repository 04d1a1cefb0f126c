import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { SessionRow } from '../sessions/session.store.ts';

type Db = Kysely<Tables>;

export const insertDecision = (db: Db, row: Omit<Tables['routing_decisions'], 'id'>) =>
  db.insertInto('routing_decisions').values(row).execute();

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
  (await withPlace(db).select('o.id').where('o.organization_id', '=', organizationId).limit(1).executeTakeFirst()) !==
  undefined;

/** What waits in help for one operator alone, who has a place now. */
export const listReserved = (db: Db, organizationId: number, at: number): Promise<SessionRow[]> =>
  db
    .selectFrom('sessions')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('status', '=', sql.lit('HELP'))
    .where('reserved_until', '>', at)
    .where('reserved_for', 'in', withPlace(db).select('o.id').where('o.organization_id', '=', organizationId))
    .orderBy('priority', 'desc')
    .orderBy('help_since')
    .orderBy('number')
    .execute();
