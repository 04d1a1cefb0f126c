import { type CompanyActor, type OperatorActor, tenantOf } from '../actor.ts';
import { notFound } from '../errors.ts';
import type { App } from '../parts.ts';
import { findChat, updateChannel } from './channel.store.ts';

/** For good: its widget is not found any more, its open sessions are finished, what was said stays. */
export async function deleteChat(app: App, actor: CompanyActor | OperatorActor, chatId: string): Promise<void> {
  await app.transact(async (tx) => {
    const seen = await findChat(tx.db, tenantOf(actor), chatId);
    if (!seen) throw notFound('channel');
    await tx.lockOrganization(seen.organization_id);
    if (!(await findChat(tx.db, tenantOf(actor), chatId))) throw notFound('channel');
    await updateChannel(tx.db, chatId, { deleted_at: tx.at });
    await tx.need({ need: 'channelGoes', channelId: chatId });
  });
}
