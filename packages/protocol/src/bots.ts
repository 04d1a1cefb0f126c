import { type Static, Type } from 'typebox';
import { Id, Name, pagesQuery, Timestamp, Uuid } from './common.ts';
import { limits } from './limits.ts';

const Words = Type.String({ minLength: 1, maxLength: limits.messageBodyCharacters });
const StepName = Type.String({ minLength: 1, maxLength: 100 });

/** What a step of a script does, in this order: says, asks or offers, or ends in a hand-over or in closing. */
export const ScriptStep = Type.Object(
  {
    say: Type.Optional(Words),
    buttons: Type.Optional(
      Type.Array(
        Type.Object(
          { text: Type.String({ minLength: 1, maxLength: 100 }), goTo: StepName },
          { additionalProperties: false },
        ),
        { minItems: 1, maxItems: 20, description: 'A menu: pressed or typed, it goes to that step.' },
      ),
    ),
    keywords: Type.Optional(
      Type.Array(
        Type.Object(
          {
            words: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { minItems: 1, maxItems: 50 }),
            goTo: StepName,
          },
          { additionalProperties: false },
        ),
        { maxItems: 50, description: 'A message that has one of the words goes to that step.' },
      ),
    ),
    ask: Type.Optional(
      Type.Unsafe<'name' | 'phone' | 'email'>({
        type: 'string',
        enum: ['name', 'phone', 'email'],
        description: "The next message is the client's name, phone or e-mail.",
      }),
    ),
    goTo: Type.Optional({ ...StepName, description: 'Where it goes next: at once, or after the answer to `ask`.' }),
    otherwise: Type.Optional({ ...StepName, description: 'Where a message goes that nothing here understands.' }),
    handOver: Type.Optional(
      Type.Object(
        { groupId: Type.Optional(Id), operatorId: Type.Optional(Id) },
        { additionalProperties: false, description: 'To routing, a group or an operator.' },
      ),
    ),
    close: Type.Optional(Type.Boolean({ description: 'Closes the session.' })),
  },
  { additionalProperties: false },
);
export type ScriptStep = Static<typeof ScriptStep>;

export const Script = Type.Object(
  {
    start: StepName,
    steps: Type.Record(StepName, ScriptStep, { minProperties: 1, maxProperties: 200 }),
    tries: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10,
        description: 'Messages that nothing understands before it hands over by itself. Default 2.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type Script = Static<typeof Script>;

export const Bot = Type.Object({
  id: Uuid,
  organizationId: Id,
  name: Type.String(),
  script: Script,
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Bot = Static<typeof Bot>;
export const botsSortedBy = ['name', 'createdAt'] as const;
export const BotsQuery = Type.Object({
  ...pagesQuery(Bot, botsSortedBy),
  organizationId: Type.Optional(Id),
  keyword: Type.Optional(Type.String({ maxLength: 200 })),
});
export const NewBot = Type.Object({ organizationId: Id, name: Name, script: Script });
export const ChangedBot = Type.Partial(Type.Object({ name: Name, script: Script }));
