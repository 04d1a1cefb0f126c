import type { Message } from '@switchboard/protocol';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { findMessagesById, listReadMarks, type Span } from './message.store.ts';
import { type MessageRow, presentMessage } from './message.ts';

export async function showMessages(db: Kysely<Tables>, rows: MessageRow[]): Promise<Message[]> {
  const marks = await listReadMarks(db, spansOf(rows));
  const repliedIds = rows.flatMap((row) => (row.reply_to_id === null ? [] : [row.reply_to_id]));
  const replied = new Map((await findMessagesById(db, repliedIds)).map((row) => [row.id, row]));
  return rows.map((row) => presentMessage(row, replied.get(row.reply_to_id ?? ''), marks));
}

function spansOf(rows: MessageRow[]): Span[] {
  const spans = new Map<string, Span>();
  for (const { session_id: sessionId, number } of rows) {
    const { from, to } = spans.get(sessionId) ?? { from: number, to: number };
    spans.set(sessionId, { sessionId, from: Math.min(from, number), to: Math.max(to, number) });
  }
  return [...spans.values()];
}
