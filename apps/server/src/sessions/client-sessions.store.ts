import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { inSight, type Scope, type SessionRow, within } from './session.store.ts';

type Db = Kysely<Tables>;

/** Ids of those sessions of a client that somebody sees. */
export const sessionsOfClientInSight = (db: Db, scope: Scope, clientId: string) =>
  db.selectFrom('sessions as s').select('s.id').where('s.client_id', '=', clientId).where(inSight(db, scope));

/** Who leads sees every client of theirs; who works, those with a session that they see. */
export const findClientInSight = (db: Db, scope: Scope, clientId: string) =>
  db
    .selectFrom('clients')
    .selectAll('clients')
    .where('clients.id', '=', clientId)
    .where('clients.organization_id', 'in', within(db, scope))
    .$if(scope.role === 'OPERATOR', (query) =>
      query.where(({ exists }) => exists(sessionsOfClientInSight(db, scope, clientId))),
    )
    .executeTakeFirst();

export const listNewestSessionsOfClient = (db: Db, clientId: string, limit: number): Promise<SessionRow[]> =>
  db
    .selectFrom('sessions')
    .selectAll()
    .where('client_id', '=', clientId)
    .orderBy('number', 'desc')
    .limit(limit)
    .execute();
