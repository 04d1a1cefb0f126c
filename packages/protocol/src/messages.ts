import { type Static, Type } from 'typebox';
import { limitQuery, NullableTimestamp, nullable, oneOf, shownQuery, Timestamp, textOf, Uuid } from './common.ts';
import { limits } from './limits.ts';

export const authorTypes = ['CLIENT', 'OPERATOR', 'BOT', 'SYSTEM'] as const;
export type AuthorType = (typeof authorTypes)[number];
export const messageTypes = ['TEXT', 'FILE', 'EVENT', 'NOTE'] as const;

export const Reply = Type.Object({
  id: Uuid,
  sessionId: Uuid,
  authorType: oneOf(authorTypes),
  authorName: Type.String(),
  type: oneOf(messageTypes),
  body: Type.String(),
  createdAt: Timestamp,
});

export const Message = Type.Object({
  id: Uuid,
  number: Type.Integer({ minimum: 1, description: 'Order within the session: 1, 2, 3 …' }),
  sessionId: Uuid,
  authorId: Type.Unsafe<string | number | null>({
    type: ['string', 'integer', 'null'],
    description: "A client's or bot's UUID, an operator's integer, null for the system.",
  }),
  authorType: oneOf(authorTypes),
  authorName: Type.String(),
  type: oneOf(messageTypes),
  body: Type.String(),
  attachments: Type.Array(Type.Unsafe<never>({})),
  keyboard: Type.Array(Type.Object({ text: Type.String() }), { description: 'Buttons that the bot offers.' }),
  answers: Type.Array(Type.Object({ text: Type.String() }), { description: 'Buttons that the client pressed.' }),
  actions: Type.Object({}),
  replyTo: nullable.object(Reply),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  editedAt: NullableTimestamp,
  deletedAt: NullableTimestamp,
  deliveredAt: NullableTimestamp,
  readAt: NullableTimestamp,
  localId: nullable.string(),
});
export type Message = Static<typeof Message>;

export const MessagesQuery = Type.Object({
  limit: limitQuery,
  ...shownQuery(Message),
  from: Type.Optional(Timestamp),
  to: Type.Optional(Timestamp),
  before: Type.Optional(Uuid),
  after: Type.Optional(Uuid),
  offset: Type.Optional(
    Type.Integer({ minimum: 0, maximum: limits.offsetMost, description: 'So many of the newest are left out.' }),
  ),
  page: Type.Optional(
    Type.Integer({ minimum: 1, maximum: limits.offsetMost, description: 'The first is the newest.' }),
  ),
  sort: Type.Optional(
    textOf('createdAt (then the first page is the oldest) or -createdAt (newest first)', '^[-+ ]?createdAt$'),
  ),
});
export type MessagesQuery = Static<typeof MessagesQuery>;

const newMessage = {
  body: Type.Optional(Type.String({ maxLength: limits.messageBodyCharacters })),
  attachments: Type.Optional(Type.Array(Type.Unsafe<unknown>({}), { maxItems: 20 })),
  replyToMessageId: Type.Optional(nullable.string({ format: 'uuid' })),
  localId: Type.Optional(nullable.string({ minLength: 1, maxLength: limits.localIdCharacters })),
};
export const NewClientMessage = Type.Object(newMessage);
export const NewOperatorMessage = Type.Object({
  ...newMessage,
  type: Type.Optional({ ...oneOf(['TEXT', 'NOTE']), description: 'A note is for operators alone. Default TEXT.' }),
  controlEpoch: Type.Optional(
    Type.Integer({
      description:
        'Of the session as it was seen: 409 `stale_control` when it has risen since and the session is yours. ' +
        'Who has lost it is told so first: 403 `not_your_session`.',
    }),
  ),
  expectedLastMessageId: Type.Optional(nullable.string({ format: 'uuid' })),
});
export type NewOperatorMessage = Static<typeof NewOperatorMessage>;

export const ReadUpTo = Type.Object({ messageId: Uuid });
export const ReadState = Type.Object({ sessionId: Uuid, messageId: Uuid, readAt: Timestamp });
