import type { AuthorType, MessagesQuery } from '@switchboard/protocol';
import type { Kysely } from 'kysely';
import { compiled } from '../database/compiled.ts';
import { pageOf } from '../database/paging.ts';
import type { Tables } from '../database/tables.ts';
import type { SessionRow } from '../sessions/session.store.ts';
import type { MessageRow, ReadMark } from './message.ts';

type Db = Kysely<Tables>;

/** false: a message with this localId is stored already. */
export const insertMessage = async (db: Db, row: MessageRow): Promise<boolean> =>
  (await insertMessageRow(db, row)).length > 0;

const insertMessageRow = compiled((db, row: MessageRow) =>
  db
    .insertInto('messages')
    .values({
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
      created_at: row.created_at,
      updated_at: row.updated_at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('number'),
);

export const findMessage = (db: Db, messageId: string) =>
  db.selectFrom('messages').selectAll().where('id', '=', messageId).executeTakeFirst();

export const findClientMessageByLocalId = (db: Db, clientId: string, localId: string) =>
  db
    .selectFrom('messages')
    .selectAll()
    .where('client_id', '=', clientId)
    .where('author_type', '=', 'CLIENT')
    .where('local_id', '=', localId)
    .executeTakeFirst();

export const findOperatorMessageByLocalId = (db: Db, sessionId: string, localId: string) =>
  db
    .selectFrom('messages')
    .selectAll()
    .where('session_id', '=', sessionId)
    .where('author_type', '<>', 'CLIENT')
    .where('local_id', '=', localId)
    .executeTakeFirst();

/** Of whose conversation: one session, or a client across all of theirs. */
export type Conversation = { sessionId: string } | { clientId: string };

const ofConversation = (db: Db, conversation: Conversation) => {
  const messages = db.selectFrom('messages as m').innerJoin('sessions as s', 's.id', 'm.session_id');
  return 'sessionId' in conversation
    ? messages.where('m.session_id', '=', conversation.sessionId)
    : messages.where('s.client_id', '=', conversation.clientId);
};

/** The newest page, or the one before or after a message; oldest first within it. By number: clocks jump. */
export async function findMessages(
  db: Db,
  conversation: Conversation,
  query: MessagesQuery,
  withNotes: boolean,
): Promise<MessageRow[]> {
  const { limit } = pageOf(query);
  const anchorId = query.before ?? query.after;
  const anchor = anchorId
    ? await ofConversation(db, conversation)
        .select(['s.number as session_number', 'm.number'])
        .where('m.id', '=', anchorId)
        .executeTakeFirst()
    : undefined;
  if (anchorId && !anchor) return [];
  let found = ofConversation(db, conversation).selectAll('m');
  if (!withNotes) found = found.where('m.type', '<>', 'NOTE');
  if (query.from) found = found.where('m.created_at', '>=', Date.parse(query.from));
  if (query.to) found = found.where('m.created_at', '<=', Date.parse(query.to));
  const forward = query.after !== undefined && query.before === undefined;
  if (anchor) {
    const beyond = forward ? '>' : '<';
    found = found.where((eb) =>
      eb.or([
        eb('s.number', beyond, anchor.session_number),
        eb.and([eb('s.number', '=', anchor.session_number), eb('m.number', beyond, anchor.number)]),
      ]),
    );
  }
  const direction = forward ? 'asc' : 'desc';
  // One session has one number: sorting by it would only cost.
  if ('clientId' in conversation) found = found.orderBy('s.number', direction);
  const rows = await found.orderBy('m.number', direction).limit(limit).execute();
  return forward ? rows : rows.reverse();
}

export const countMessages = async (db: Db, conversation: Conversation, withNotes: boolean): Promise<number> => {
  const { count } = await ofConversation(db, conversation)
    .$if(!withNotes, (query) => query.where('m.type', '<>', 'NOTE'))
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
};

export const findMessagesById = (db: Db, ids: string[]) =>
  ids.length === 0 ? Promise.resolve([]) : db.selectFrom('messages').selectAll().where('id', 'in', ids).execute();

export const listReadMarks = (db: Db, sessionIds: string[]): Promise<ReadMark[]> =>
  sessionIds.length === 0
    ? Promise.resolve([])
    : db.selectFrom('read_marks').selectAll().where('session_id', 'in', sessionIds).execute();

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
  taking(db, kept).set({ unread_count: 0, waiting_since: null, last_operator_message_at: kept.at }),
);
const takeForOthers = compiled(taking);
