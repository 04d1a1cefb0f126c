import type { Body, Chat } from '@switchboard/protocol';
import type { CompanyActor, OperatorActor } from '../actor.ts';
import { notFound } from '../errors.ts';
import { findOrganization } from '../organizations/organization.store.ts';
import type { App } from '../parts.ts';
import { checkChat } from './change-chat.ts';
import { getChannel, insertChannel } from './channel.store.ts';
import { columnsOf, presentChat } from './channel.ts';

const sessionTtlSeconds = 24 * 3600;

/** A web widget; its id is the guid of the script tag. */
export async function createChat(
  app: App,
  actor: CompanyActor | OperatorActor,
  { organizationId, ...asked }: Body<'createChat'>,
): Promise<Chat> {
  return app.transact(async (tx) => {
    if (!(await findOrganization(tx.db, actor.companyId, organizationId))) throw notFound('organization');
    await tx.lockOrganization(organizationId);
    await checkChat(tx, organizationId, asked, asked);
    const id = tx.uuid();
    await insertChannel(tx.db, {
      id,
      organization_id: organizationId,
      messenger_type: 'WIDGET',
      group_id: null,
      greeting: null,
      busy_message: null,
      colours: '{}',
      allowed_origins: '[]',
      session_ttl: sessionTtlSeconds,
      created_at: tx.at,
      ...columnsOf(asked),
      name: asked.name.trim(),
    });
    return presentChat(await getChannel(tx.db, id));
  });
}
