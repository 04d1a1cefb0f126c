import type { Role } from '@switchboard/protocol';
import { type Expression, type ExpressionBuilder, type Kysely, type Selectable, type SqlBool, sql } from 'kysely';
import { compiled, compiledByColumns } from '../database/compiled.ts';
import type { Tables } from '../database/tables.ts';
import { hasSecond } from './session.ts';

type Db = Kysely<Tables>;
/** A session as it is stored. */
export type SessionRow = Selectable<Tables['sessions']>;
/** A session with the names that it is shown with. */
export interface SessionInContext extends SessionRow {
  channel_name: string;
  messenger_type: string;
  client_name: string | null;
  client_external_id: string | null;
  client_banned_at: number | null;
  client_online_at: number | null;
  client_offline_at: number | null;
  operator_name: string | null;
  previous_operator_name: string | null;
}

export const inContext = (db: Db) =>
  db
    .selectFrom('sessions as s')
    .innerJoin('channels as ch', 'ch.id', 's.channel_id')
    .innerJoin('clients as cl', 'cl.id', 's.client_id')
    .leftJoin('operators as o', 'o.id', 's.operator_id')
    .leftJoin('operators as p', 'p.id', 's.previous_operator_id')
    .selectAll('s')
    .select([
      'ch.name as channel_name',
      'ch.messenger_type',
      'cl.name as client_name',
      'cl.external_id as client_external_id',
      'cl.banned_at as client_banned_at',
      'cl.online_at as client_online_at',
      'cl.offline_at as client_offline_at',
      'o.name as operator_name',
      'p.name as previous_operator_name',
    ]);

/** Whose sessions somebody may see; null: every organization of the company. */
export interface Scope {
  companyId: number;
  organizationId: number | null;
  operatorId: number;
  role: Role;
}

export const within = (db: Db, scope: Scope) =>
  db
    .selectFrom('organizations')
    .select('organizations.id')
    .where('company_id', '=', scope.companyId)
    .$if(scope.organizationId !== null, (query) =>
      query.where('organizations.id', '=', scope.organizationId as number),
    );

/**
 * The organization's sessions. One that belongs to a group is seen by its members, by whoever leads, and by its own operators.
 */
export const inSight =
  (db: Db, scope: Scope) =>
  (eb: ExpressionBuilder<Tables & { s: Tables['sessions'] }, 's'>): Expression<SqlBool> => {
    const inOrganization =
      // One named outright lets the engine read an index in order.
      scope.organizationId === null
        ? eb('s.organization_id', 'in', within(db, scope))
        : eb('s.organization_id', '=', scope.organizationId);
    if (scope.role !== 'OPERATOR') return inOrganization;
    const groups = db.selectFrom('group_members').select('group_id').where('operator_id', '=', scope.operatorId);
    return eb.and([
      inOrganization,
      eb.or([
        eb('s.group_id', 'is', null),
        eb('s.group_id', 'in', groups),
        eb('s.operator_id', '=', scope.operatorId),
        eb(
          's.id',
          'in',
          db.selectFrom('session_operators').select('session_id').where('operator_id', '=', scope.operatorId),
        ),
      ]),
    ]);
  };

/** `lock`: held until the transaction ends, for a decision that the write relies on (PostgreSQL). */
export const findSession = async (
  db: Db,
  scope: Scope,
  sessionId: string,
  lock = false,
): Promise<SessionInContext | undefined> => {
  const { companyId, organizationId, operatorId, role } = scope;
  const wide = organizationId === null ? 'company' : 'organization';
  const find = inSightOf[role === 'OPERATOR' ? 'own' : 'led'][wide][lock ? 'locked' : 'seen'];
  return (await find(db, { sessionId, companyId, organizationId: organizationId ?? 0, operatorId }))[0];
};

interface Looked {
  sessionId: string;
  companyId: number;
  organizationId: number;
  operatorId: number;
}
/** One statement for each kind of scope, compiled once: nearly every request of an operator begins with it. */
const looking = (role: Role, isWide: boolean) => {
  const query = (db: Db, { sessionId, companyId, organizationId, operatorId }: Looked) =>
    inContext(db)
      .where('s.id', '=', sessionId)
      .where(inSight(db, { companyId, organizationId: isWide ? null : organizationId, operatorId, role }));
  return { seen: compiled(query), locked: compiled((db, looked: Looked) => query(db, looked).forUpdate('s')) };
};
const inSightOf = {
  own: { company: looking('OPERATOR', true), organization: looking('OPERATOR', false) },
  led: { company: looking('SUPERVISOR', true), organization: looking('SUPERVISOR', false) },
};

/** Of an id that came out of our own tables in the same transaction. */
export async function getSession(db: Db, sessionId: string, lock = false): Promise<SessionInContext> {
  const [session] = await (lock ? getAndLock : getOne)(db, { sessionId });
  if (!session) throw new Error(`there is no session ${sessionId}`);
  return session;
}

