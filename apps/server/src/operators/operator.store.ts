import type { Query, usersSortedBy } from '@switchboard/protocol';
import { type Insertable, type Kysely, type Selectable, type SqlBool, sql } from 'kysely';
import type { Tenant } from '../actor.ts';
import { compiled } from '../database/compiled.ts';
import { contains, likePattern, pageOf, sortOf } from '../database/paging.ts';
import type { Tables } from '../database/tables.ts';

type Db = Kysely<Tables>;
export type OperatorRow = Selectable<Tables['operators']>;
export type NewOperator = Insertable<Tables['operators']>;
/** With what its organization gives where the operator has nothing of its own. */
export type OperatorInOrganization = OperatorRow & {
  organization_max_sessions: number | null;
  organization_offline_grace: number | null;
};

const withOrganization = (db: Db) =>
  db
    .selectFrom('operators as o')
    .leftJoin('organizations as org', 'org.id', 'o.organization_id')
    .selectAll('o')
    .select(['org.max_sessions as organization_max_sessions', 'org.offline_grace as organization_offline_grace']);

export const findOperator = async (
  db: Db,
  companyId: number,
  operatorId: number,
): Promise<OperatorInOrganization | undefined> => (await findOperators(db, { companyId, operatorId }))[0];

const findOperators = compiled((db, { companyId, operatorId }: { companyId: number; operatorId: number }) =>
  withOrganization(db).where('o.company_id', '=', companyId).where('o.id', '=', operatorId),
);

export const findOperatorByEmail = (db: Db, email: string) =>
  db.selectFrom('operators').selectAll().where('email', '=', email.trim().toLowerCase()).executeTakeFirst();

export const listOperatorRows = (db: Db, organizationId: number) =>
  db.selectFrom('operators').selectAll().where('organization_id', '=', organizationId).orderBy('id').execute();

/** As much of an operator as a decision looks at: it reads hundreds. */
export type RoutedOperator = Pick<
  OperatorInOrganization,
  'id' | 'online' | 'paused' | 'open_sessions' | 'max_sessions' | 'last_session_at' | 'organization_max_sessions'
>;
interface Routed {
  organizationId: number;
  groupId: number | null;
}

const routedOperators = (db: Db, { organizationId }: Routed) =>
  db
    .selectFrom('operators as o')
    .innerJoin('organizations as org', 'org.id', 'o.organization_id')
    .select(['o.id', 'o.online', 'o.paused', 'o.open_sessions', 'o.max_sessions'])
    .select(['o.last_session_at', 'org.max_sessions as organization_max_sessions'])
    .where('o.organization_id', '=', organizationId)
    .where('o.status', '=', 0)
    .orderBy('o.id');
const acceptingOperators = (db: Db, routed: Routed) =>
  routedOperators(db, routed).where('o.online', '=', 1).where('o.paused', '=', 0);
const ofGroup = ({ groupId }: Routed) =>
  sql<SqlBool>`o.id IN (SELECT operator_id FROM group_members WHERE group_id = ${groupId})`;

const accepting = {
  all: compiled(acceptingOperators),
  ofGroup: compiled((db, routed: Routed) => acceptingOperators(db, routed).where(ofGroup(routed))),
};
const active = {
  all: compiled(routedOperators),
  ofGroup: compiled((db, routed: Routed) => routedOperators(db, routed).where(ofGroup(routed))),
};

/** Active operators of the organization who accept sessions now, of one group where one is named. */
export const listAcceptingOperators = (
  db: Db,
  organizationId: number,
  groupId: number | null,
): Promise<RoutedOperator[]> => accepting[groupId === null ? 'all' : 'ofGroup'](db, { organizationId, groupId });

/** Those, and the active ones who accept none now: a decision keeps why not. */
export const listActiveOperators = (
  db: Db,
  organizationId: number,
  groupId: number | null,
): Promise<RoutedOperator[]> => active[groupId === null ? 'all' : 'ofGroup'](db, { organizationId, groupId });

/** Active operators of the organization who are there, also those who accept nothing now. */
export const listOnlineIn = (db: Db, organizationId: number, groupId: number | null) =>
  withOrganization(db)
    .where('o.organization_id', '=', organizationId)
    .where('o.status', '=', 0)
    .where('o.online', '=', 1)
    .$if(groupId !== null, (query) =>
      query.innerJoin('group_members as m', 'm.operator_id', 'o.id').where('m.group_id', '=', groupId as number),
    )
    .execute();

