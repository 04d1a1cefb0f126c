import { closeCodes } from '@switchboard/protocol';
import type { OperatorActor } from '../actor.ts';
import { feedOf } from '../events/feeds.ts';
import type { App } from '../parts.ts';
import { lockOrganizationOf, setOnline } from './operator-presence.ts';
import { revokeSignIn } from './sign-in.store.ts';

/**
 * Revokes this sign-in and closes its connections. Unless another sign-in of the operator is connected (a panel beside a
 * CRM), the operator is offline with it.
 */
export async function signOut(app: App, { operatorId, companyId, signInId }: OperatorActor): Promise<void> {
  await app.transact(async (tx) => {
    await lockOrganizationOf(tx, operatorId);
    await revokeSignIn(tx.db, signInId, tx.at);
    if (!(await app.isConnectedElsewhere(tx.db, operatorId, signInId))) {
      tx.append([feedOf.operator(operatorId)], 'operatorLoggedOut', { reason: 'logout' });
      await setOnline(tx, { companyId, operatorId }, false);
    }
    tx.closeConnections({ operatorId, signInId }, closeCodes.loggedOut);
  });
}
