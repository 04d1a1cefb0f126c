import { findClient, findClientAndLock, updateClient } from '../clients/client.store.ts';
import { isOnline } from '../clients/client.ts';
import { toIso } from '../clock.ts';
import type { Tx } from '../events/transaction.ts';
import type { App } from '../parts.ts';
import { findLastSession, getSession } from './session.store.ts';
import { isClosed, isWithOperator } from './session.ts';
import { listenersOf, scopeFeeds } from './tell.ts';

/**
 * The client's live connection came or went; those who have the open session hear it. `isSo` is asked with the client
 * locked.
 */
export async function setClientOnline(
  app: App,
  clientId: string,
  online: boolean,
  isSo: (tx: Tx) => Promise<boolean> = async () => true,
): Promise<void> {
  await app.transact(async (tx) => {
    // Client first, session second: whoever opens or hands over the session meanwhile shows what we have stored.
    const client = await (tx.lock ? findClientAndLock : findClient)(tx.db, clientId);
    if (!(await isSo(tx))) return;
    if (!client || isOnline(client) === online) return;
    // Later than the change before it, whatever the clock says: readers tell old from new by it.
    const at = Math.max(tx.at, (client.online_at ?? 0) + 1, (client.offline_at ?? 0) + 1);
    const last = await findLastSession(tx.db, clientId);
    const session = last && (await getSession(tx.db, last.id, tx.lock));
    const open = session && !isClosed(session) ? session : undefined;
    await updateClient(tx.db, clientId, online ? { online_at: at, offline_at: null } : { offline_at: at });
    if (!open) return;
    // In help nobody has it yet: all in scope look at it.
    const feeds = isWithOperator(open) ? listenersOf(open, tx.at) : await scopeFeeds(tx, open);
    tx.append(feeds, online ? 'clientOnline' : 'clientOffline', { clientId, sessionId: open.id, at: toIso(at) });
  });
}
