import type { OperatorActor } from '../actor.ts';
import { notFound, Refused } from '../errors.ts';
import type { Tx } from '../events/transaction.ts';
import { findSession, listSecondOperators, type SessionInContext, type SessionRow } from './session.store.ts';
import { isClosed } from './session.ts';
import { findOrganizationOf } from './session-clock.store.ts';

/** What the actor sees, its row locked. */
export async function sessionInSight(tx: Tx, actor: OperatorActor, sessionId: string): Promise<SessionInContext> {
  const session = await findSession(tx.db, actor, sessionId, tx.lock);
  if (!session) throw notFound('session');
  return session;
}

/** The same for what routes, closes or changes hands: the organization's lock first, then the session as it is by then. */
export async function sessionToChange(tx: Tx, actor: OperatorActor, sessionId: string): Promise<SessionInContext> {
  const organizationId = actor.organizationId ?? (await findOrganizationOf(tx.db, sessionId));
  if (organizationId === undefined) throw notFound('session');
  await tx.lockOrganization(organizationId);
  return sessionInSight(tx, actor, sessionId);
}

/** Its main or a second operator; also of a closed one. */
export async function isOwn(tx: Tx, actor: OperatorActor, session: SessionRow): Promise<boolean> {
  if (session.operator_id === actor.operatorId) return true;
  const second = await listSecondOperators(tx.db, [session]);
  return second.some(({ operator_id }) => operator_id === actor.operatorId);
}

export const leads = (actor: OperatorActor): boolean => actor.role !== 'OPERATOR';

export async function refuseUnlessMine(tx: Tx, actor: OperatorActor, session: SessionRow): Promise<void> {
  if (await isOwn(tx, actor, session)) return;
  throw new Refused('not_your_session', 'This session is not yours. Take it first.');
}

export async function refuseUnlessMineOrLed(tx: Tx, actor: OperatorActor, session: SessionRow): Promise<void> {
  if (leads(actor) || (await isOwn(tx, actor, session))) return;
  throw new Refused('not_your_session', 'Only an operator of this session or a supervisor may do this.');
}

export function refuseIfClosed(session: SessionRow): void {
  if (isClosed(session)) throw new Refused('session_closed', 'The session is closed already.');
}
