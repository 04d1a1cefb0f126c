import { type Static, type TSchema, Type } from 'typebox';
import {
  ChangedChat,
  ChangedGroup,
  ChangedOrganization,
  ChangedUser,
  Chat,
  ChatsQuery,
  Group,
  GroupsQuery,
  NewChat,
  NewGroup,
  NewUser,
  OrganizationSettings,
} from './administration.ts';
import { Bot, BotsQuery, ChangedBot, NewBot } from './bots.ts';
import { Empty, Id, listOf, Name, NullableTimestamp, nullable, shownQuery, Timestamp, textOf, Uuid } from './common.ts';
import { limits } from './limits.ts';
import { Message, MessagesQuery, NewClientMessage, NewOperatorMessage, ReadState, ReadUpTo } from './messages.ts';
import { CompanyOperator, OperatorStatus, User, UsersQuery } from './operators.ts';
import { type EndpointName, paths } from './paths.ts';
import {
  FinishSession,
  note,
  PauseSession,
  Session,
  SessionName,
  SessionsQuery,
  TakeSession,
  Transfer,
} from './sessions.ts';
import { ClientSession, OpenWidget, WidgetOpened } from './widget.ts';

export interface Endpoint {
  summary: string;
  /** 201 where something is made, 200 otherwise. */
  status?: 200 | 201;
  params?: TSchema;
  query?: TSchema;
  body?: TSchema;
  /** The body may be left out. */
  bodyOptional?: boolean;
  /** Absent: an empty body. */
  response?: TSchema;
  /** Accepts `Idempotency-Key`. */
  creates?: boolean;
  example?: unknown;
}

