import { type SessionsQuery, sessionFilters, sessionStatuses, type sessionsSortedBy } from '@switchboard/protocol';
import { type Expression, type ExpressionBuilder, type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import { cursorAfter, isAfter, listOf, readCursor, type SortKey, type SortValue } from '../database/cursor.ts';
import { contains, likePattern, pageOf } from '../database/paging.ts';
import type { Tables } from '../database/tables.ts';
import { inContext, inSight, type Scope, type SessionInContext } from './session.store.ts';

type Db = Kysely<Tables>;
type Joined = Tables & { s: Tables['sessions']; cl: Tables['clients'] };
type Found = SelectQueryBuilder<Joined, 's' | 'cl', object>;

export interface SessionPage {
  count: number | undefined;
  rows: SessionInContext[];
  nextCursor: string | undefined;
}

export async function findSessions(db: Db, scope: Scope, query: SessionsQuery): Promise<SessionPage> {
  const found = query.groupByClientId ? newestOfClients(db, scope, query) : matching(db, scope, query);
  const count = query.withoutCount ? undefined : await countOf(found);
  if (query.withoutItems) return { count, rows: [], nextCursor: undefined };
  const { sort, keys } = orderOf(query);
  const list = listOf(
    sort,
    sessionFilters.map((name) => query[name]),
  );
  const { limit, offset } = query.cursor ? { ...pageOf(query), offset: 0 } : pageOf(query);
  let page = found.select('s.number');
  if (query.cursor) {
    const types = keys.map(({ of }) => typeof of(example));
    const after = readCursor(list, keys, types, query.cursor);
    page = page.where((eb) => isAfter(eb, keys, after));
  }
  for (const { column, direction } of keys) page = page.orderBy(column, direction);
  // One more than asked tells whether there is more. The numbers first: what a session is shown with is joined to these alone.
  const numbers = (
    await page
      .limit(limit + 1)
      .offset(offset)
      .execute()
  ).map(({ number }) => number);
  const rows = await inOrder(db, numbers.slice(0, limit));
  const last = rows.at(-1);
  return { count, rows, nextCursor: last && numbers.length > limit ? cursorAfter(list, keys, last) : undefined };
}

async function inOrder(db: Db, numbers: number[]): Promise<SessionInContext[]> {
  if (numbers.length === 0) return [];
  const rows = await inContext(db).where('s.number', 'in', numbers).execute();
  const byNumber = new Map(rows.map((row) => [row.number, row]));
  return numbers.flatMap((number) => byNumber.get(number) ?? []);
}

const countOf = async (found: Found): Promise<number> =>
  (await found.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow()).count;

// ─── Order ───────────────────────────────────────────────────────────────────────────────────────────────────────────

type Sortable = (typeof sessionsSortedBy)[number];

const shownName = sql<string>`coalesce(nullif(s.name, ''), nullif(cl.name, ''), '#' || s.number)`;
const sortable: Record<Sortable, Omit<SortKey<SessionInContext>, 'direction'>> = {
  name: { column: shownName, of: (row) => row.name || row.client_name || `#${row.number}` },
  status: { column: sql<string>`s.status`, of: ({ status }) => status },
  markedAsSpam: { column: sql<number>`s.marked_as_spam`, of: (row) => row.marked_as_spam },
  startedAt: { column: sql<number>`s.started_at`, of: (row) => row.started_at },
  // Never is before every time.
  lastMessageCreatedAt: { column: sql<number>`coalesce(s.last_message_at, 0)`, of: (row) => row.last_message_at ?? 0 },
  operatorAssignedAt: {
    column: sql<number>`coalesce(s.operator_assigned_at, 0)`,
    of: (row) => row.operator_assigned_at ?? 0,
  },
};

/** As asked, then the newest first. */
function orderOf(query: SessionsQuery): { sort: string; keys: SortKey<SessionInContext>[] } {
  const directions = new Map<Sortable, 'asc' | 'desc'>();
  for (const part of query.sort ? query.sort.split(',') : []) {
    // A plus in a query string arrives as a space. The schema has let no other name through.
    const name = part.replace(/^[-+ ]/, '') as Sortable;
    if (!directions.has(name)) directions.set(name, part.startsWith('-') ? 'desc' : 'asc');
  }
  const keys = [...directions].map(([name, direction]) => ({ ...sortable[name], direction }));
  const number = { column: sql<number>`s.number`, of: (row: SessionInContext) => row.number };
  const all: SortKey<SessionInContext>[] = [...keys, { ...number, direction: 'desc' }];
  return {
    sort: [...directions].map(([name, direction]) => `${name} ${direction}`).join(','),
    keys: isOfFew(query) ? all.map((key) => ({ ...key, column: notByIndex(key.column) })) : all,
  };
}

/** Open ones, or an operator's: few among all. To sort them costs less than to walk past all the others in order. */
const isOfFew = ({ status, operatorId }: SessionsQuery): boolean =>
  operatorId !== undefined || (status !== undefined && status !== '' && !status.split(',').includes('CLOSED'));

/** The same value, and no column that an engine could find an order by. */
const notByIndex = (column: Expression<SortValue>) => sql<SortValue>`coalesce(${column}, ${column})`;

/** Of no session: only to see which columns are text. */
const example = { name: '#', status: '', marked_as_spam: 0, started_at: 0, number: 0 } as SessionInContext;

// ─── Filters ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const newestOfClients = (db: Db, scope: Scope, query: SessionsQuery): Found => {
  const newest = matching(db, scope, query)
    .select((eb) => eb.fn.max('s.number').as('number'))
    .groupBy('s.client_id');
  return sessions(db, query).where('s.number', 'in', newest);
};

