import type { OperatorActor } from '../actor.ts';
import { Refused } from '../errors.ts';
import type { App } from '../parts.ts';
import type { OperatorClaims } from '../tokens/token.ts';
import { isActive, roleOf } from './operator.ts';
import { findSignIn } from './sign-in.store.ts';

// The very words that the vendor's client waits for before it signs in again.
export const tokenExpired = () => new Refused('token_expired', 'Token is expired.');

export async function authenticateOperator(app: App, claims: OperatorClaims): Promise<OperatorActor> {
  const expiresAt = claims.exp * 1000;
  if (expiresAt <= app.clock.now()) throw tokenExpired();
  const found = await findSignIn(app.read, claims.sid);
  if (!found || found.operator_id !== claims.operator_id || found.revoked_at !== null) {
    throw new Refused('unauthorized', 'The token was revoked. Sign in again.');
  }
  if (!isActive(found)) throw new Refused('unauthorized', 'The operator is not active.');
  return {
    kind: 'operator',
    operatorId: found.operator_id,
    companyId: found.company_id,
    // Who administers sees the whole company, also when sessions of one organization are routed to them.
    organizationId: roleOf(found) === 'ADMIN' ? null : found.organization_id,
    name: found.name,
    role: roleOf(found),
    signInId: claims.sid,
    login: found.by_company === 1 ? '' : claims.sid,
    expiresAt,
  };
}
