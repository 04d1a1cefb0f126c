import type { Actor } from './actor.ts';
import { authenticateClient } from './clients/authenticate-client.ts';
import { Refused } from './errors.ts';
import { authenticateOperator, tokenExpired } from './operators/authenticate-operator.ts';
import type { App } from './parts.ts';
import { authenticateApiKey } from './tokens/authenticate-company.ts';
import { apiKeyPrefix } from './tokens/token.ts';

/** INDEX: kind of token → who it is. The same for every transport. */
export async function authenticate(app: App, token: string): Promise<Actor> {
  const actor = await find(app, token);
  if (actor) return actor;
  throw new Refused('unauthorized', 'The token is not valid.');
}

async function find(app: App, token: string): Promise<Actor | null> {
  if (token.startsWith(apiKeyPrefix)) return authenticateApiKey(app, token);
  const claims = app.tokens.read(token);
  if (!claims) return null;
  if ('client_id' in claims) return authenticateClient(claims);
  if ('operator_id' in claims) return authenticateOperator(app, claims);
  if (claims.exp * 1000 <= app.clock.now()) throw tokenExpired();
  return { kind: 'company', companyId: claims.company_id };
}
