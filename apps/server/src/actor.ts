import type { Role } from '@switchboard/protocol';

export interface CompanyActor {
  kind: 'company';
  companyId: number;
}
export interface OperatorActor {
  kind: 'operator';
  operatorId: number;
  companyId: number;
  /** null: works for every organization of the company. */
  organizationId: number | null;
  name: string;
  role: Role;
  signInId: string;
  /** The sign-in; empty where the company issued the token: that is no login, and in nobody's way. */
  login: string;
  expiresAt: number;
}
export interface ClientActor {
  kind: 'client';
  clientId: string;
  companyId: number;
  organizationId: number;
  channelId: string;
}
/** Who asks. An argument of every action, never ambient. */
export type Actor = CompanyActor | OperatorActor | ClientActor;

/** Whose organizations somebody may see; null: every one of the company. */
export interface Tenant {
  companyId: number;
  organizationId: number | null;
}
export const tenantOf = (actor: CompanyActor | OperatorActor): Tenant => ({
  companyId: actor.companyId,
  organizationId: actor.kind === 'company' ? null : actor.organizationId,
});
