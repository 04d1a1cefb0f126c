import type { Body, Bot } from '@switchboard/protocol';
import { type CompanyActor, type OperatorActor, tenantOf } from '../actor.ts';
import { notFound } from '../errors.ts';
import type { App } from '../parts.ts';
import { findBot, updateBot } from './bot.store.ts';
import { presentBot } from './bot.ts';
import { refuseMistakes } from './refuse-mistakes.ts';

/** What its open sessions hear next comes out of the new script; one whose step is gone begins anew. */
export async function changeBot(
  app: App,
  actor: CompanyActor | OperatorActor,
  { botId, name, script }: Body<'changeBot'> & { botId: string },
): Promise<Bot> {
  return app.transact(async (tx) => {
    const seen = await findBot(tx.db, tenantOf(actor), botId);
    if (!seen) throw notFound('bot');
    const organizationId = seen.organization_id;
    await tx.lockOrganization(organizationId);
    const bot = await findBot(tx.db, tenantOf(actor), botId);
    if (!bot) throw notFound('bot');
    if (script) await refuseMistakes(tx, { companyId: actor.companyId, organizationId }, script);
    const change = {
      ...(name !== undefined && { name: name.trim() }),
      ...(script !== undefined && { script: JSON.stringify(script) }),
      updated_at: tx.at,
    };
    await updateBot(tx.db, botId, change);
    return presentBot({ ...bot, ...change });
  });
}
