import type { Answer } from '@switchboard/protocol';
import type { OperatorActor } from '../actor.ts';
import { updateClient } from '../clients/client.store.ts';
import { toIsoOrNull } from '../clock.ts';
import { notFound } from '../errors.ts';
import type { Tx } from '../events/transaction.ts';
import type { App } from '../parts.ts';
import { closeSession } from './change-controller.ts';
import { findClientInSight, listNewestSessionsOfClient } from './client-sessions.store.ts';
import { isOwn, leads, refuseUnlessMineOrLed } from './own-session.ts';
import { findOpenSession, updateSession } from './session.store.ts';
import { isWithOperator } from './session.ts';
import { tellOperators } from './tell.ts';

/** Every session of a client shows that they are banned. Of more than these a reader hears at the next load only. */
const sessionsTold = 20;

/** Their messages are refused from now on, and their open session closes. By whoever sees the client, while no colleague has the session. */
export async function banClient(app: App, actor: OperatorActor, clientId: string): Promise<Answer<'banClient'>> {
  return app.transact(async (tx) => {
    const client = await clientToChange(tx, actor, clientId);
    if (client.banned_at !== null) return answerOf(clientId, client.banned_at);
    await updateClient(tx.db, clientId, { banned_at: tx.at });
    const open = await findOpenSession(tx.db, client.channel_id, clientId, tx.lock);
    if (open && isWithOperator(open)) await refuseUnlessMineOrLed(tx, actor, open);
    if (open) {
      const by = leads(actor) && !(await isOwn(tx, actor, open)) ? 'SUPERVISOR' : 'OPERATOR';
      await closeSession(tx, open, { by, result: null });
    }
    await tellSessions(tx, clientId, open?.id);
    return answerOf(clientId, tx.at);
  });
}

export async function unbanClient(app: App, actor: OperatorActor, clientId: string): Promise<Answer<'unbanClient'>> {
  return app.transact(async (tx) => {
    const client = await clientToChange(tx, actor, clientId);
    if (client.banned_at === null) return answerOf(clientId, null);
    await updateClient(tx.db, clientId, { banned_at: null });
    await tellSessions(tx, clientId);
    return answerOf(clientId, null);
  });
}

/** As they are once the organization's lock is held: of two who ban at once, the second changes nothing. */
async function clientToChange(tx: Tx, actor: OperatorActor, clientId: string) {
  const seen = await findClientInSight(tx.db, actor, clientId);
  if (seen) await tx.lockOrganization(seen.organization_id);
  const client = seen && (await findClientInSight(tx.db, actor, clientId));
  if (!client) throw notFound('client');
  return client;
}

async function tellSessions(tx: Tx, clientId: string, toldAlready?: string): Promise<void> {
  for (const { id } of await listNewestSessionsOfClient(tx.db, clientId, sessionsTold)) {
    if (id === toldAlready) continue;
    await updateSession(tx.db, id, {});
    await tellOperators(tx, id);
  }
}

const answerOf = (id: string, bannedAt: number | null) => ({
  id,
  banned: bannedAt !== null,
  bannedAt: toIsoOrNull(bannedAt),
});
