import { type CompanyActor, type OperatorActor, tenantOf } from '../actor.ts';
import { listChannelsOfBot } from '../channels/channel.store.ts';
import { notFound, Refused } from '../errors.ts';
import type { App } from '../parts.ts';
import { getSession, listSessionsOfBot } from '../sessions/session.store.ts';
import { findBot, updateBot } from './bot.store.ts';
import { handToPeople } from './hand-to-people.ts';

/** What it has goes to people. */
export async function deleteBot(app: App, actor: CompanyActor | OperatorActor, botId: string): Promise<void> {
  await app.transact(async (tx) => {
    const seen = await findBot(tx.db, tenantOf(actor), botId);
    if (!seen) throw notFound('bot');
    await tx.lockOrganization(seen.organization_id);
    if (!(await findBot(tx.db, tenantOf(actor), botId))) throw notFound('bot');
    const channels = await listChannelsOfBot(tx.db, botId);
    if (channels.length > 0) {
      const names = channels.map(({ name }) => name).join(', ');
      throw new Refused('in_use', `This bot answers in ${names}. Give that another bot, or none, first.`);
    }
    for (const { id } of await listSessionsOfBot(tx.db, botId)) {
      await handToPeople(tx, await getSession(tx.db, id, tx.lock), 'bot deleted');
    }
    await updateBot(tx.db, botId, { deleted_at: tx.at });
  });
}
