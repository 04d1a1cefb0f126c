import type { Role, SessionsQuery, sessionsSortedBy } from '@switchboard/protocol';
import { type Expression, type ExpressionBuilder, type Kysely, type Selectable, type SqlBool, sql } from 'kysely';
import { compiled } from '../database/compiled.ts';
import { contains, likePattern, pageOf, sortOf } from '../database/paging.ts';
import type { Tables } from '../database/tables.ts';

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

const inContext = (db: Db) =>
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
    const inOrganization = eb('s.organization_id', 'in', within(db, scope));
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
export const findSession = (
  db: Db,
  scope: Scope,
  sessionId: string,
  lock = false,
): Promise<SessionInContext | undefined> =>
  inContext(db)
    .where('s.id', '=', sessionId)
    .where(inSight(db, scope))
    .$if(lock, (query) => query.forUpdate('s'))
    .executeTakeFirst();

/** Of an id that came out of our own tables in the same transaction. */
export const getSession = (db: Db, sessionId: string, lock = false): Promise<SessionInContext> =>
  inContext(db)
    .where('s.id', '=', sessionId)
    .$if(lock, (query) => query.forUpdate('s'))
    .executeTakeFirstOrThrow();

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

/** undefined when another transaction opened one first: the unique index decides. */
export const insertSession = (
  db: Db,
  row: Pick<
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
    | 'previous_operator_id'
  >,
): Promise<SessionRow | undefined> =>
  db
    .insertInto('sessions')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();

/** No revision: an operator's view of the session shows it of the last message only. */
export const setClientRead = (db: Db, sessionId: string, number: number) =>
  db.updateTable('sessions').set({ client_read_number: number }).where('id', '=', sessionId).execute();

type Change = Partial<Omit<SessionRow, 'id' | 'number' | 'revision' | 'control_epoch'>>;

/** Every change raises the revision, so that a reader can drop what is stale. */
export const updateSession = (db: Db, sessionId: string, change: Change) =>
  db
    .updateTable('sessions')
    .set((eb) => ({ ...change, revision: eb('revision', '+', 1) }))
    .where('id', '=', sessionId)
    .execute();

/** A change of controller: only from the status that the decision was made on. Says whether it was still so. */
export const changeControl = async (
  db: Db,
  { id, status, control_epoch }: Pick<SessionRow, 'id' | 'status' | 'control_epoch'>,
  change: Change,
): Promise<boolean> => {
  const row = await db
    .updateTable('sessions')
    .set((eb) => ({ ...change, revision: eb('revision', '+', 1), control_epoch: eb('control_epoch', '+', 1) }))
    .where('id', '=', id)
    .where('status', '=', status)
    .where('control_epoch', '=', control_epoch)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
};

export const listSecondOperators = (db: Db, sessionIds: string[]) =>
  db
    .selectFrom('session_operators as so')
    .innerJoin('operators as o', 'o.id', 'so.operator_id')
    .select(['so.session_id', 'so.operator_id', 'so.assigned_at', 'o.name'])
    .where('so.session_id', 'in', sessionIds)
    .orderBy('so.assigned_at')
    .orderBy('so.operator_id')
    .execute();

/** Its operators who do not follow this group's feed: neither members nor leading. */
export const listOperatorsOutside = async (
  db: Db,
  { id, operator_id }: Pick<SessionRow, 'id' | 'operator_id'>,
  groupId: number,
): Promise<number[]> => {
  const rows = await db
    .selectFrom('operators')
    .select('operators.id')
    .where((eb) =>
      eb.or([
        eb('operators.id', '=', operator_id),
        eb('operators.id', 'in', eb.selectFrom('session_operators').select('operator_id').where('session_id', '=', id)),
      ]),
    )
    .where('role', '=', 'OPERATOR')
    .where('operators.id', 'not in', (eb) =>
      eb.selectFrom('group_members').select('operator_id').where('group_id', '=', groupId),
    )
    .execute();
  return rows.map(({ id }) => id);
};

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

/** Oldest first within priority; `without`: groups to leave out, null for the sessions of none. */
export const listHelp = (
  db: Db,
  organizationId: number,
  { without, limit }: { without: (number | null)[]; limit: number },
): Promise<SessionRow[]> => {
  const groupIds = without.filter((id) => id !== null);
  return db
    .selectFrom('sessions')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('status', '=', 'HELP')
    .$if(without.includes(null), (query) => query.where('group_id', 'is not', null))
    .$if(groupIds.length > 0, (query) =>
      query.where((eb) => eb.or([eb('group_id', 'is', null), eb('group_id', 'not in', groupIds)])),
    )
    .orderBy('priority', 'desc')
    .orderBy('help_since')
    .orderBy('number')
    .limit(limit)
    .execute();
};

