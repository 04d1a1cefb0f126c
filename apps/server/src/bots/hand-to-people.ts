import type { ScriptStep } from '@switchboard/protocol';
import { findChannel } from '../channels/channel.store.ts';
import { scopeFeed } from '../events/feeds.ts';
import type { Tx } from '../events/transaction.ts';
import { findGroup, type GroupRow } from '../groups/group.store.ts';
import { findOperator, type OperatorInOrganization } from '../operators/operator.store.ts';
import { routeSession } from '../routing/route-session.ts';
import { insertDecision } from '../routing/routing.store.ts';
import { candidateOf, writeCandidates } from '../routing/routing.ts';
import { assignSession } from '../sessions/change-controller.ts';
import { timersOf } from '../sessions/open-session.ts';
import { type SessionRow, updateSession } from '../sessions/session.store.ts';
import { showSession, tellSwitchedFromBot } from '../sessions/tell.ts';

export interface People {
  /** In whose help it would wait. */
  groupId: number | null;
  /** Another than it is in. */
  group: GroupRow | null;
  /** Who can have it at once. */
  operator: OperatorInOrganization | null;
}

/** From the bot to people: to help when nobody is free. The organization's lock is held. */
export async function handToPeople(tx: Tx, session: SessionRow, cause: string, wanted?: People): Promise<void> {
  const group = wanted?.group;
  if (group) {
    const channel = await findChannel(tx.db, session.channel_id);
    await updateSession(tx.db, session.id, { group_id: group.id, ...(channel && timersOf(channel, group)) });
  }
  if (wanted?.operator) await giveTo(tx, session, wanted.operator, cause);
  else await routeSession(tx, { sessionId: session.id, cause });
  await tellSwitchedFromBot(tx, session.id);
  // Those who saw it until now; the others have heard of it by its routing.
  if (group) tx.append([scopeFeed(session)], 'chatSessionUpdated', await showSession(tx.db, session.id));
}

/** Whom a script names: a group or an operator that can have it, as they are now. Nobody: whoever routing finds. */
export async function peopleWanted(
  tx: Tx,
  session: SessionRow,
  companyId: number,
  { groupId, operatorId }: NonNullable<ScriptStep['handOver']>,
): Promise<People> {
  const organizationId = session.organization_id;
  const group =
    groupId === undefined || groupId === session.group_id
      ? undefined
      : await findGroup(tx.db, { companyId, organizationId }, groupId);
  const named = operatorId === undefined ? undefined : await findOperator(tx.db, companyId, operatorId);
  const operator = named?.organization_id === organizationId && takesNow(named) ? named : null;
  return { groupId: group?.id ?? session.group_id, group: group ?? null, operator };
}

/** A bot forces nobody. */
const takesNow = (operator: OperatorInOrganization): boolean =>
  operator.status === 0 && candidateOf(operator, null).refused === null;

async function giveTo(tx: Tx, session: SessionRow, operator: OperatorInOrganization, cause: string): Promise<void> {
  const to = { operatorId: operator.id };
  const candidates = writeCandidates([candidateOf(operator, null)]);
  // Under the lock nobody has taken the place in between.
  if (!(await assignSession(tx, session, to, { reason: 'transfer' }))) throw new Error('a free place was not free');
  const { id, organization_id } = session;
  await insertDecision(tx.db, {
    session_id: id,
    organization_id,
    at: tx.at,
    cause,
    operator_id: operator.id,
    candidates,
  });
}
