import type { ClientActor } from '../actor.ts';
import type { ClientClaims } from '../tokens/token.ts';

/** Ids alone open nothing: only who holds the signed token is the client. What it may do now, the action looks up. */
export const authenticateClient = (claims: ClientClaims): ClientActor => ({
  kind: 'client',
  clientId: claims.client_id,
  channelId: claims.channel_id,
  organizationId: claims.organization_id,
  companyId: claims.company_id,
});
