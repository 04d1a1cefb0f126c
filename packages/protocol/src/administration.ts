import { type Static, Type } from 'typebox';
import { Id, Name, nullable, oneOf, shortPagesQuery, Timestamp, textOf, Uuid } from './common.ts';
import { limits } from './limits.ts';
import { roles } from './operators.ts';

const seconds = (most: number, description: string, minimum = 0) =>
  Type.Integer({ minimum, maximum: most, description: `${description} Seconds.` });
const day = 24 * 3600;
const timer = (description: string) => nullable.integer({ minimum: 1, maximum: 30 * day, description });

const Setting = Type.Unsafe<string | number | boolean | null>({
  type: ['string', 'number', 'boolean', 'null'],
  maxLength: 10_000,
});
/** What `POST /users` makes and `PATCH /users/{id}` changes. */
const userParts = {
  name: Name,
  email: nullable.string({ format: 'email', maxLength: 200 }),
  phone: nullable.string({ maxLength: 50 }),
  password: Type.String({ minLength: limits.passwordCharacters, maxLength: 500 }),
  role: oneOf(roles),
  groups: Type.Array(Id, { maxItems: 100, uniqueItems: true, description: 'Ids of all groups this operator is in.' }),
  maxSessions: nullable.integer({ minimum: 1, maximum: 1000, description: 'null: as the organization says.' }),
  settings: Type.Record(Type.String({ maxLength: 100 }), Setting, { maxProperties: 100 }),
};
export const NewUser = Type.Object({
  ...Type.Partial(Type.Object(userParts)).properties,
  organizationId: Id,
  name: Name,
});
export const ChangedUser = Type.Partial(Type.Object(userParts));

export const Group = Type.Object({
  id: Id,
  organizationId: Id,
  name: Type.String(),
  timerFirstAnswer: nullable.integer({ description: 'Seconds for the first answer; null: as the channel says.' }),
  timerNextAnswers: nullable.integer({ description: 'Seconds for every further answer; null: as the channel says.' }),
  operators: Type.Array(Type.Object({ id: Id, name: Type.String() })),
});
export type Group = Static<typeof Group>;
export const groupsSortedBy = ['id', 'name'] as const;
export const GroupsQuery = Type.Object({
  ...shortPagesQuery(Group, groupsSortedBy),
  organizationId: Type.Optional(Id),
  keyword: Type.Optional(Type.String({ maxLength: 200 })),
});
const groupParts = {
  name: Name,
  timerFirstAnswer: timer('For the first answer.'),
  timerNextAnswers: timer('For every further answer.'),
  operators: Type.Array(Id, { maxItems: 1000, uniqueItems: true, description: 'Ids of all its members.' }),
};
export const NewGroup = Type.Object({
  ...Type.Partial(Type.Object(groupParts)).properties,
  organizationId: Id,
  name: Name,
});
export const ChangedGroup = Type.Partial(Type.Object(groupParts));

