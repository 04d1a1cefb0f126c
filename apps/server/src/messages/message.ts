import {
  type AuthorType,
  authorTypes,
  type LastMessage,
  limits,
  type Message,
  messageTypes,
} from '@switchboard/protocol';
import type { Selectable } from 'kysely';
import { toIso, toIsoOrNull } from '../clock.ts';
import type { Tables } from '../database/tables.ts';
import { Refused } from '../errors.ts';

export type MessageRow = Selectable<Tables['messages']>;
export interface ReadMark {
  session_id: string;
  reader: string;
  number: number;
  at: number;
}

export interface NewMessage {
  body?: string | undefined;
  attachments?: unknown[] | undefined;
  replyToMessageId?: string | null | undefined;
  localId?: string | null | undefined;
}

export interface Button {
  text: string;
}

export interface Author {
  type: AuthorType;
  id: string | number | null;
  name: string;
}

interface Whereto {
  session_id: string;
  organization_id: number;
  client_id: string;
}

/** A message before it has its number. */
export const newMessageRow = (
  id: string,
  at: number,
  to: Whereto,
  author: Author,
  message: { body: string; type?: (typeof messageTypes)[number]; replyToId?: string | null; localId?: string | null },
): MessageRow => ({
  id,
  session_id: to.session_id,
  organization_id: to.organization_id,
  client_id: to.client_id,
  number: 0,
  author_type: author.type,
  author_id: author.id === null ? null : String(author.id),
  author_name: author.name,
  type: message.type ?? 'TEXT',
  body: message.body,
  reply_to_id: message.replyToId ?? null,
  local_id: message.localId ?? null,
  created_at: at,
  updated_at: at,
  edited_at: null,
  deleted_at: null,
  keyboard: null,
  answers: null,
});

/** What may be sent at all, whoever sends it. */
export function checkedBody({ body = '', attachments = [] }: NewMessage): string {
  if (attachments.length > 0) {
    throw new Refused('attachments_unavailable', 'This server takes no attachments yet. Send the text without them.');
  }
  if (body.trim() === '') throw new Refused('empty_message', 'The message is empty. Write something.');
  if (body.length > limits.messageBodyCharacters) {
    throw new Refused('message_too_long', `A message has at most ${limits.messageBodyCharacters} characters.`);
  }
  return body;
}

const authorTypeOf = (row: MessageRow): AuthorType => authorTypes.find((type) => type === row.author_type) ?? 'SYSTEM';
const authorIdOf = (row: MessageRow): string | number | null =>
  row.author_type === 'OPERATOR' && row.author_id !== null ? Number(row.author_id) : row.author_id;
const typeOf = (row: MessageRow) => messageTypes.find((type) => type === row.type) ?? 'TEXT';

/** As both sides show it. `marks` are those of its session. */
export function presentMessage(row: MessageRow, replyTo: MessageRow | undefined, marks: ReadMark[]): Message {
  const createdAt = toIso(row.created_at);
  const readAt = toIsoOrNull(readAtOf(row, marks));
  return {
    id: row.id,
    number: row.number,
    sessionId: row.session_id,
    authorId: authorIdOf(row),
    authorType: authorTypeOf(row),
    authorName: row.author_name,
    type: typeOf(row),
    body: row.body,
    attachments: [],
    keyboard: row.keyboard === null ? [] : (JSON.parse(row.keyboard) as Button[]),
    answers: row.answers === null ? [] : (JSON.parse(row.answers) as Button[]),
    actions: {},
    replyTo: replyTo
      ? {
          id: replyTo.id,
          sessionId: replyTo.session_id,
          authorType: authorTypeOf(replyTo),
          authorName: replyTo.author_name,
          type: typeOf(replyTo),
          body: replyTo.body,
          createdAt: toIso(replyTo.created_at),
        }
      : null,
    createdAt,
    updatedAt: row.updated_at === row.created_at ? createdAt : toIso(row.updated_at),
    editedAt: toIsoOrNull(row.edited_at),
    deletedAt: toIsoOrNull(row.deleted_at),
    // Known only by the reading of it, so far.
    deliveredAt: readAt,
    readAt,
    localId: row.local_id,
  };
}

/** A message is read when the other side's first mark at or beyond it was set. */
function readAtOf(row: MessageRow, marks: ReadMark[]): number | null {
  // Who has read beyond a note has not read it.
  if (marks.length === 0 || row.type === 'NOTE') return null;
  const reader = row.author_type === 'CLIENT' ? 'OPERATOR' : 'CLIENT';
  let readAt: number | null = null;
  for (const mark of marks) {
    if (mark.session_id !== row.session_id || mark.reader !== reader || mark.number < row.number) continue;
    if (readAt === null || mark.at < readAt) readAt = mark.at;
  }
  return readAt;
}

/** What a session keeps of its last message, so that a list needs no second read. */
export const presentLastMessage = (row: MessageRow): LastMessage => ({
  id: row.id,
  authorId: authorIdOf(row),
  authorType: authorTypeOf(row),
  authorName: row.author_name,
  type: row.type,
  body: previewOf(row.body),
  attachments: [],
  createdAt: toIso(row.created_at),
  readAt: null,
});

export const previewCharacters = 200;
export const previewOf = (body: string): string =>
  body.length > previewCharacters ? `${body.slice(0, previewCharacters)}…` : body;
