import { closeCodes } from '@switchboard/protocol';
import type { CompanyActor } from '../actor.ts';
import { notFound } from '../errors.ts';
import { feedOf } from '../events/feeds.ts';
import type { App } from '../parts.ts';
import { findOperator, updateOperator } from './operator.store.ts';
import { isActive, type OperatorStatus } from './operator.ts';
import { announce } from './operator-presence.ts';
import { revokeSignInsOf } from './sign-in.store.ts';

/** Takes effect at once: tokens refused, live connections closed, open sessions back to routing. */
export async function changeOperatorStatus(
  app: App,
  actor: CompanyActor,
  { id, status }: { id: number; status: OperatorStatus },
): Promise<void> {
  await app.transact(async (tx) => {
    const found = await findOperator(tx.db, actor.companyId, id);
    if (!found) throw notFound('operator');
    if (found.organization_id !== null) await tx.lockOrganization(found.organization_id);
    const before = await findOperator(tx.db, actor.companyId, id);
    if (!before || before.status === status) return;
    if (isActive({ status })) {
      await updateOperator(tx.db, id, { status });
      announce(tx, { ...before, status });
      return;
    }
    await updateOperator(tx.db, id, { status, online: 0 });
    await revokeSignInsOf(tx.db, id, tx.at);
    tx.append([feedOf.operator(id)], 'operatorBlocked', { reason: status === 2 ? 'deleted' : 'inactive' });
    announce(tx, { ...before, status, online: 0 });
    await tx.need({ need: 'sessionsOfOperatorRouted', operatorId: id, cause: 'operator not active' });
    await tx.need({ need: 'secondPlacesLeft', operatorId: id });
    tx.closeConnections({ operatorId: id }, closeCodes.operatorNotActive);
  });
}
