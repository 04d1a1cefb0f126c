import type { Tx } from '../events/transaction.ts';
import { findOperator, findOperatorScope, updateOperator } from '../operators/operator.store.ts';
import { rerouteOperator } from './reroute-operator.ts';

/** An operator has been offline for the whole grace: their sessions go to others. */
export async function rerouteAbsent(tx: Tx, operatorId: number): Promise<void> {
  const scope = await findOperatorScope(tx.db, operatorId);
  if (!scope) return;
  if (scope.organization_id !== null) await tx.lockOrganization(scope.organization_id);
  const operator = await findOperator(tx.db, scope.company_id, operatorId);
  if (!operator || operator.reroute_at === null || operator.reroute_at > tx.at) return;
  await updateOperator(tx.db, operatorId, { reroute_at: null });
  if (operator.online === 1) return;
  await rerouteOperator(tx, { operatorId, cause: 'operator offline' });
}