const messageExample = { messageId: '0195551e-2a40-7000-8000-000000000001' };
const oneSession = Type.Object({ sessionId: Uuid });
const sessionAndUser = Type.Object({ sessionId: Uuid, userId: Id });
const messageOfSession = Type.Object({ sessionId: Uuid, messageId: Uuid });
const oneClient = Type.Object({ clientId: Uuid });
const oneGroup = Type.Object({ groupId: Id });
const oneChat = Type.Object({ chatId: Uuid });
const oneBot = Type.Object({ botId: Uuid });
const BannedClient = Type.Object({ id: Uuid, banned: Type.Boolean(), bannedAt: NullableTimestamp });
const Tokens = Type.Object({ token: Type.String(), refreshToken: Type.String() });
const ttl = Type.Optional(
  Type.Integer({ minimum: 60, maximum: limits.loginTokenMostSeconds, description: 'Seconds.' }),
);
const ApiKey = Type.Object({
  id: Id,
  name: Type.String(),
  createdAt: Timestamp,
  lastUsedAt: NullableTimestamp,
  revokedAt: NullableTimestamp,
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

export const endpoints = {
  companyToken: {
    summary: 'A company token for login and password, as a bare JSON string.',
    body: Type.Object({ login: Type.String({ maxLength: 200 }), password: Type.String({ maxLength: 500 }) }),
    response: Type.String(),
    example: { login: 'demo', password: 'demo-password' },
  },
  organizations: {
    summary: 'The organizations of the company.',
    response: Type.Array(Type.Object({ id: Id, name: Type.String() })),
  },
  companyOperators: {
    summary: 'Operators of an organization, deleted ones included, in id order.',
    query: Type.Object({ organizationId: Id }),
    response: Type.Array(CompanyOperator),
  },
  synchronizeOperators: {
    summary: 'Adds operators: all or none.',
    body: Type.Array(
      Type.Object({
        organizationId: Id,
        name: Name,
        externalId: Type.Optional(nullable.string({ minLength: 1, maxLength: 200 })),
        email: Type.Optional(nullable.string({ format: 'email', maxLength: 200 })),
        groups: Type.Optional(Type.Array(Id, { maxItems: 100 })),
      }),
      { minItems: 1, maxItems: limits.synchronizeRows },
    ),
    response: Type.Array(Type.Object({ id: Id, name: Type.String(), status: OperatorStatus })),
    creates: true,
    example: [{ organizationId: 24, name: 'Emily Davis' }],
  },
  operatorStatus: {
    summary: 'Switches an operator: 0 active, 1 inactive, 2 deleted.',
    body: Type.Object({ id: Id, status: OperatorStatus }),
    example: { id: 103, status: 0 },
  },
  operatorToken: {
    summary: 'An operator token, as a bare JSON string.',
    body: Type.Object({
      id: Id,
      expiresAt: Type.String({
        format: 'iso-8601',
        description: 'ISO 8601, UTC where it names no zone; in the future, at most 24 hours ahead.',
      }),
    }),
    response: Type.String(),
    example: { id: 101, expiresAt: '2026-03-02T21:00:00Z' },
  },
  validateToken: {
    summary: 'Says whether an operator token is valid.',
    body: Type.Object({ token: Type.String() }),
    response: Type.Object({
      isValid: Type.Boolean(),
      valid: Type.Boolean(),
      operatorId: Type.Optional(Id),
      clientId: Type.Optional(Type.Integer()),
      expiresAt: Type.Optional(Timestamp),
      error: nullable.string(),
    }),
    example: { token: 'not-a-token' },
  },

  apiKeys: {
    summary: 'API keys of the company; the keys themselves are never shown again.',
    query: Type.Object(shownQuery(ApiKey)),
    response: listOf(ApiKey),
  },
  createApiKey: {
    summary: 'Makes an API key. Its `key` is in this answer only.',
    status: 201,
    body: Type.Object({ name: Name }),
    response: Type.Object({ ...ApiKey.properties, key: Type.String() }),
    creates: true,
    example: { name: 'CRM' },
  },
  revokeApiKey: { summary: 'Revokes an API key at once.', params: Type.Object({ id: Id }) },

  setUp: {
    summary: 'The first company, organization, administrator and channel of an empty server. Works once.',
    status: 201,
    body: Type.Object({
      setupToken: Type.String({ maxLength: 200, description: 'From the link that the first start prints.' }),
      company: Name,
      organization: Name,
      login: textOf("3 to 100 of A-Z a-z 0-9 . _ @ -, the company's for its API", '^[A-Za-z0-9._@-]{3,100}$'),
      name: Name,
      email: Type.String({ format: 'email', maxLength: 200 }),
      password: Type.String({ minLength: limits.passwordCharacters, maxLength: 500 }),
    }),
    response: Type.Object({ ...Tokens.properties, guid: Uuid }),
    creates: true,
    example: {
      setupToken: 'TOKEN',
      company: 'Acme',
      organization: 'Customer Support',
      login: 'acme',
      name: 'Emily Davis',
      email: 'emily.davis@example.com',
      password: 'ten characters at least',
    },
  },
  login: {
    summary: 'Signs an operator in.',
    body: Type.Object({
      email: Type.String({ maxLength: 200 }),
      password: Type.String({ maxLength: 500 }),
      ttl,
    }),
    response: Tokens,
    example: { email: 'john.smith@example.com', password: 'demo-password' },
  },
  refresh: {
    summary: 'A new pair of tokens; the refresh token works once.',
    body: Type.Object({ refreshToken: Type.String({ maxLength: 500 }), ttl }),
    response: Tokens,
    example: { refreshToken: 'TOKEN' },
  },
  logout: { summary: 'Revokes this sign-in and closes its live connections.', response: Empty },
  me: { summary: 'The operator whose token it is.', response: User },
  timestamp: {
    summary: 'Server time.',
    response: Type.Object({
      timestamp: Type.Integer({ description: 'Unix seconds.' }),
      ms: Type.Integer({ description: 'Unix milliseconds.' }),
    }),
  },
  activate: { summary: 'Take new sessions.', response: User },
  pause: { summary: 'Take no new sessions, keep the current ones.', response: User },
  users: {
    summary: 'Operators of the organization with presence and load.',
    query: UsersQuery,
    response: listOf(User),
  },

  user: { summary: 'One operator.', params: Type.Object({ userId: Id }), response: User },
  createUser: {
    summary: 'Makes an operator.',
    status: 201,
    body: NewUser,
    response: User,
    creates: true,
    example: { organizationId: 24, name: 'Emily Davis', role: 'OPERATOR', maxSessions: 3 },
  },
  changeUser: {
    summary: 'Changes what is named of an operator. A new password ends every sign-in.',
    params: Type.Object({ userId: Id }),
    body: ChangedUser,
    response: User,
    example: { maxSessions: 3 },
  },
  groups: { summary: 'Groups with their members.', query: GroupsQuery, response: listOf(Group) },
  group: { summary: 'One group.', params: oneGroup, response: Group },
  createGroup: {
    summary: 'Makes a group.',
    status: 201,
    body: NewGroup,
    response: Group,
    creates: true,
    example: { organizationId: 24, name: 'Returns', operators: [101], timerFirstAnswer: 60 },
  },
  changeGroup: {
    summary: 'Changes what is named of a group.',
    params: oneGroup,
    body: ChangedGroup,
    response: Group,
    example: { timerNextAnswers: 120 },
  },
  deleteGroup: {
    summary: 'Deletes a group that no channel names. Its open sessions go back to routing.',
    params: oneGroup,
  },
  chats: { summary: 'Channels: the places where clients write.', query: ChatsQuery, response: listOf(Chat) },
  chat: { summary: 'One channel.', params: oneChat, response: Chat },
  createChat: {
    summary: 'Makes a web widget channel; its id is the guid of the script tag.',
    status: 201,
    body: NewChat,
    response: Chat,
    creates: true,
    example: { organizationId: 24, name: 'Help pages', sessionTtl: 3600 },
  },
  changeChat: {
    summary: 'Changes what is named of a channel. Sessions that are open keep their timers.',
    params: oneChat,
    body: ChangedChat,
    response: Chat,
    example: { operatorsBusyMessage: 'Everybody is busy. You are in the queue.' },
  },
  deleteChat: { summary: 'Closes a channel for good. Its sessions are kept, the open ones finished.', params: oneChat },
  bots: { summary: 'Bots.', query: BotsQuery, response: listOf(Bot) },
  bot: { summary: 'One bot.', params: oneBot, response: Bot },
  createBot: {
    summary: 'Makes a script bot.',
    status: 201,
    body: NewBot,
    response: Bot,
    creates: true,
    example: {
      organizationId: 24,
      name: 'Greeter',
      script: {
        start: 'hello',
        steps: {
          hello: {
            say: 'What is it about?',
            buttons: [
              { text: 'An order', goTo: 'people' },
              { text: 'Nothing', goTo: 'bye' },
            ],
          },
          people: { say: 'One moment, please.', handOver: {} },
          bye: { say: 'Goodbye!', close: true },
        },
      },
    },
  },
  changeBot: {
    summary: 'Changes what is named of a bot.',
    params: oneBot,
    body: ChangedBot,
    response: Bot,
    example: { name: 'Greeter' },
  },
  deleteBot: { summary: 'Deletes a bot that no channel names. Its open sessions go to people.', params: oneBot },
  organization: {
    summary: 'What routing and messages read of an organization.',
    params: Type.Object({ organizationId: Id }),
    response: OrganizationSettings,
  },
  changeOrganization: {
    summary: 'Changes what is named of an organization.',
    params: Type.Object({ organizationId: Id }),
    body: ChangedOrganization,
    response: OrganizationSettings,
    example: { offlineGrace: 300 },
  },

  sessions: { summary: 'Sessions, finished ones too.', query: SessionsQuery, response: listOf(Session) },
  session: { summary: 'One session.', params: oneSession, response: Session },
  finishSession: {
    summary: 'Finishes a session.',
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
  },
  renameSession: {
    summary: 'Renames a session.',
    params: Type.Object({ sessionId: Uuid, name: SessionName }),
    response: Session,
  },
  transferSession: {
    summary: 'Hands a session to a colleague.',
    params: sessionAndUser,
    body: Transfer,
    bodyOptional: true,
    response: Session,
  },
  addSessionOperator: {
    summary: 'Adds a second operator, who reads, writes and hears everything.',
    params: sessionAndUser,
    response: Session,
  },
  removeSessionOperator: { summary: 'Takes a second operator away.', params: sessionAndUser, response: Session },
  transferToGroup: {
    summary: 'Hands a session to a group: to whoever is free there, else into its help.',
    params: Type.Object({ sessionId: Uuid, groupId: Id }),
    body: Type.Object({ note }),
    bodyOptional: true,
    response: Session,
  },
  handToBot: { summary: "Hands a session back to its channel's bot.", params: oneSession, response: Session },
  pauseSession: {
    summary: 'Answers may wait: no service level runs. A message of the client, or the time set, wakes it.',
    params: oneSession,
    body: PauseSession,
    bodyOptional: true,
    response: Session,
  },
  resumeSession: { summary: 'Wakes a paused session.', params: oneSession, response: Session },
  markSpam: { summary: 'Marks a session as spam.', params: oneSession, response: Session },
  markNotSpam: { summary: 'Marks a session as no spam.', params: oneSession, response: Session },
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
    summary: 'Writes to the client.',
    status: 201,
    params: oneSession,
    body: NewOperatorMessage,
    response: Message,
    creates: true,
    example: { body: 'Good morning! How can I help?' },
  },
  editMessage: {
    summary: 'Edits an own message; what it was is kept.',
    params: messageOfSession,
    body: Type.Object({ body: Type.String({ maxLength: limits.messageBodyCharacters }) }),
    response: Message,
    example: { body: 'Good morning!' },
  },
  deleteMessage: {
    summary: 'Deletes an own message: its place stays, its words are gone for everybody but its history.',
    params: messageOfSession,
    response: Message,
  },
  messageHistory: {
    summary: 'What a message was before, oldest first.',
    params: messageOfSession,
    response: listOf(Type.Object({ body: Type.String(), operatorId: nullable.integer(), at: Timestamp })),
  },
  clientMessages: {
    summary: "Messages across a client's sessions: the newest page by default, oldest first within it.",
    params: oneClient,
    query: MessagesQuery,
    response: listOf(Message),
  },
  banClient: {
    summary: 'Bans a client: their messages are refused, their open session closes.',
    params: oneClient,
    response: BannedClient,
  },
  unbanClient: { summary: 'Lets a client write again.', params: oneClient, response: BannedClient },
  readSession: {
    summary: 'Everything up to this message is read by me.',
    params: oneSession,
    body: ReadUpTo,
    response: ReadState,
    example: messageExample,
  },
  readMessage: {
    summary: 'Everything up to this message is read by me.',
    params: Type.Object({ messageId: Uuid }),
    response: ReadState,
  },
  typing: { summary: 'Shown to the client for five seconds.', params: oneSession },

  widgetOpen: {
    summary: 'Opens the widget: who I am, what was said.',
    body: OpenWidget,
    response: WidgetOpened,
    creates: true,
    example: { guid: '00000000-0000-4000-8000-000000000024' },
  },
  widgetSend: {
    summary: 'The client writes; the first message opens the session.',
    status: 201,
    body: NewClientMessage,
    response: Message,
    creates: true,
    example: { body: 'Hello' },
  },
  widgetMessages: { summary: "The client's messages.", query: MessagesQuery, response: listOf(Message) },
  widgetRead: {
    summary: 'The client has read up to this message.',
    body: ReadUpTo,
    response: ReadState,
    example: messageExample,
  },
  widgetTyping: { summary: 'The client is typing.' },
  widgetFinish: {
    summary: 'The client finishes the session.',
    response: Type.Object({ session: nullable.object(ClientSession) }),
  },
} as const satisfies Record<EndpointName, Endpoint>;

type Endpoints = typeof endpoints;
type Part<K extends EndpointName, P extends string, Missing> =
  Endpoints[K] extends Record<P, infer S extends TSchema> ? Static<S> : Missing;
export type Params<K extends EndpointName> = Part<K, 'params', Record<string, never>>;
export type Query<K extends EndpointName> = Part<K, 'query', Record<string, never>>;
export type Body<K extends EndpointName> = Part<K, 'body', undefined>;
export type Answer<K extends EndpointName> = Part<K, 'response', undefined>;

export const endpointNames = Object.keys(paths) as EndpointName[];
