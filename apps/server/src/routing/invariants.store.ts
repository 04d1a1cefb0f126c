import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';

type Db = Kysely<Tables>;
type OfSession = ExpressionBuilder<Tables & { s: Tables['sessions'] }, 's'>;

// Each is one statement, so that it sees one moment however much is written meanwhile. Literals, not parameters: they
// let the engine use the indexes of open and of waiting sessions, and the closed ones cost nothing.
const open = (eb: OfSession) => eb('s.status', '<>', sql.lit('CLOSED'));

/** Open sessions that nobody has who may have them: not the bot, not help, no operator of theirs. */
export const findUncontrolled = (db: Db, limit: number) =>
  db
    .selectFrom('sessions as s')
    .innerJoin('organizations as org', 'org.id', 's.organization_id')
    .leftJoin('operators as o', 'o.id', 's.operator_id')
    .select('s.id')
    .where(open)
    // CASE, not NOT: where a part is null, NOT would be null as well and find nothing.
    .where(
      (eb) =>
        eb
          .case()
          .when(eb.and([eb('s.status', '=', 'BOT'), eb('s.bot_id', 'is not', null), eb('s.operator_id', 'is', null)]))
          .then(1)
          .when(eb.and([eb('s.status', '=', 'HELP'), eb('s.operator_id', 'is', null)]))
          .then(1)
          .when(
            eb.and([
              eb('s.status', 'in', ['ACTIVE', 'PAUSED']),
              eb('o.status', '=', 0),
              eb('o.company_id', '=', eb.ref('org.company_id')),
              // An administrator works for all of the company.
              eb.or([eb('o.organization_id', '=', eb.ref('s.organization_id')), eb('o.role', '=', 'ADMIN')]),
            ]),
          )
          .then(1)
          .else(0)
          .end(),
      '=',
      0,
    )
    .orderBy('s.number')
    .limit(limit)
    .execute();

/** Operators whose count of sessions is not the number that they have. */
export const findMiscounted = (db: Db, limit: number) =>
  db
    .selectFrom('operators as o')
    .select('o.id')
    .where('o.open_sessions', '<>', (eb) =>
      eb
        .selectFrom('sessions as s')
        .select((of) => of.fn.countAll<number>().as('count'))
        .whereRef('s.operator_id', '=', 'o.id')
        .where('s.status', 'in', ['ACTIVE', 'PAUSED']),
    )
    .orderBy('o.id')
    .limit(limit)
    .execute();

/** Operators with more sessions than they may have and than were forced on them. */
export const findOverloaded = (db: Db, limit: number) =>
  db
    .selectFrom('operators as o')
    .innerJoin('organizations as org', 'org.id', 'o.organization_id')
    .select('o.id')
    .where((eb) =>
      eb(
        eb('o.open_sessions', '-', (of) =>
          of
            .selectFrom('sessions as s')
            .select((counted) => counted.fn.countAll<number>().as('count'))
            .whereRef('s.operator_id', '=', 'o.id')
            .where('s.status', 'in', ['ACTIVE', 'PAUSED'])
            .where('s.forced', '=', 1),
        ),
        '>',
        eb.fn.coalesce('o.max_sessions', 'org.max_sessions'),
      ),
    )
    .orderBy('o.id')
    .limit(limit)
    .execute();

/** Sessions that wait in help while somebody is free for them. `reservedBefore`: reservations over by then hold nothing. */
export const findForgotten = (db: Db, reservedBefore: number, limit: number) =>
  db
    // First who is free: nearly always nobody where somebody waits, so that help is not compared with all operators.
    .with(
      (cte) => cte('free').materialized(),
      (query) =>
        query
          .selectFrom('operators as o')
          .innerJoin('organizations as org', 'org.id', 'o.organization_id')
          .select(['o.id', 'o.organization_id'])
          .where('o.status', '=', 0)
          .where('o.online', '=', 1)
          .where('o.paused', '=', 0)
          .where((eb) => eb('o.open_sessions', '<', eb.fn.coalesce('o.max_sessions', 'org.max_sessions'))),
    )
    .selectFrom('sessions as s')
    .select('s.id')
    .where('s.status', '=', sql.lit('HELP'))
    .where((eb) => eb.or([eb('s.reserved_until', 'is', null), eb('s.reserved_until', '<', reservedBefore)]))
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('free as f')
          .select('f.id')
          .whereRef('f.organization_id', '=', 's.organization_id')
          .where((of) =>
            of.or([of('s.previous_operator_id', 'is', null), of('s.previous_operator_id', '<>', of.ref('f.id'))]),
          )
          .where((of) =>
            of.or([
              of('s.group_id', 'is', null),
              of.exists(
                of
                  .selectFrom('group_members as m')
                  .select('m.operator_id')
                  .whereRef('m.group_id', '=', 's.group_id')
                  .whereRef('m.operator_id', '=', 'f.id'),
              ),
            ]),
          ),
      ),
    )
    .orderBy('s.number')
    .limit(limit)
    .execute();

/** Open sessions beside another open one of the same client and channel. The unique index forbids them; so may it stay. */
export const findDoubled = (db: Db, limit: number) =>
  db
    .selectFrom('sessions as s')
    .select('s.id')
    .where(open)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('sessions as first')
          .select('first.id')
          .whereRef('first.channel_id', '=', 's.channel_id')
          .whereRef('first.client_id', '=', 's.client_id')
          .where('first.status', '<>', sql.lit('CLOSED'))
          .whereRef('first.number', '<', 's.number'),
      ),
    )
    .orderBy('s.number')
    .limit(limit)
    .execute();

/** Open sessions that the clock will never look at again. */
export const findUntimed = (db: Db, limit: number) =>
  db
    .selectFrom('sessions as s')
    .select('s.id')
    .where(open)
    .where('s.wake_at', 'is', null)
    .orderBy('s.number')
    .limit(limit)
    .execute();
