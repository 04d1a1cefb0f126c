import { Type } from 'typebox';
import { Id, limitQuery, listOf, NullableTimestamp, nullable, shownQuery, Timestamp, Uuid } from '../common.ts';
import { limits } from '../limits.ts';
import { Message, MessagesQuery, NewOperatorMessage, ReadState, ReadUpTo } from '../messages.ts';
import {
  FinishSession,
  note,
  PauseSession,
  Session,
  SessionName,
  SessionsQuery,
  TakeSession,
  Transfer,
} from '../sessions.ts';
import type { Endpoint } from './endpoint.ts';

const messageExample = { messageId: '0195551e-2a40-7000-8000-000000000001' };
const readSummary =
  'Everything up to this message is read by me. From whoever sees the session and is none of its operators: 200, and nothing is marked.';
/** A token of an operator is not enough. */
const mineOrLed = 'For its operators and who leads; anybody else: 403 `not_your_session`.';
const mineLedOrHelp =
  'In help for everybody, with the bot for who leads, else for its operators too; anybody else: 403 `not_your_session`.';
const oneSession = Type.Object({ sessionId: Uuid });
const sessionAndUser = Type.Object({ sessionId: Uuid, userId: Id });
const messageOfSession = Type.Object({ sessionId: Uuid, messageId: Uuid });
const oneClient = Type.Object({ clientId: Uuid });
const BannedClient = Type.Object({ id: Uuid, banned: Type.Boolean(), bannedAt: NullableTimestamp });
const MessageVersion = Type.Object({
  body: Type.String(),
  operatorId: nullable.integer({ description: 'Who wrote it.' }),
  at: Type.String({ format: 'date-time', description: 'Since when it said so.' }),
});
const RoutingDecision = Type.Object({
  at: Timestamp,
  cause: Type.String(),
  operatorId: nullable.integer(),
  candidates: Type.Array(
    Type.Object({
      operatorId: Id,
      name: Type.String(),
      open: Type.Integer(),
      capacity: Type.Integer(),
      refused: nullable.string(),
    }),
  ),
});

/** Sessions, their messages and clients. */
export const sessionEndpoints = {
  sessions: { summary: 'Sessions, finished ones too.', query: SessionsQuery, response: listOf(Session) },
  session: { summary: 'One session.', params: oneSession, response: Session },
  finishSession: {
    summary: `Finishes a session. ${mineOrLed}`,
    params: oneSession,
    body: FinishSession,
    bodyOptional: true,
    response: Session,
    example: { result: 'Order sent again' },
  },
  takeSession: {
    summary: 'Takes a session from help; who leads may take it from a colleague.',
    params: oneSession,
    body: TakeSession,
    bodyOptional: true,
    response: Session,
    example: { force: true },
  },
  renameSession: {
    summary: `Renames a session. ${mineOrLed}`,
    params: Type.Object({ sessionId: Uuid, name: SessionName }),
    response: Session,
  },
  transferSession: {
    summary: `Hands a session to a colleague. ${mineLedOrHelp}`,
    params: sessionAndUser,
    body: Transfer,
    bodyOptional: true,
    response: Session,
    example: { note: 'Knows the order by heart' },
  },
  addSessionOperator: {
    summary: `Adds a second operator, who reads, writes and hears everything. ${mineOrLed}`,
    params: sessionAndUser,
    response: Session,
  },
  removeSessionOperator: {
    summary: `Takes a second operator away. ${mineOrLed}`,
    params: sessionAndUser,
    response: Session,
  },
  transferToGroup: {
    summary: `Hands a session to a group: to whoever is free there, else into its help. ${mineLedOrHelp}`,
    params: Type.Object({ sessionId: Uuid, groupId: Id }),
    body: Type.Object({ note }),
    bodyOptional: true,
    response: Session,
    example: { note: 'Wants the money back' },
  },
  handToBot: {
    summary: `Hands a session back to its channel's bot. ${mineLedOrHelp}`,
    params: oneSession,
    response: Session,
  },
  pauseSession: {
    summary: `Answers may wait: no service level runs. A message of the client, or the time set, wakes it. ${mineOrLed}`,
    params: oneSession,
    body: PauseSession,
    bodyOptional: true,
    response: Session,
    example: { until: '2026-03-02T21:00:00Z' },
  },
  resumeSession: { summary: `Wakes a paused session. ${mineOrLed}`, params: oneSession, response: Session },
  markSpam: { summary: `Marks a session as spam. ${mineOrLed}`, params: oneSession, response: Session },
  markNotSpam: { summary: `Marks a session as no spam. ${mineOrLed}`, params: oneSession, response: Session },
  watchSession: {
    summary: 'I have this session open: its messages reach me for two minutes, or until renewed or ended.',
    params: oneSession,
    response: Type.Object({ until: Timestamp }),
  },
  unwatchSession: { summary: 'I have closed this session.', params: oneSession },
  sessionRouting: {
    summary: 'Why this operator: every routing decision of the session, newest first.',
    params: oneSession,
    query: Type.Object(shownQuery(RoutingDecision)),
    response: listOf(RoutingDecision),
  },
  messages: {
    summary: 'Messages of a session: the newest page by default, oldest first within it.',
    params: oneSession,
    query: MessagesQuery,
    response: listOf(Message),
  },
  sendMessage: {
    summary:
      'Writes to the client, for its operators alone; a note also for who leads. Anybody else: 403 `not_your_session`.',
    status: 201,
    params: oneSession,
    body: NewOperatorMessage,
    response: Message,
    creates: true,
    example: { body: 'Good morning! How can I help?' },
  },
  editMessage: {
    summary: 'Edits an own message; what it was is kept. Of another author: 403 `not_your_message`.',
    params: messageOfSession,
    body: Type.Object({ body: Type.String({ maxLength: limits.messageBodyCharacters }) }),
    response: Message,
    example: { body: 'Good morning!' },
  },
  deleteMessage: {
    summary:
      'Deletes an own message: its place stays, its words are gone for everybody but its history. Of another author: 403 `not_your_message`.',
    params: messageOfSession,
    response: Message,
  },
  messageHistory: {
    summary: 'What a message was before: its newest versions, oldest first.',
    params: messageOfSession,
    query: Type.Object({ limit: limitQuery, ...shownQuery(MessageVersion) }),
    response: listOf(MessageVersion),
  },
  clientMessages: {
    summary: "Messages across a client's sessions: the newest page by default, oldest first within it.",
    params: oneClient,
    query: MessagesQuery,
    response: listOf(Message),
  },
  banClient: {
    summary:
      'Bans a client: their messages are refused, their open session closes. While an operator has that session only for its operators and who leads; anybody else: 403 `not_your_session`.',
    params: oneClient,
    response: BannedClient,
  },
  unbanClient: {
    summary: 'Lets a client write again. For whoever sees a session of theirs.',
    params: oneClient,
    response: BannedClient,
  },
  readSession: {
    summary: readSummary,
    params: oneSession,
    body: ReadUpTo,
    response: ReadState,
    example: messageExample,
  },
  readMessage: {
    summary: readSummary,
    params: Type.Object({ messageId: Uuid }),
    response: ReadState,
  },
  typing: {
    summary: 'Shown to the client for five seconds. For its operators alone; anybody else: 403 `not_your_session`.',
    params: oneSession,
  },
} as const satisfies Record<string, Endpoint>;