const sessionOf = (db: Db, { sessionId }: { sessionId: string }) => inContext(db).where('s.id', '=', sessionId);
const getOne = compiled(sessionOf);
const getAndLock = compiled((db, of: { sessionId: string }) => sessionOf(db, of).forUpdate('s'));

/** In the order in which they began. */
export const listSessionsById = async (db: Db, ids: string[]): Promise<SessionInContext[]> =>
  ids.length === 0 ? [] : inContext(db).where('s.id', 'in', ids).orderBy('s.number').execute();

interface OfClient {
  channelId: string;
  clientId: string;
}

const openSessions = (db: Db, { channelId, clientId }: OfClient) =>
  db
    .selectFrom('sessions')
    .selectAll()
    .where('channel_id', '=', channelId)
    .where('client_id', '=', clientId)
    // The literal lets the engine use the index of open sessions.
    .where('status', '<>', sql.lit('CLOSED'));

const findOpen = compiled(openSessions);
const findOpenAndLock = compiled((db, client: OfClient) => openSessions(db, client).forUpdate());

export const findOpenSession = async (
  db: Db,
  channelId: string,
  clientId: string,
  lock = false,
): Promise<SessionRow | undefined> => {
  const [session] = await (lock ? findOpenAndLock : findOpen)(db, { channelId, clientId });
  return session;
};

export const findLastSession = (db: Db, clientId: string): Promise<SessionInContext | undefined> =>
  inContext(db).where('s.client_id', '=', clientId).orderBy('s.number', 'desc').limit(1).executeTakeFirst();

/** Who answered this client last, in a session before this one. */
export const findLastOperatorId = async (
  db: Db,
  { client_id, number }: Pick<SessionRow, 'client_id' | 'number'>,
): Promise<number | null> => (await findLastWithOperator(db, { clientId: client_id, number }))[0]?.operator_id ?? null;

// Nothing of the organization, which the client belongs to: an engine may then walk through all of its sessions.
const findLastWithOperator = compiled((db, { clientId, number }: { clientId: string; number: number }) =>
  db
    .selectFrom('sessions')
    .select('operator_id')
    .where('client_id', '=', clientId)
    .where('number', '<', number)
    .where('operator_id', 'is not', null)
    .orderBy('number', 'desc')
    .limit(sql.lit(1)),
);

type NewSession = Pick<
  SessionRow,
  | 'id'
  | 'organization_id'
  | 'channel_id'
  | 'client_id'
  | 'group_id'
  | 'name'
  | 'status'
  | 'ttl'
  | 'referer'
  | 'started_at'
  | 'help_since'
  | 'priority'
  | 'timer_first_answer'
  | 'timer_next_answers'
  | 'timed'
  | 'wake_at'
  | 'bot_id'
  | 'bot_status'
>;

/** undefined when another transaction opened one first: the unique index decides. */
export const insertSession = async (db: Db, row: NewSession): Promise<SessionRow | undefined> =>
  (await insertUnlessOpen(db, row, {}))[0];

const insertUnlessOpen = compiledByColumns((db, row: NewSession) =>
  db
    .insertInto('sessions')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returningAll(),
);

/** No revision: an operator's view of the session shows it of the last message only. */
export const setClientRead = (db: Db, sessionId: string, number: number) =>
  db.updateTable('sessions').set({ client_read_number: number }).where('id', '=', sessionId).execute();

type Change = Partial<Omit<SessionRow, 'id' | 'number' | 'revision' | 'control_epoch'>>;

/** Every change raises the revision, so that a reader can drop what is stale. */
export const updateSession = (db: Db, sessionId: string, change: Change) => updateOne(db, change, { sessionId });

const updateOne = compiledByColumns((db, change: Change, { sessionId }: { sessionId: string }) =>
  db
    .updateTable('sessions')
    .set((eb) => ({ ...change, revision: eb('revision', '+', 1) }))
    .where('id', '=', sessionId),
);

/** A change of controller: only from the status that the decision was made on. As it is now; undefined when it was not so. */
export const changeControl = async (
  db: Db,
  { id, status, control_epoch }: Pick<SessionRow, 'id' | 'status' | 'control_epoch'>,
  change: Change,
): Promise<SessionInContext | undefined> =>
  (await changeFrom(db, change, { sessionId: id, oldStatus: status, epoch: control_epoch }))[0];

interface Was {
  sessionId: string;
  oldStatus: string;
  epoch: number;
}
const changeFrom = compiledByColumns((db, change: Change, { sessionId, oldStatus, epoch }: Was) =>
  db
    .updateTable('sessions')
    .set((eb) => ({ ...change, revision: eb('revision', '+', 1), control_epoch: eb('control_epoch', '+', 1) }))
    .where('id', '=', sessionId)
    .where('status', '=', oldStatus)
    .where('control_epoch', '=', epoch)
    .returningAll()
    .returning(names),
);

