import { Type } from 'typebox';
import { Empty, listOf, Name, textOf, Uuid } from '../common.ts';
import { limits } from '../limits.ts';
import { User, UsersQuery } from '../operators.ts';
import type { Endpoint } from './endpoint.ts';

const Tokens = Type.Object({ token: Type.String(), refreshToken: Type.String() });
const ttl = Type.Optional(
  Type.Integer({ minimum: 60, maximum: limits.loginTokenMostSeconds, description: 'Seconds.' }),
);

/** Signing in, and who is there. */
export const operatorEndpoints = {
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
} as const satisfies Record<string, Endpoint>;