/** 1 = the next to be served. */
export const helpPosition = async (db: Db, session: SessionRow): Promise<number> => {
  const { priority, help_since, number } = session;
  const { ahead } = await db
    .selectFrom('sessions')
    .select((eb) => eb.fn.countAll<number>().as('ahead'))
    .where('organization_id', '=', session.organization_id)
    .where('status', '=', 'HELP')
    .where('group_id', session.group_id === null ? 'is' : '=', session.group_id)
    .where((eb) =>
      eb.or([
        eb('priority', '>', priority),
        eb.and([eb('priority', '=', priority), eb('help_since', '<', help_since)]),
        eb.and([eb('priority', '=', priority), eb('help_since', '=', help_since), eb('number', '<', number)]),
      ]),
    )
    .executeTakeFirstOrThrow();
  return ahead + 1;
};

const sortable = {
  name: 's.name',
  status: 's.status',
  markedAsSpam: 's.marked_as_spam',
  startedAt: 's.started_at',
  lastMessageCreatedAt: 's.last_message_at',
  operatorAssignedAt: 's.operator_assigned_at',
} as const satisfies Record<(typeof sessionsSortedBy)[number], string>;

export async function findSessions(
  db: Db,
  scope: Scope,
  query: SessionsQuery,
): Promise<{ count: number | undefined; rows: SessionInContext[] }> {
  const { limit, offset } = pageOf(query);
  let found = inContext(db).where(inSight(db, scope));
  if (query.sessionId) found = found.where('s.id', '=', query.sessionId);
  if (query.from) found = found.where('s.started_at', '>=', Date.parse(query.from));
  if (query.to) found = found.where('s.started_at', '<=', Date.parse(query.to));
  if (query.markedAsSpam !== undefined) found = found.where('s.marked_as_spam', '=', query.markedAsSpam ? 1 : 0);
  if (query.operatorId !== undefined) {
    const { operatorId } = query;
    found = found.where((eb) =>
      eb.or([
        eb('s.operator_id', '=', operatorId),
        eb('s.id', 'in', eb.selectFrom('session_operators').select('session_id').where('operator_id', '=', operatorId)),
      ]),
    );
  }
  if (query.status) found = found.where('s.status', 'in', query.status.split(','));
  if (query.operatorType === 'BOT') found = found.where('s.status', '=', 'BOT');
  if (query.operatorType === 'OPERATOR') found = found.where('s.operator_id', 'is not', null);
  if (query.chatId) found = found.where('s.channel_id', '=', query.chatId);
  if (query.clientId) found = found.where('s.client_id', '=', query.clientId);
  if (query.groupId !== undefined) found = found.where('s.group_id', '=', query.groupId);
  if (query.clientBanned !== undefined) found = found.where('cl.banned_at', query.clientBanned ? 'is not' : 'is', null);
  if (query.name) {
    const pattern = likePattern(query.name);
    found = found.where((eb) => contains(eb.ref('s.name'), pattern));
  }
  if (query.keyword) {
    const pattern = likePattern(query.keyword);
    found = found.where((eb) =>
      eb.or([
        contains(eb.ref('s.name'), pattern),
        contains(eb.ref('cl.name'), pattern),
        contains(eb.ref('cl.external_id'), pattern),
        contains(eb.ref('s.id'), pattern),
        contains(eb.ref('s.client_id'), pattern),
      ]),
    );
  }
  const count = query.withoutCount
    ? undefined
    : (
        await found
          .clearSelect()
          .select((eb) => eb.fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow()
      ).count;
  if (query.withoutItems) return { count, rows: [] };
  for (const { column, direction } of sortOf(query.sort, sortable)) found = found.orderBy(column, direction);
  const rows = await found.orderBy('s.number', 'desc').limit(limit).offset(offset).execute();
  return { count, rows };
}

export const countByStatus = async (db: Db): Promise<Map<string, number>> => {
  const rows = await db
    .selectFrom('sessions')
    .select(['status', (eb) => eb.fn.countAll<number>().as('count')])
    .where('status', '<>', 'CLOSED')
    .groupBy('status')
    .execute();
  return new Map(rows.map(({ status, count }) => [status, count]));
};
