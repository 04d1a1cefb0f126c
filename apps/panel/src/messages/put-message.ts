import type { Message } from '@switchboard/protocol';
import { type Conversation, type InboxState, without } from '../inbox-state.ts';
import { hearMessage } from '../sessions/heard-since.ts';

/** A new message: into its conversation if that is loaded, and into what its session's row tells. */
export function addMessage(state: InboxState, message: Message): InboxState {
  const conversation = state.conversations[message.sessionId];
  const next = hearMessage(state, message);
  return {
    ...next,
    typing: stopsTyping(state, message) ? without(state.typing, message.sessionId) : state.typing,
    conversations: conversation
      ? { ...state.conversations, [message.sessionId]: withEntry(conversation, message) }
      : state.conversations,
  };
}

/**
 * An edited or deleted message, wherever it stands or is quoted: a later session may quote it too. What its session's row
 * shows of it, the session itself tells.
 */
export function replaceMessage(state: InboxState, message: Message): InboxState {
  const shows = ({ id, replyTo }: Message) => id === message.id || replyTo?.id === message.id;
  const changed = Object.entries(state.conversations).filter(([, { messages }]) => messages.some(shows));
  if (changed.length === 0) return state;
  const conversations = changed.map(([id, conversation]) => {
    const messages = conversation.messages.map((entry) => replaced(entry, message));
    return [id, { ...conversation, messages }] as const;
  });
  return { ...state, conversations: { ...state.conversations, ...Object.fromEntries(conversations) } };
}

function replaced(entry: Message, message: Message): Message {
  if (entry.id === message.id) return later(entry, message);
  if (entry.replyTo?.id !== message.id) return entry;
  return { ...entry, replyTo: { ...entry.replyTo, body: message.body } };
}

/** One list out of what was loaded and what came live; of two versions of a message the later one. */
export function mergeMessages(left: readonly Message[], right: readonly Message[]): Message[] {
  const byId = new Map(left.map((message) => [message.id, message]));
  for (const message of right) {
    const known = byId.get(message.id);
    byId.set(message.id, known ? later(known, message) : message);
  }
  return [...byId.values()].sort((a, b) => a.number - b.number);
}

function withEntry(conversation: Conversation, message: Message): Conversation {
  const { messages } = conversation;
  const last = messages.at(-1);
  const first = messages[0];
  // Older than what is loaded: it will come when the reader scrolls there.
  if (first && message.number < first.number) return conversation;
  const hasGap = conversation.hasGap || (last !== undefined && message.number > last.number + 1);
  return { ...conversation, hasGap, messages: mergeMessages(messages, [message]) };
}

function later(known: Message, message: Message): Message {
  const [base, other] = message.updatedAt > known.updatedAt ? [message, known] : [known, message];
  const readAt = base.readAt ?? other.readAt;
  const deliveredAt = base.deliveredAt ?? other.deliveredAt;
  return readAt === base.readAt && deliveredAt === base.deliveredAt ? base : { ...base, readAt, deliveredAt };
}

function stopsTyping(state: InboxState, message: Message): boolean {
  return state.typing[message.sessionId]?.authorType === message.authorType;
}
