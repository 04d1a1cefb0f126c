import type { Message } from '@switchboard/protocol';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { findMessagesById, listReadMarks } from './message.store.ts';
import { type MessageRow, presentMessage } from './message.ts';

export async function showMessages(db: Kysely<Tables>, rows: MessageRow[]): Promise<Message[]> {
  const sessionIds = [...new Set(rows.map((row) => row.session_id))];
  const marks = await listReadMarks(db, sessionIds);
  const repliedIds = rows.flatMap((row) => (row.reply_to_id === null ? [] : [row.reply_to_id]));
  const replied = new Map((await findMessagesById(db, repliedIds)).map((row) => [row.id, row]));
  return rows.map((row) => presentMessage(row, replied.get(row.reply_to_id ?? ''), marks));
}