/** Their clients only where something is asked of them: a join of all is what a count would spend its time with. */
function sessions(db: Db, { name, keyword, clientBanned, sort }: SessionsQuery): Found {
  const found = db.selectFrom('sessions as s');
  const asksClient = name || keyword || clientBanned !== undefined || /\bname\b/.test(sort ?? '');
  return (asksClient ? found.innerJoin('clients as cl', 'cl.id', 's.client_id') : found) as unknown as Found;
}

function matching(db: Db, scope: Scope, query: SessionsQuery): Found {
  let found = sessions(db, query).where(inSight(db, scope));
  if (query.sessionId) found = found.where('s.id', '=', query.sessionId);
  if (query.from) found = found.where('s.started_at', '>=', Date.parse(query.from));
  if (query.to) found = found.where('s.started_at', '<=', Date.parse(query.to));
  if (query.markedAsSpam !== undefined) found = found.where('s.marked_as_spam', '=', query.markedAsSpam ? 1 : 0);
  const asked = new Set(query.status?.split(','));
  // All of them is no filter; the engine would look at each.
  const statuses = query.status && asked.size < sessionStatuses.length ? [...asked] : null;
  if (statuses) found = found.where('s.status', 'in', statuses);
  if (query.operatorId !== undefined) found = found.where(isOfOperator(query.operatorId, statuses));
  if (query.botStatus) found = found.where('s.bot_status', 'in', query.botStatus.split(','));
  if (query.operatorType === 'BOT') found = found.where('s.status', '=', 'BOT');
  if (query.operatorType === 'OPERATOR') {
    found = found.where('s.operator_id', 'is not', null).where('s.status', '<>', 'BOT');
  }
  if (query.chatId) found = found.where('s.channel_id', '=', query.chatId);
  if (query.clientId) found = found.where('s.client_id', '=', query.clientId);
  if (query.groupId !== undefined) found = found.where('s.group_id', '=', query.groupId);
  if (query.clientBanned !== undefined) found = found.where('cl.banned_at', query.clientBanned ? 'is not' : 'is', null);
  if (query.name) found = found.where(contains(shownName, likePattern(query.name)));
  for (const tag of tagsOf(query)) found = found.where(hasTag(tag));
  if (query.keyword) found = found.where(saysKeyword(likePattern(query.keyword)));
  return found;
}

type Eb = ExpressionBuilder<Joined, 's' | 'cl'>;

/** A union, not an OR: each half is found by its index, and an operator's open ones among years of others. */
const isOfOperator = (operatorId: number, statuses: string[] | null) => (eb: Eb) =>
  eb(
    's.number',
    'in',
    eb
      .selectFrom('sessions as main')
      .select('main.number')
      .where('main.operator_id', '=', operatorId)
      .$if(statuses !== null, (query) => query.where('main.status', 'in', statuses ?? []))
      .union(
        eb
          .selectFrom('session_operators as so')
          .innerJoin('sessions as second', 'second.id', 'so.session_id')
          .select('second.number')
          .where('so.operator_id', '=', operatorId),
      ),
  );

const saysKeyword = (pattern: string) => (eb: Eb) =>
  eb.or([
    contains(shownName, pattern),
    contains(eb.ref('cl.name'), pattern),
    contains(eb.ref('cl.external_id'), pattern),
    contains(eb.ref('s.id'), pattern),
    contains(eb.ref('s.client_id'), pattern),
  ]);

const tagsOf = ({ tags = '' }: SessionsQuery): string[] =>
  tags
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');

/** Tags are a JSON array of strings: one begins behind a bracket or a comma. LIKE would know no capitals on SQLite. */
const hasTag = (tag: string) => (eb: Eb) =>
  eb.or(
    ['[', ','].map((before) => {
      const text = before + JSON.stringify(tag);
      return eb(eb.fn<string>('replace', ['s.tags', eb.val(text), eb.val('')]), '<>', eb.ref('s.tags'));
    }),
  );
