import type { OperatorEvents } from '@switchboard/protocol';
import type { InboxState } from '../inbox-state.ts';

/** The client has read what was written to them, up to a number. */
export function readByClient(state: InboxState, read: OperatorEvents['chatMessageRead']): InboxState {
  const { sessionId, number, readAt } = read;
  const conversation = state.conversations[sessionId];
  if (!conversation) return state;
  const messages = conversation.messages.map((message) =>
    message.number <= number && message.authorType !== 'CLIENT' && message.readAt === null
      ? { ...message, readAt, deliveredAt: message.deliveredAt ?? readAt }
      : message,
  );
  return { ...state, conversations: { ...state.conversations, [sessionId]: { ...conversation, messages } } };
}
