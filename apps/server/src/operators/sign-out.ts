import { closeCodes } from '@switchboard/protocol';
import type { OperatorActor } from '../actor.ts';
import { feedOf } from '../events/feeds.ts';
import type { App } from '../parts.ts';
import { setOnline } from './operator-presence.ts';
import { revokeSignIn } from './sign-in.store.ts';

/** Revokes this sign-in, closes its connections and takes the operator offline. */
export async function signOut(
  app: App,
  { operatorId, companyId, signInId, organizationId }: OperatorActor,
): Promise<void> {
  await app.transact(async (tx) => {
    if (organizationId !== null) await tx.lockOrganization(organizationId);
    await revokeSignIn(tx.db, signInId, tx.at);
    tx.append([feedOf.operator(operatorId)], 'operatorLoggedOut', { reason: 'logout' });
    await setOnline(tx, { companyId, operatorId }, false);
    tx.afterCommit(() => app.closeConnections({ operatorId, signInId }, closeCodes.loggedOut));
  });
}