const TimeOfDay = textOf('a time of day like 09:30, 24:00 at most', '^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$');
const Day = Type.Optional(
  Type.Array(Type.Object({ from: TimeOfDay, to: TimeOfDay }, { additionalProperties: false }), { maxItems: 10 }),
);
/** When somebody is there to answer. A day that is not named is closed. */
export const Hours = Type.Object(
  {
    timeZone: Type.String({ maxLength: 60, description: 'IANA name: Europe/Kyiv.' }),
    week: Type.Object(
      { mon: Day, tue: Day, wed: Day, thu: Day, fri: Day, sat: Day, sun: Day },
      { additionalProperties: false },
    ),
    closed: Type.Optional(
      Type.Array(textOf('a day like 2026-12-25', '^\\d{4}-\\d{2}-\\d{2}$'), {
        maxItems: 400,
        description: 'Days without work.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type Hours = Static<typeof Hours>;

/** What a channel says by itself while its client waits: text by language, or the bot takes over. Once each. */
const Step = Type.Object(
  {
    afterSeconds: seconds(7 * day, 'Since the waiting began.', 1),
    text: Type.Optional(
      Type.Record(
        Type.String({ maxLength: 35 }),
        Type.String({ minLength: 1, maxLength: limits.messageBodyCharacters }),
        {
          description: 'By language; `default` for every other.',
        },
      ),
    ),
    toBot: Type.Optional(Type.Boolean({ description: 'Hand the session to the channel’s bot.' })),
  },
  { additionalProperties: false },
);
export type WaitingStep = Static<typeof Step>;
const steps = Type.Optional(Type.Array(Step, { maxItems: 5 }));
export const WaitingSteps = Type.Object(
  { forOperator: steps, forAnswer: steps, onHold: steps },
  { additionalProperties: false, description: 'For an operator (in help), for an answer, on hold (paused).' },
);
export type WaitingSteps = Static<typeof WaitingSteps>;

export const afterClosing = ['bot', 'lastOperator', 'help'] as const;
export const whileUnavailable = ['bot', 'help'] as const;

const chatParts = {
  name: Name,
  groupId: nullable.integer({ minimum: 1, description: 'Its sessions go to this group.' }),
  botId: nullable.string({ format: 'uuid' }),
  priority: Type.Integer({ minimum: -1000, maximum: 1000, description: 'In help the larger goes first.' }),
  greeting: nullable.string({ maxLength: 1000 }),
  operatorsBusyMessage: nullable.string({ maxLength: limits.messageBodyCharacters }),
  sessionTtl: Type.Integer({
    minimum: 300,
    maximum: 604_800,
    description: 'Seconds of client silence after which a session closes.',
  }),
  allowableOperatorIdleTime: seconds(7 * day, 'Then the session goes to another operator; 0: never.'),
  timerFirstAnswer: timer('For the first answer, where the group says nothing.'),
  timerNextAnswers: timer('For every further answer, where the group says nothing.'),
  stickyWait: seconds(3600, "How long a session waits for the client's last operator alone."),
  hours: nullable.object(Hours),
  results: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
    maxItems: 100,
    uniqueItems: true,
    description: 'With what a session may be finished; empty: with anything.',
  }),
  afterClosing: oneOf(afterClosing),
  whileOffline: oneOf(whileUnavailable),
  whileBusy: oneOf(whileUnavailable),
  waitingSteps: WaitingSteps,
  allowedOrigins: Type.Array(Type.String({ maxLength: 300 }), { maxItems: 100, uniqueItems: true }),
  colours: Type.Record(Type.String({ maxLength: 50 }), Type.String({ maxLength: 50 }), { maxProperties: 20 }),
};
/** A channel as its administrators see it; `chat` in inherited paths. */
export const Chat = Type.Object({
  id: Uuid,
  organizationId: Id,
  messengerType: Type.String(),
  ...chatParts,
  groupId: nullable.integer(),
  createdAt: Timestamp,
});
export type Chat = Static<typeof Chat>;
export const chatsSortedBy = ['name', 'createdAt'] as const;
export const ChatsQuery = Type.Object({
  ...shortPagesQuery(Chat, chatsSortedBy),
  organizationId: Type.Optional(Id),
  keyword: Type.Optional(Type.String({ maxLength: 200 })),
});
export const NewChat = Type.Object({
  ...Type.Partial(Type.Object(chatParts)).properties,
  organizationId: Id,
  name: Name,
});
export const ChangedChat = Type.Partial(Type.Object(chatParts));
export type ChangedChat = Static<typeof ChangedChat>;

/** What routing and messages read of an organization. */
export const OrganizationSettings = Type.Object({
  id: Id,
  name: Type.String(),
  maxSessions: Type.Integer({ minimum: 1, maximum: 1000 }),
  offlineGrace: seconds(day, 'How long an operator may be offline before their sessions go to others.'),
  mayEdit: Type.Boolean({ description: 'Operators may edit their messages.' }),
  mayDelete: Type.Boolean({ description: 'Operators may delete their messages.' }),
  changeSeconds: nullable.integer({
    minimum: 1,
    maximum: 365 * day,
    description: 'How long after sending; null: always.',
  }),
});
export type OrganizationSettings = Static<typeof OrganizationSettings>;
const { id: _id, name: _name, ...changeable } = OrganizationSettings.properties;
export const ChangedOrganization = Type.Partial(Type.Object({ name: Name, ...changeable }));
