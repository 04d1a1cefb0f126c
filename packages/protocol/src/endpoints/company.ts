import { Type } from 'typebox';
import { Id, listOf, Name, NullableTimestamp, nullable, shownQuery, Timestamp } from '../common.ts';
import { limits } from '../limits.ts';
import { CompanyOperator, OperatorStatus } from '../operators.ts';
import type { Endpoint } from './endpoint.ts';

const ApiKey = Type.Object({
  id: Id,
  name: Type.String(),
  createdAt: Timestamp,
  lastUsedAt: NullableTimestamp,
  revokedAt: NullableTimestamp,
});

/** Company face, and the keys it is called with. */
export const companyEndpoints = {
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
} as const satisfies Record<string, Endpoint>;
