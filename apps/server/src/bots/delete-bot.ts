import { type CompanyActor, type OperatorActor, tenantOf } from '../actor.ts';
import { channelsOfBot } from '../channels/channel.store.ts';
import { notFound, Refused } from '../errors.ts';
import type { App } from '../parts.ts';
import { getSession, listSessionsOfBot } from '../sessions/session.store.ts';
import { findBot, updateBot } from './bot.store.ts';
import { handToPeople } from './hand-to-people.ts';

const namedInSentence = 20;

/** What it has goes to people. */
export async function deleteBot(app: App, actor: CompanyActor | OperatorActor, botId: string): Promise<void> {
  await app.transact(async (tx) => {
    const seen = await findBot(tx.db, tenantOf(actor), botId);
    if (!seen) throw notFound('bot');
    await tx.lockOrganization(seen.organization_id);
    if (!(await findBot(tx.db, tenantOf(actor), botId))) throw notFound('bot');
    const { count, names } = await channelsOfBot(tx.db, botId, namedInSentence);
    if (count > 0) {
      const more = count > names.length ? ` and ${count - names.length} more` : '';
      throw new Refused(
        'in_use',
        `This bot answers in ${names.join(', ')}${more}. Give these another bot, or none, first.`,
      );
    }
    for (const { id } of await listSessionsOfBot(tx.db, botId)) {
      await handToPeople(tx, await getSession(tx.db, id, tx.lock), 'bot deleted');
    }
    await updateBot(tx.db, botId, { deleted_at: tx.at });
  });
}
