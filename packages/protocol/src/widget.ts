import { type Static, Type } from 'typebox';
import { Hours } from './administration.ts';
import { NullableTimestamp, nullable, oneOf, Timestamp, Uuid } from './common.ts';
import { limits } from './limits.ts';
import { Message } from './messages.ts';
import { sessionStatuses } from './sessions.ts';

/** A session as its client may see it. */
export const ClientSession = Type.Object({
  id: Uuid,
  status: oneOf(sessionStatuses),
  operator: nullable.object(Type.Object({ name: Type.String() })),
  position: nullable.integer({ description: 'Place in help, 1 = next; null when not waiting.' }),
  expectedWait: nullable.integer({ description: 'Seconds; null when unknown or not waiting.' }),
  startedAt: Timestamp,
  closedAt: NullableTimestamp,
  operatorReadNumber: Type.Integer({ description: 'Operators have read up to this message number.' }),
  revision: Type.Integer(),
});
export type ClientSession = Static<typeof ClientSession>;

export const OpenWidget = Type.Object({
  guid: Uuid,
  clientToken: Type.Optional(nullable.string({ maxLength: 2000 })),
  userJWT: Type.Optional(nullable.string({ maxLength: 4000 })),
  page: Type.Optional(nullable.string({ maxLength: 2000 })),
  referrer: Type.Optional(nullable.string({ maxLength: 2000 })),
  lang: Type.Optional(nullable.string({ maxLength: 35 })),
  name: Type.Optional(nullable.string({ maxLength: limits.nameCharacters })),
});
export type OpenWidget = Static<typeof OpenWidget>;

export const WidgetOpened = Type.Object({
  clientToken: Type.String({ description: 'Keep it: it is the identity. Sent as Authorization: Bearer.' }),
  clientId: Uuid,
  channel: Type.Object({
    id: Uuid,
    name: Type.String(),
    greeting: nullable.string(),
    colours: Type.Record(Type.String(), Type.String()),
    hours: nullable.object(Hours),
    online: Type.Boolean({ description: 'Somebody is there to answer.' }),
  }),
  session: nullable.object(ClientSession),
  messages: Type.Array(Message),
  expectedWait: nullable.integer(),
});
export type WidgetOpened = Static<typeof WidgetOpened>;
