import type { AuthorType, MessagesQuery } from '@switchboard/protocol';
import { type Kysely, sql } from 'kysely';
import { compiled } from '../database/compiled.ts';
import { pageOf } from '../database/paging.ts';
import type { Tables } from '../database/tables.ts';
import { invalid } from '../errors.ts';
import { sessionsOfClientInSight } from '../sessions/client-sessions.store.ts';
import type { Scope, SessionRow } from '../sessions/session.store.ts';
import type { Button, MessageRow, ReadMark } from './message.ts';

type Db = Kysely<Tables>;

/** false: a message with this localId is stored already. One without a localId can only be new. */
export async function insertMessage(db: Db, row: MessageRow): Promise<boolean> {
  if (row.local_id !== null) return (await insertUnlessStored(db, row)).length > 0;
  await insertNew(db, row);
  return true;
}

const inserting = (db: Db, row: MessageRow) =>
  db.insertInto('messages').values({
    id: row.id,
    session_id: row.session_id,
    organization_id: row.organization_id,
    client_id: row.client_id,
    number: row.number,
    author_type: row.author_type,
    author_id: row.author_id,
    author_name: row.author_name,
    type: row.type,
    body: row.body,
    reply_to_id: row.reply_to_id,
    local_id: row.local_id,
    keyboard: row.keyboard,
    answers: row.answers,
    created_at: row.created_at,
    updated_at: row.updated_at,
  });
