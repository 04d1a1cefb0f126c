import { type Static, Type } from 'typebox';
import { Id, nullable, oneOf, severalOf, shortPagesQuery } from './common.ts';

/** Administration: 0 active, 1 inactive, 2 deleted. */
export const OperatorStatus = Type.Unsafe<0 | 1 | 2>({ type: 'integer', enum: [0, 1, 2] });
/** The working day. */
export const Presence = oneOf(['online', 'paused', 'offline']);
export type Presence = Static<typeof Presence>;
export const roles = ['OPERATOR', 'SUPERVISOR', 'ADMIN'] as const;
export type Role = (typeof roles)[number];

/** An operator as the operator face shows it: `/users/me`, `/users`. */
export const User = Type.Object({
  id: Id,
  companyId: Id,
  organizationId: nullable.integer({ description: 'null: works for the whole company (administrators).' }),
  firstName: Type.String(),
  lastName: Type.String(),
  middleName: Type.String(),
  name: Type.String(),
  email: nullable.string(),
  phone: nullable.string(),
  roles: Type.Array(Type.Object({ name: oneOf(roles), company_id: nullable.integer() })),
  settings: Type.Record(Type.String(), Type.Unsafe<string | number | boolean | null>({})),
  avatar: nullable.object(Type.Object({ id: Type.String(), url: Type.String() })),
  status: OperatorStatus,
  presence: Presence,
  groups: Type.Array(Type.Object({ id: Id, name: Type.String() })),
  activeSessions: Type.Integer(),
  maxSessions: Type.Integer(),
});
export type User = Static<typeof User>;

export const usersSortedBy = ['id', 'name', 'activeSessions'] as const;
export const UsersQuery = Type.Object({
  ...shortPagesQuery(User, usersSortedBy),
  organizationId: Type.Optional(Id),
  roles: severalOf(roles),
  online: Type.Optional(Type.Boolean()),
  groupId: Type.Optional(Id),
  keyword: Type.Optional(Type.String({ maxLength: 200 })),
});

/** An operator as the company face shows it. */
export const CompanyOperator = Type.Object({
  id: Id,
  name: Type.String(),
  status: OperatorStatus,
  organization: Type.Object({ id: Id, name: Type.String() }),
});
export type CompanyOperator = Static<typeof CompanyOperator>;