export const operatorNames = async (db: Db, ids: number[]): Promise<Map<number, string>> => {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('operators').select(['id', 'name']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
};

export const insertOperators = (db: Db, rows: NewOperator[]): Promise<OperatorRow[]> =>
  db.insertInto('operators').values(rows).returningAll().execute();

export const findOperatorsByExternalId = (db: Db, organizationId: number, externalIds: string[]) =>
  db
    .selectFrom('operators')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('external_id', 'in', externalIds)
    .execute();

export const findEmailsInUse = async (db: Db, emails: string[]): Promise<Set<string>> => {
  const rows = await db.selectFrom('operators').select('email').where('email', 'in', emails).execute();
  return new Set(rows.flatMap(({ email }) => (email === null ? [] : [email])));
};

/** Returns something, so that whoever waits for it hears here and not later that an e-mail address is taken. */
export const updateOperator = (
  db: Db,
  operatorId: number,
  change: Partial<Omit<OperatorRow, 'id' | 'company_id' | 'organization_id' | 'open_sessions' | 'created_at'>>,
) => db.updateTable('operators').set(change).where('id', '=', operatorId).returning('id').execute();

/** What a change of load is told by. */
export type Loaded = Pick<OperatorRow, 'id' | 'organization_id' | 'status' | 'online' | 'paused' | 'open_sessions'>;
const loaded = ['id', 'organization_id', 'status', 'online', 'paused', 'open_sessions'] as const;

interface Taking {
  operatorId: number;
  at: number;
}
const taking = (db: Db, { operatorId, at }: Taking) =>
  db
    .updateTable('operators')
    .set((eb) => ({ open_sessions: eb('open_sessions', '+', 1), last_session_at: at }))
    .where('id', '=', operatorId)
    .where('status', '=', 0)
    .returning(loaded);

/** Takes one place if there is one. The condition, not the caller's knowledge, holds the capacity. */
export const takePlace = async (db: Db, operatorId: number, at: number): Promise<Loaded | undefined> =>
  (await takeOnePlace(db, { operatorId, at }))[0];

const takeOnePlace = compiled((db, asked: Taking) =>
  taking(db, asked).where((eb) =>
    eb(
      'open_sessions',
      '<',
      eb.fn.coalesce(
        'max_sessions',
        eb
          .selectFrom('organizations as org')
          .select('org.max_sessions')
          .whereRef('org.id', '=', 'operators.organization_id'),
        eb.val(unlimited),
      ),
    ),
  ),
);

// Administrators have no organization to give them a limit.
const unlimited = 1_000_000;

/** Where somebody insists: above the capacity too. */
export const takePlaceBeyond = (db: Db, operatorId: number, at: number): Promise<Loaded | undefined> =>
  taking(db, { operatorId, at }).executeTakeFirst();

export const givePlaceBack = async (db: Db, operatorId: number): Promise<Loaded | undefined> =>
  (await giveOnePlaceBack(db, { operatorId }))[0];

const giveOnePlaceBack = compiled((db, { operatorId }: { operatorId: number }) =>
  db
    .updateTable('operators')
    .set((eb) => ({ open_sessions: eb('open_sessions', '-', 1) }))
    .where('id', '=', operatorId)
    .returning(loaded),
);

export const listOnlineOperators = (db: Db) =>
  db.selectFrom('operators').select('id').where('online', '=', 1).execute();

/** Until the transaction ends nobody else decides about this operator (PostgreSQL). */
export const lockOperator = (db: Db, operatorId: number) =>
  db.selectFrom('operators').select('id').where('id', '=', operatorId).forNoKeyUpdate().execute();

export const findOperatorScope = (db: Db, operatorId: number) =>
  db
    .selectFrom('operators')
    .select(['company_id', 'organization_id', 'status'])
    .where('id', '=', operatorId)
    .executeTakeFirst();

const sortable = { id: 'o.id', name: 'o.name', activeSessions: 'o.open_sessions' } as const satisfies Record<
  (typeof usersSortedBy)[number],
  string
>;

const withinTenant = (db: Db, { companyId, organizationId }: Tenant) =>
  withOrganization(db)
    .where('o.company_id', '=', companyId)
    .where('o.status', '<>', 2)
    .$if(organizationId !== null, (query) => query.where('o.organization_id', '=', organizationId as number));

/** One who is not deleted. */
export const findUser = (db: Db, tenant: Tenant, operatorId: number): Promise<OperatorInOrganization | undefined> =>
  withinTenant(db, tenant).where('o.id', '=', operatorId).executeTakeFirst();

export async function findUsers(
  db: Db,
  tenant: Tenant,
  query: Query<'users'>,
): Promise<{ count: number | undefined; rows: OperatorInOrganization[] }> {
  const { limit, offset } = pageOf(query);
  let found = withinTenant(db, tenant);
  if (query.organizationId !== undefined) found = found.where('o.organization_id', '=', query.organizationId);
  if (query.roles) found = found.where('o.role', 'in', query.roles.split(','));
  if (query.online !== undefined) found = found.where('o.online', '=', query.online ? 1 : 0);
  if (query.groupId !== undefined) {
    const { groupId } = query;
    found = found.where('o.id', 'in', (eb) =>
      eb.selectFrom('group_members').select('operator_id').where('group_id', '=', groupId),
    );
  }
  if (query.keyword) {
    const pattern = likePattern(query.keyword);
    found = found.where((eb) => eb.or([contains(eb.ref('o.name'), pattern), contains(eb.ref('o.email'), pattern)]));
  }
  const counted = query.withoutCount
    ? undefined
    : await found
        .clearSelect()
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
  if (query.withoutItems) return { count: counted?.count, rows: [] };
  for (const { column, direction } of sortOf(query.sort, sortable)) found = found.orderBy(column, direction);
  const rows = await found.orderBy('o.id').limit(limit).offset(offset).execute();
  return { count: counted?.count, rows };
}

/** Active ones; `signingIn`: only those with an e-mail address and a password of their own. */
export const countOtherAdministrators = async (
  db: Db,
  { company_id, id }: Pick<OperatorRow, 'company_id' | 'id'>,
  signingIn: boolean,
): Promise<number> =>
  (
    await db
      .selectFrom('operators')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('company_id', '=', company_id)
      .where('role', '=', 'ADMIN')
      .where('status', '=', 0)
      .where('id', '<>', id)
      .$if(signingIn, (query) => query.where('email', 'is not', null).where('password_hash', 'is not', null))
      .executeTakeFirstOrThrow()
  ).count;

/** Whose sessions go to others now, because they have been offline for the grace. */
export const listOperatorsToReroute = async (db: Db, now: number, limit: number): Promise<number[]> => {
  const rows = await db
    .selectFrom('operators')
    .select('id')
    .where('reroute_at', 'is not', null)
    .where('reroute_at', '<=', now)
    .orderBy('reroute_at')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
};
