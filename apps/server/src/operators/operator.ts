import type { Presence, Role, User } from '@switchboard/protocol';
import { roles } from '@switchboard/protocol';
import type { Loaded, OperatorInOrganization, OperatorRow } from './operator.store.ts';

export const statuses = { active: 0, inactive: 1, deleted: 2 } as const;
export type OperatorStatus = 0 | 1 | 2;
export const isActive = (operator: { status: number }): boolean => operator.status === statuses.active;

export const presenceOf = (operator: Pick<OperatorRow, 'online' | 'paused'>): Presence => {
  if (operator.online === 0) return 'offline';
  return operator.paused === 1 ? 'paused' : 'online';
};

// Administrators belong to no organization; nobody routes to them, so no limit is needed.
const withoutOrganization = 1000;
export const capacityOf = (
  operator: Pick<OperatorInOrganization, 'max_sessions' | 'organization_max_sessions'>,
): number => operator.max_sessions ?? operator.organization_max_sessions ?? withoutOrganization;

export const roleOf = (operator: { role: string }): Role => roles.find((role) => role === operator.role) ?? 'OPERATOR';

export const statusOf = (operator: { status: number }): OperatorStatus =>
  operator.status === 0 ? 0 : operator.status === 1 ? 1 : 2;

/** What `operatorStatusChanged` says. */
export const statusChange = (operator: Loaded) => ({
  id: operator.id,
  presence: presenceOf(operator),
  status: statusOf(operator),
  activeSessions: operator.open_sessions,
});

/** As the operator face shows it. Password and digest have no way into it. */
export function presentUser(operator: OperatorInOrganization, groups: { id: number; name: string }[]): User {
  const [firstName = '', ...rest] = operator.name.split(' ');
  return {
    id: operator.id,
    companyId: operator.company_id,
    organizationId: operator.organization_id,
    firstName,
    lastName: rest.join(' '),
    middleName: '',
    name: operator.name,
    email: operator.email,
    phone: operator.phone,
    roles: [{ name: roleOf(operator), company_id: operator.company_id }],
    settings: JSON.parse(operator.settings) as User['settings'],
    avatar: null,
    status: statusOf(operator),
    presence: presenceOf(operator),
    groups,
    activeSessions: operator.open_sessions,
    maxSessions: capacityOf(operator),
  };
}
