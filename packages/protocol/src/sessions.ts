import { type Static, Type } from 'typebox';
import { Id, NullableTimestamp, nullable, oneOf, pagesQuery, severalOf, Timestamp, Uuid } from './common.ts';
import { limits } from './limits.ts';
import { authorTypes } from './messages.ts';

export const sessionStatuses = ['BOT', 'HELP', 'ACTIVE', 'PAUSED', 'CLOSED'] as const;
export type SessionStatus = (typeof sessionStatuses)[number];

/** What its bot does or did: answers now, handed over to people, closed it, or broke. */
export const botStatuses = ['ACTIVE', 'HANDED_OVER', 'FINISHED', 'FAILED'] as const;

const Attachment = Type.Object({
  id: Type.String(),
  name: Type.String(),
  contentType: Type.String(),
  size: Type.Integer(),
  private: Type.Boolean(),
  url: nullable.string(),
});

export const LastMessage = Type.Object({
  id: Uuid,
  authorId: Type.Unsafe<string | number | null>({ type: ['string', 'integer', 'null'] }),
  authorType: oneOf(authorTypes),
  authorName: Type.String(),
  type: Type.String(),
  body: Type.String(),
  attachments: Type.Array(Attachment),
  createdAt: Timestamp,
  readAt: NullableTimestamp,
});
export type LastMessage = Static<typeof LastMessage>;

export const SessionOperator = Type.Object({
  id: Id,
  name: Type.String(),
  type: oneOf(['MAIN', 'SECOND']),
  assigned_at: Timestamp,
});

export const Session = Type.Object({
  id: Uuid,
  number: Id,
  organizationId: Id,
  chatId: Uuid,
  name: Type.String(),
  channel: Type.String({ description: 'Name of the channel.' }),
  messengerType: Type.String({ description: 'WIDGET, TELEGRAM, VIBER …' }),
  status: oneOf(sessionStatuses),
  botStatus: nullable.string({ description: 'ACTIVE, HANDED_OVER, FINISHED, FAILED; null: no bot had it.' }),
  operatorType: nullable.string({ description: 'BOT, OPERATOR, or null while it waits or is closed unanswered.' }),
  operatorId: nullable.integer(),
  operatorName: nullable.string(),
  operatorAssignedAt: NullableTimestamp,
  operators: Type.Array(SessionOperator),
  groupId: nullable.integer(),
  clientId: Uuid,
  clientName: nullable.string(),
  clientBanned: Type.Boolean(),
  clientOnlineAt: NullableTimestamp,
  clientOfflineAt: NullableTimestamp,
  clientExternalId: nullable.string(),
  startedAt: Timestamp,
  closedAt: NullableTimestamp,
  closedBy: nullable.string({ description: 'CLIENT, OPERATOR, BOT, SUPERVISOR or TTL.' }),
  result: nullable.string(),
  lastMessage: nullable.object(LastMessage),
  lastMessageCreatedAt: NullableTimestamp,
  lastOperatorMessage: nullable.string({ description: 'When an operator last wrote.', format: 'date-time' }),
  firstClientMessageAfterLastOperatorMessage: nullable.string({
    description: 'Since when the client waits for an answer.',
    format: 'date-time',
  }),
  lastClientMessageBody: nullable.string({ description: "The client's own last words." }),
  messageCount: Type.Integer({
    description: 'Number of the last message: a message event with this number or a smaller one is in here already.',
  }),
  unreadClientMessageCount: Type.Integer(),
  unreadClientMessageExists: Type.Boolean(),
  operatorReadNumber: Type.Integer({ description: 'Up to which message the operator has read.' }),
  markedAsSpam: Type.Boolean(),
  referer: nullable.string(),
  tags: Type.Array(Type.String()),
  timerFirstAnswer: nullable.integer(),
  timerNextAnswers: nullable.integer(),
  answerDueAt: NullableTimestamp,
  answerLate: Type.Boolean({ description: 'The answer that is due now was due before.' }),
  pausedUntil: NullableTimestamp,
  previousOperator: nullable.object(Type.Object({ id: Id, name: Type.String() })),
  coordinates: nullable.object(Type.Object({ city: nullable.string(), country_code: nullable.string() })),
  ttl: Type.Integer({ description: 'Seconds of client silence after which it closes.' }),
  controlEpoch: Type.Integer({
    description:
      'Rises whenever the session changes hands, rests, wakes or closes. Who has lost it and writes hears 403 `not_your_session`.',
  }),
  revision: Type.Integer({ description: 'Rises with every change: drop what is older.' }),
});
export type Session = Static<typeof Session>;

export const sessionsSortedBy = [
  'name',
  'status',
  'markedAsSpam',
  'startedAt',
  'lastMessageCreatedAt',
  'operatorAssignedAt',
] as const;
const filters = {
  sessionId: Type.Optional(Uuid),
  from: Type.Optional(Timestamp),
  to: Type.Optional(Timestamp),
  markedAsSpam: Type.Optional(Type.Boolean()),
  operatorId: Type.Optional(Id),
  operatorType: Type.Optional(oneOf(['BOT', 'OPERATOR'])),
  status: severalOf(sessionStatuses),
  name: Type.Optional(Type.String({ maxLength: 200 })),
  chatId: Type.Optional(Uuid),
  clientId: Type.Optional(Uuid),
  groupId: Type.Optional(Id),
  groupByClientId: Type.Optional(
    Type.Boolean({ description: "Of each client's sessions that match, the newest alone." }),
  ),
  botStatus: severalOf(botStatuses),
  tags: Type.Optional(
    Type.String({ maxLength: 1000, description: 'Tags separated by commas: sessions that have all.' }),
  ),
  clientBanned: Type.Optional(Type.Boolean()),
  keyword: Type.Optional(Type.String({ maxLength: 200 })),
};
/** What decides which sessions are in a list, and not how it is shown. */
export const sessionFilters = Object.keys(filters) as (keyof typeof filters)[];
export const SessionsQuery = Type.Object({ ...pagesQuery(Session, sessionsSortedBy), ...filters });
export type SessionsQuery = Static<typeof SessionsQuery>;

export const FinishSession = Type.Object({ result: Type.Optional(nullable.string({ maxLength: 200 })) });

export const note = Type.Optional(
  nullable.string({
    maxLength: limits.messageBodyCharacters,
    description: 'A note for who gets it; clients never see it.',
  }),
);
export const Transfer = Type.Object({
  force: Type.Optional(Type.Boolean({ description: 'Also to a colleague who is not online or has no place.' })),
  note,
});
export const TakeSession = Type.Object({
  force: Type.Optional(Type.Boolean({ description: 'From a colleague. For supervisors and administrators.' })),
});
export const PauseSession = Type.Object({
  until: Type.Optional(nullable.string({ format: 'date-time', description: 'When it wakes by itself.' })),
});
/** URL-encoded in the path. */
export const SessionName = Type.String({
  format: 'session-name',
  description: `1 to ${limits.sessionNameCharacters} characters after trimming.`,
});
export const isSessionName = (text: string): boolean => {
  const { length } = [...text.trim()];
  return length >= 1 && length <= limits.sessionNameCharacters;
};
