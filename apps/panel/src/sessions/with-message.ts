import type { Message, OperatorEvents, Session } from '@switchboard/protocol';

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

/** What changes in its session when the client has read its last message. */
export function withRead(session: Session, { messageId, readAt }: OperatorEvents['chatMessageRead']): Session {
  const { lastMessage, revision } = session;
  if (lastMessage?.id !== messageId || lastMessage.authorType === 'CLIENT' || lastMessage.readAt !== null) {
    return session;
  }
  return { ...session, lastMessage: { ...lastMessage, readAt }, revision: revision + 1 };
}