const insertNew = compiled(inserting);
const insertUnlessStored = compiled((db, row: MessageRow) =>
  inserting(db, row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('number'),
);

export const findMessage = (db: Db, messageId: string) =>
  db.selectFrom('messages').selectAll().where('id', '=', messageId).executeTakeFirst();

/** The buttons of the session's last message. */
export const findOffer = async (
  db: Db,
  { id, message_count }: Pick<SessionRow, 'id' | 'message_count'>,
): Promise<Button[]> => {
  const row = await db
    .selectFrom('messages')
    .select('keyboard')
    .where('session_id', '=', id)
    .where('number', '=', message_count)
    .where('author_type', '=', 'BOT')
    .executeTakeFirst();
  return row?.keyboard ? (JSON.parse(row.keyboard) as Button[]) : [];
};

export const findClientMessageByLocalId = (db: Db, clientId: string, localId: string) =>
  db
    .selectFrom('messages')
    .selectAll()
    .where('client_id', '=', clientId)
    // Literals let the engine use the indexes of local ids.
    .where('author_type', '=', sql.lit('CLIENT'))
    .where('local_id', '=', localId)
    .executeTakeFirst();

export const findOperatorMessageByLocalId = (db: Db, sessionId: string, localId: string) =>
  db
    .selectFrom('messages')
    .selectAll()
    .where('session_id', '=', sessionId)
    .where('author_type', '<>', sql.lit('CLIENT'))
    .where('local_id', '=', localId)
    .executeTakeFirst();

/** Of whose conversation: one session, or a client across all of theirs, of which an operator may see but some. */
export type Conversation = { sessionId: string } | { clientId: string; seenBy?: Scope };

const ofConversation = (db: Db, conversation: Conversation, withNotes: boolean) => {
  const messages = db
    .selectFrom('messages as m')
    .innerJoin('sessions as s', 's.id', 'm.session_id')
    .$if(!withNotes, (query) => query.where('m.type', '<>', 'NOTE'));
  if ('sessionId' in conversation) return messages.where('m.session_id', '=', conversation.sessionId);
  const { clientId, seenBy } = conversation;
  return seenBy
    ? messages.where('m.session_id', 'in', sessionsOfClientInSight(db, seenBy, clientId))
    : messages.where('s.client_id', '=', clientId);
};

const inTime = (db: Db, conversation: Conversation, { from, to }: MessagesQuery, withNotes: boolean) =>
  ofConversation(db, conversation, withNotes)
    .$if(from !== undefined, (query) => query.where('m.created_at', '>=', Date.parse(from ?? '')))
    .$if(to !== undefined, (query) => query.where('m.created_at', '<=', Date.parse(to ?? '')));

/** The newest page, or the one before or after a message; oldest first within it. By number: clocks jump. */
export async function findMessages(
  db: Db,
  conversation: Conversation,
  query: MessagesQuery,
  withNotes: boolean,
): Promise<MessageRow[]> {
  const { before, after } = query;
  let found = inTime(db, conversation, query, withNotes).selectAll('m');
  for (const [beyond, id] of [['<', before] as const, ['>', after] as const]) {
    if (id === undefined) continue;
    const anchor = await ofConversation(db, conversation, withNotes)
      .select(['s.number as session_number', 'm.number'])
      .where('m.id', '=', id)
      .executeTakeFirst();
    if (!anchor) throw invalid([{ path: beyond === '<' ? '/before' : '/after', message: 'names no message here' }]);
    found = found.where((eb) =>
      eb.or([
        eb('s.number', beyond, anchor.session_number),
        eb.and([eb('s.number', '=', anchor.session_number), eb('m.number', beyond, anchor.number)]),
      ]),
    );
  }
  const isForward = query.sort ? !query.sort.startsWith('-') : after !== undefined && before === undefined;
  const direction = isForward ? 'asc' : 'desc';
  // One session has one number: sorting by it would only cost.
  if ('clientId' in conversation) found = found.orderBy('s.number', direction);
  const { limit, offset } = pageOf(query);
  const rows = await found.orderBy('m.number', direction).limit(limit).offset(offset).execute();
  return isForward || query.sort ? rows : rows.reverse();
}

export const countMessages = async (
  db: Db,
  conversation: Conversation,
  query: MessagesQuery,
  withNotes: boolean,
): Promise<number> => {
  const { count } = await inTime(db, conversation, query, withNotes)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
};

export const updateMessage = (
  db: Db,
  messageId: string,
  change: Partial<Pick<MessageRow, 'body' | 'edited_at' | 'deleted_at' | 'updated_at'>>,
): Promise<MessageRow> =>
  db.updateTable('messages').set(change).where('id', '=', messageId).returningAll().executeTakeFirstOrThrow();

/** Other sessions of the same client may quote it too. */
export const listSessionsQuoting = (db: Db, messageId: string) =>
  db
    .selectFrom('sessions')
    .select(['operator_id', 'status', 'listeners'])
    .where('id', 'in', (eb) => eb.selectFrom('messages').select('session_id').where('reply_to_id', '=', messageId))
    .execute();

export const findMessagesById = (db: Db, ids: string[]) =>
  ids.length === 0 ? Promise.resolve([]) : db.selectFrom('messages').selectAll().where('id', 'in', ids).execute();

/** From one number of a session to another. */
export interface Span {
  sessionId: string;
  from: number;
  to: number;
}

/** What says when these messages were read: up to the first mark of each reader beyond them. A long session has thousands. */
export const listReadMarks = async (db: Db, spans: Span[]): Promise<ReadMark[]> => {
  const [span, ...others] = spans;
  if (!span) return [];
  const marks = db.selectFrom('read_marks as r').selectAll('r');
  if (others.length > 0) {
    const sessionIds = spans.map(({ sessionId }) => sessionId);
    return marks.where('r.session_id', 'in', sessionIds).execute();
  }
  const { sessionId, from, to } = span;
  return marks
    .where('r.session_id', '=', sessionId)
    .where('r.reader', 'in', ['CLIENT', 'OPERATOR'])
    .where('r.number', '>=', from)
    .where('r.number', '<=', ({ fn, selectFrom, val }) =>
      fn.coalesce(
        selectFrom('read_marks as beyond')
          .select(({ fn }) => fn.min('beyond.number').as('number'))
          .where('beyond.session_id', '=', sessionId)
          .whereRef('beyond.reader', '=', 'r.reader')
          .where('beyond.number', '>=', to),
        val(to),
      ),
    )
    .execute();
};

export const insertReadMark = (db: Db, mark: ReadMark) =>
  db
    .insertInto('read_marks')
    .values(mark)
    .onConflict((conflict) => conflict.doNothing())
    .execute();

export const countClientMessagesAfter = async (db: Db, sessionId: string, number: number): Promise<number> =>
  (
    await db
      .selectFrom('messages')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('session_id', '=', sessionId)
      .where('number', '>', number)
      .where('author_type', '=', 'CLIENT')
      .executeTakeFirstOrThrow()
  ).count;

/** The last message up to there that its client has as well. */
export const lastForClient = (db: Db, sessionId: string, number: number): Promise<{ id: string }> =>
  db
    .selectFrom('messages')
    .select('id')
    .where('session_id', '=', sessionId)
    .where('number', '<=', number)
    .where('type', '<>', 'NOTE')
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();

export interface Taken extends Pick<SessionRow, 'operator_id' | 'status' | 'listeners'> {
  number: number;
}

/** Takes the session's next number and keeps what its lists show, in one statement. */
export async function takeNextNumber(
  db: Db,
  by: AuthorType,
  message: { sessionId: string; preview: string; lastMessage: string; at: number },
): Promise<Taken> {
  const take = by === 'CLIENT' ? takeForClient : by === 'OPERATOR' ? takeForOperator : takeForOthers;
  const [taken] = await take(db, message);
  if (!taken) throw new Error('the session of a message is gone');
  return taken;
}

interface Kept {
  sessionId: string;
  preview: string;
  lastMessage: string;
  at: number;
}

const taking = (db: Db, { sessionId, lastMessage, at }: Kept) =>
  db
    .updateTable('sessions')
    .set((eb) => ({
      message_count: eb('message_count', '+', eb.lit(1)),
      revision: eb('revision', '+', eb.lit(1)),
      last_message: lastMessage,
      last_message_at: at,
    }))
    .where('id', '=', sessionId)
    .returning(['message_count as number', 'operator_id', 'status', 'listeners']);

const takeForClient = compiled((db, kept: Kept) =>
  taking(db, kept).set((eb) => ({
    unread_count: eb('unread_count', '+', eb.lit(1)),
    last_client_body: kept.preview,
    waiting_since: eb.fn.coalesce('waiting_since', eb.val(kept.at)),
  })),
);
const takeForOperator = compiled((db, kept: Kept) =>
  taking(db, kept).set({
    unread_count: 0,
    waiting_since: null,
    last_operator_message_at: kept.at,
    // Answered: no clock runs any more. `wake_at` may stay, it only looks.
    idle_from: null,
    answer_due_at: null,
    answer_late: 0,
  }),
);
const takeForOthers = compiled(taking);

export const lastClientMessageAt = async (db: Db, sessionId: string): Promise<number | null> =>
  (
    await db
      .selectFrom('messages')
      .select('created_at')
      .where('session_id', '=', sessionId)
      .where('author_type', '=', 'CLIENT')
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst()
  )?.created_at ?? null;
