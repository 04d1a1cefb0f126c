import type { Message } from '@switchboard/protocol';
import { invalid, type Refused } from '../errors.ts';
import { feedOf } from '../events/feeds.ts';
import type { Tx } from '../events/transaction.ts';
import type { SessionRow } from '../sessions/session.store.ts';
import { listenersOf } from '../sessions/tell.ts';
import { findMessage, insertMessage, takeNextNumber } from './message.store.ts';
import {
  type Author,
  type Button,
  checkedBody,
  type MessageRow,
  type NewMessage,
  newMessageRow,
  presentLastMessage,
  presentMessage,
  previewCharacters,
} from './message.ts';

/** Thrown to undo the transaction: the message is there already, from an earlier try. */
export class AlreadyStored extends Error {}

/**
 * The one way a message comes into being: next number of its session, row, event, in the caller's transaction. What
 * the message means for routing is the caller's business.
 */
export const storeMessage = (
  tx: Tx,
  session: SessionRow,
  author: Author,
  message: NewMessage,
  buttons: Buttons = {},
): Promise<Message> => store(tx, session, author, message, author.type === 'SYSTEM' ? 'EVENT' : 'TEXT', buttons);

/** Never out of a request: offered by a bot, or found to be the pressed ones of an offer. */
interface Buttons {
  keyboard?: Button[];
  answers?: Button[];
}

/** Words among operators: neither an answer nor for the client. */
export const storeNote = (tx: Tx, session: SessionRow, author: Author, message: NewMessage): Promise<Message> =>
  store(tx, session, author, message, 'NOTE');

async function store(
  tx: Tx,
  session: SessionRow,
  author: Author,
  message: NewMessage,
  type: 'TEXT' | 'EVENT' | 'NOTE',
  { keyboard = [], answers = [] }: Buttons = {},
): Promise<Message> {
  const body = checkedBody(message);
  const replyTo = await repliedTo(tx, session, message.replyToMessageId ?? null);
  const row = newMessageRow(
    tx.uuid(),
    tx.at,
    { session_id: session.id, organization_id: session.organization_id, client_id: session.client_id },
    author,
    {
      body,
      type,
      replyToId: replyTo?.id ?? null,
      localId: message.localId ?? null,
    },
  );
  if (keyboard.length > 0) row.keyboard = JSON.stringify(keyboard);
  if (answers.length > 0) row.answers = JSON.stringify(answers);
  const taken = await takeNextNumber(tx.db, type === 'NOTE' ? 'SYSTEM' : author.type, {
    sessionId: session.id,
    preview: body.slice(0, previewCharacters),
    lastMessage: JSON.stringify(presentLastMessage(row)),
    at: tx.at,
  });
  row.number = taken.number;
  if (!(await insertMessage(tx.db, row))) throw new AlreadyStored();
  const shown = presentMessage(row, replyTo, []);
  const client = type === 'NOTE' ? [] : [feedOf.client(session.client_id)];
  tx.append([...listenersOf(taken, tx.at), ...client], 'chatMessageCreated', shown);
  return shown;
}

async function repliedTo(tx: Tx, session: SessionRow, messageId: string | null): Promise<MessageRow | undefined> {
  if (messageId === null) return undefined;
  const found = await findMessage(tx.db, messageId);
  const isThere = found && found.client_id === session.client_id && found.deleted_at === null;
  // A reply shows the client what it replies to.
  if (isThere && found.type !== 'NOTE') return found;
  throw notReplied();
}

export const notReplied = (): Refused =>
  invalid([{ path: '/replyToMessageId', message: 'is not a message of this conversation' }]);
