import type { Body, Bot } from '@switchboard/protocol';
import { type CompanyActor, type OperatorActor, tenantOf } from '../actor.ts';
import { notFound } from '../errors.ts';
import { findOrganization } from '../organizations/organization.store.ts';
import type { App } from '../parts.ts';
import { insertBot } from './bot.store.ts';
import { presentBot } from './bot.ts';
import { refuseMistakes } from './refuse-mistakes.ts';

export async function createBot(
  app: App,
  actor: CompanyActor | OperatorActor,
  { organizationId, name, script }: Body<'createBot'>,
): Promise<Bot> {
  return app.transact(async (tx) => {
    const own = tenantOf(actor).organizationId;
    const organization = await findOrganization(tx.db, actor.companyId, organizationId);
    if (!organization || (own !== null && own !== organizationId)) throw notFound('organization');
    await tx.lockOrganization(organizationId);
    await refuseMistakes(tx, { companyId: actor.companyId, organizationId }, script);
    const row = await insertBot(tx.db, {
      id: tx.uuid(),
      organization_id: organizationId,
      name: name.trim(),
      script: JSON.stringify(script),
      created_at: tx.at,
      updated_at: tx.at,
    });
    return presentBot(row);
  });
}