/** What `inContext` joins. */
const found = <T>(column: string, table: string, key: string) =>
  sql<T>`(SELECT ${sql.ref(`found.${column}`)} FROM ${sql.table(table)} AS found WHERE found.id = ${sql.ref(`sessions.${key}`)})`;
const names = [
  found<string>('name', 'channels', 'channel_id').as('channel_name'),
  found<string>('messenger_type', 'channels', 'channel_id').as('messenger_type'),
  found<string | null>('name', 'clients', 'client_id').as('client_name'),
  found<string | null>('external_id', 'clients', 'client_id').as('client_external_id'),
  found<number | null>('banned_at', 'clients', 'client_id').as('client_banned_at'),
  found<number | null>('online_at', 'clients', 'client_id').as('client_online_at'),
  found<number | null>('offline_at', 'clients', 'client_id').as('client_offline_at'),
  found<string | null>('name', 'operators', 'operator_id').as('operator_name'),
  found<string | null>('name', 'operators', 'previous_operator_id').as('previous_operator_name'),
] as const;

/** The rows know whether they have any; most have none. */
export const listSecondOperators = async (db: Db, sessions: Pick<SessionRow, 'id' | 'listeners'>[]) => {
  const sessionIds = sessions.filter(hasSecond).map(({ id }) => id);
  if (sessionIds.length === 0) return [];
  return db
    .selectFrom('session_operators as so')
    .innerJoin('operators as o', 'o.id', 'so.operator_id')
    .select(['so.session_id', 'so.operator_id', 'so.assigned_at', 'o.name'])
    .where('so.session_id', 'in', sessionIds)
    .orderBy('so.assigned_at')
    .orderBy('so.operator_id')
    .execute();
};

/** Its operators who do not follow this group's feed: neither members nor leading. */
export const listOperatorsOutside = async (
  db: Db,
  { id, operator_id }: Pick<SessionRow, 'id' | 'operator_id'>,
  groupId: number,
): Promise<number[]> => {
  const rows = await findOutside(db, { sessionId: id, operatorId: operator_id, groupId });
  return rows.map(({ id }) => id);
};

const findOutside = compiled((db, of: { sessionId: string; operatorId: number | null; groupId: number }) =>
  db
    .selectFrom('operators')
    .select('operators.id')
    .where((eb) =>
      eb.or([
        eb('operators.id', '=', of.operatorId),
        eb('operators.id', 'in', (sub) =>
          sub.selectFrom('session_operators').select('operator_id').where('session_id', '=', of.sessionId),
        ),
      ]),
    )
    .where('role', '=', 'OPERATOR')
    .where('operators.id', 'not in', (eb) =>
      eb.selectFrom('group_members').select('operator_id').where('group_id', '=', of.groupId),
    ),
);

export const addSecondOperator = async (db: Db, row: Tables['session_operators'], listeners: string): Promise<void> => {
  await db
    .insertInto('session_operators')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await setListeners(db, row.session_id, listeners);
};

export const removeSecondOperator = async (
  db: Db,
  sessionId: string,
  operatorId: number,
  listeners: string,
): Promise<boolean> => {
  const removed = await db
    .deleteFrom('session_operators')
    .where('session_id', '=', sessionId)
    .where('operator_id', '=', operatorId)
    .returning('operator_id')
    .execute();
  if (removed.length > 0) await setListeners(db, sessionId, listeners);
  return removed.length > 0;
};

/** The row is locked before it is read: whoever stores a message at the same moment sees the change, or goes first. */
export const setListeners = (db: Db, sessionId: string, listeners: string) =>
  db.updateTable('sessions').set({ listeners }).where('id', '=', sessionId).execute();

export const listSessionsOfOperator = (db: Db, operatorId: number): Promise<SessionRow[]> =>
  db
    .selectFrom('sessions')
    .selectAll()
    .where('operator_id', '=', operatorId)
    .where('status', 'in', ['ACTIVE', 'PAUSED'])
    .orderBy('number')
    .execute();

/** Those that the bot has now. */
export const listSessionsOfBot = (db: Db, botId: string): Promise<{ id: string }[]> =>
  db
    .selectFrom('sessions')
    .select('id')
    .where('bot_id', '=', botId)
    .where('status', '=', 'BOT')
    .orderBy('number')
    .execute();

export const countByStatus = async (db: Db): Promise<Map<string, number>> => {
  const rows = await db
    .selectFrom('sessions')
    .select(['status', (eb) => eb.fn.countAll<number>().as('count')])
    .where('status', '<>', sql.lit('CLOSED'))
    .groupBy('status')
    .execute();
  return new Map(rows.map(({ status, count }) => [status, count]));
};
