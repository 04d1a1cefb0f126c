import type { Message, OperatorEvents, Session } from '@switchboard/protocol';
import type { InboxState } from '../inbox-state.ts';
import { hearRead } from '../sessions/heard-since.ts';

/** The client has read what was written to them, up to a number. */
export function readByClient(state: InboxState, read: OperatorEvents['chatMessageRead']): InboxState {
  const { sessionId, number, readAt } = read;
  const next = hearRead(state, read);
  const isForClient = ({ authorType, type }: Message) => authorType !== 'CLIENT' && type !== 'NOTE';
  return readWhere(next, sessionId, readAt, (message) => message.number <= number && isForClient(message));
}

/** An operator has read what the client wrote: told as a change of the session. */
export function readByOperator(state: InboxState, { id, operatorReadNumber }: Session, readAt: string): InboxState {
  return readWhere(
    state,
    id,
    readAt,
    (message) => message.number <= operatorReadNumber && message.authorType === 'CLIENT',
  );
}

/** The first to read a message sets its time. */
function readWhere(
  state: InboxState,
  sessionId: string,
  readAt: string,
  isRead: (message: Message) => boolean,
): InboxState {
  const conversation = state.conversations[sessionId];
  const isNew = (message: Message) => message.readAt === null && isRead(message);
  if (!conversation?.messages.some(isNew)) return state;
  const messages = conversation.messages.map((message) =>
    isNew(message) ? { ...message, readAt, deliveredAt: message.deliveredAt ?? readAt } : message,
  );
  return { ...state, conversations: { ...state.conversations, [sessionId]: { ...conversation, messages } } };
}
