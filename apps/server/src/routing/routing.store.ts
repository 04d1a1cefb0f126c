import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';

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
