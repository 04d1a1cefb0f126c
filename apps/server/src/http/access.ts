import type { Actor, ClientActor, CompanyActor, OperatorActor } from '../actor.ts';

/** Who may call an endpoint. `allow` narrows the actor, or answers null: 403. */
export interface Access<A> {
  name: string;
  /** No token is asked for. */
  open?: true;
  allow(actor: Actor): A | null;
}

export const anyone: Access<null> = { name: 'anyone', open: true, allow: () => null };
export const company: Access<CompanyActor> = {
  name: 'company',
  allow: (actor) => (actor.kind === 'company' ? actor : null),
};
export const operator: Access<OperatorActor> = {
  name: 'operator',
  allow: (actor) => (actor.kind === 'operator' ? actor : null),
};
export const companyOrOperator: Access<CompanyActor | OperatorActor> = {
  name: 'company or operator',
  allow: (actor) => (actor.kind === 'client' ? null : actor),
};
export const companyOrAdmin: Access<CompanyActor | OperatorActor> = {
  name: 'company or administrator',
  allow: (actor) => (actor.kind === 'company' || (actor.kind === 'operator' && actor.role === 'ADMIN') ? actor : null),
};
export const client: Access<ClientActor> = {
  name: 'client',
  allow: (actor) => (actor.kind === 'client' ? actor : null),
};
