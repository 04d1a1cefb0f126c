import type { ClientActor } from '../actor.ts';
import type { App } from '../parts.ts';
import { clientTokenPrefix, digest } from '../tokens/token.ts';
import { findClientByToken } from './client.store.ts';

/** Ids alone open nothing: only who holds the 128-bit token is the client. */
export async function authenticateClient(app: App, token: string): Promise<ClientActor | null> {
  if (!token.startsWith(clientTokenPrefix)) return null;
  const found = await findClientByToken(app.read, digest(token));
  if (!found) return null;
  return {
    kind: 'client',
    clientId: found.id,
    companyId: found.company_id,
    organizationId: found.organization_id,
    channelId: found.channel_id,
    name: found.name,
    page: found.page,
    banned: found.banned_at !== null,
  };
}
