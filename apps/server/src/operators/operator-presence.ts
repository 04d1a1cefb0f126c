import type { User } from '@switchboard/protocol';
import type { OperatorActor } from '../actor.ts';
import { notFound } from '../errors.ts';
import { feedOf } from '../events/feeds.ts';
import type { Tx } from '../events/transaction.ts';
import { groupsOfOperators } from '../groups/group.store.ts';
import type { App } from '../parts.ts';
import {
  findOperator,
  findOperatorScope,
  type Loaded,
  type OperatorInOrganization,
  updateOperator,
} from './operator.store.ts';
import { presenceOf, presentUser, statusChange } from './operator.ts';

/** Take new sessions, or take none and keep the current ones. */
export async function setPaused(app: App, actor: OperatorActor, paused: boolean): Promise<User> {
  return app.transact(async (tx) => {
    await lockOrganizationOf(tx, actor.operatorId);
    const operator = await change(tx, actor, { paused: paused ? 1 : 0 });
    const groups = await groupsOfOperators(tx.db, [operator.id]);
    return presentUser(operator, groups.get(operator.id) ?? []);
  });
}

/** Of the operator, not of what the actor may see. */
export async function lockOrganizationOf(tx: Tx, operatorId: number): Promise<void> {
  const scope = await findOperatorScope(tx.db, operatorId);
  if (scope && scope.organization_id !== null) await tx.lockOrganization(scope.organization_id);
}

/** Online while at least one live connection stands. */
export async function setOnline(
  tx: Tx,
  who: { companyId: number; operatorId: number },
  online: boolean,
): Promise<void> {
  await change(tx, who, { online: online ? 1 : 0 });
}

// Administrators have no organization to say it.
const offlineGraceSeconds = 120;

/** The organization's lock is held: what becomes free here is given away before anybody else decides. */
async function change(
  tx: Tx,
  { companyId, operatorId }: { companyId: number; operatorId: number },
  values: { paused?: number; online?: number },
): Promise<OperatorInOrganization> {
  const before = await findOperator(tx.db, companyId, operatorId);
  if (!before) throw notFound('operator');
  const after = { ...before, ...values };
  if (presenceOf(after) === presenceOf(before) && after.paused === before.paused) return after;
  // Open sessions wait for an operator who has gone, but not for ever.
  const graceMs = (before.organization_offline_grace ?? offlineGraceSeconds) * 1000;
  const rerouteAt = after.online === 1 ? null : before.online === 1 ? tx.at + graceMs : before.reroute_at;
  await updateOperator(tx.db, operatorId, { ...values, reroute_at: rerouteAt });
  announce(tx, after);
  if (after.organization_id !== null && presenceOf(after) === 'online') {
    await tx.need({ need: 'serveHelp', organizationId: after.organization_id, cause: 'operator online' });
    // With the load that came out of help.
    return (await findOperator(tx.db, companyId, operatorId)) ?? after;
  }
  return after;
}

/** Tells the organization about an operator's presence and load. */
export function announce(tx: Tx, operator: Loaded): void {
  const feed =
    operator.organization_id === null ? feedOf.operator(operator.id) : feedOf.organization(operator.organization_id);
  tx.append([feed], 'operatorStatusChanged', statusChange(operator));
}
