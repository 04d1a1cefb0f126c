import type { Message, Session } from '@switchboard/protocol';
import { type Conversation, type InboxState, without } from '../inbox-state.ts';
import { patchSession } from '../sessions/put-session.ts';

/** A new message: into its conversation if that is loaded, and into what its session's row tells. */
export function addMessage(state: InboxState, message: Message): InboxState {
  const conversation = state.conversations[message.sessionId];
  // With this number or a higher one the session as we have it holds the message already.
  const next = patchSession(state, message.sessionId, (session) =>
    message.number <= session.messageCount ? session : withMessage(session, message),
  );
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

/** As the server cuts what a list shows. */
const previewCharacters = 200;
const previewOf = (body: string): string =>
  body.length > previewCharacters ? `${body.slice(0, previewCharacters)}…` : body;

/** What a message changes in its session: the same that the server's own record changes by. */
export function withMessage(session: Session, message: Message): Session {
  const { id, number, authorId, authorType, authorName, type, body, createdAt } = message;
  const next: Session = {
    ...session,
    lastMessage: {
      id,
      authorId,
      authorType,
      authorName,
      type,
      body: previewOf(body),
      attachments: [],
      createdAt,
      readAt: null,
    },
    lastMessageCreatedAt: createdAt,
    messageCount: number,
    revision: session.revision + 1,
  };
  if (authorType === 'CLIENT') {
    next.lastClientMessageBody = body.slice(0, previewCharacters);
    // The bot reads it: no operator owes anything.
    if (session.status === 'BOT') return next;
    next.firstClientMessageAfterLastOperatorMessage ??= createdAt;
    next.unreadClientMessageCount += 1;
    next.unreadClientMessageExists = true;
  }
  // A note answers nobody.
  if (authorType === 'OPERATOR' && type !== 'NOTE') {
    next.lastOperatorMessage = createdAt;
    next.firstClientMessageAfterLastOperatorMessage = null;
    next.answerDueAt = null;
    next.unreadClientMessageCount = 0;
    next.unreadClientMessageExists = false;
  }
  return next;
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
