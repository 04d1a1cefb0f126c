import type { Answer } from '@switchboard/protocol';
import type { CompanyActor } from '../actor.ts';
import { toIso } from '../clock.ts';
import type { App } from '../parts.ts';
import { isActive } from './operator.ts';
import { findSignIn } from './sign-in.store.ts';

const invalidBecause = (error: string) => ({ isValid: false, valid: false, error });

/** A token of another company is as invalid as one nobody signed. */
export async function validateOperatorToken(
  app: App,
  actor: CompanyActor,
  { token }: { token: string },
): Promise<Answer<'validateToken'>> {
  const claims = app.tokens.read(token);
  if (!claims || !('operator_id' in claims)) return invalidBecause('Invalid token');
  const signIn = await findSignIn(app.read, claims.sid);
  if (!signIn || signIn.company_id !== actor.companyId) return invalidBecause('Invalid token');
  const expiresAt = claims.exp * 1000;
  if (expiresAt <= app.clock.now()) return invalidBecause('Token expired');
  if (!isActive(signIn)) return invalidBecause('Operator is not active');
  if (signIn.revoked_at !== null) return invalidBecause('Invalid token');
  return {
    isValid: true,
    valid: true,
    operatorId: claims.operator_id,
    clientId: 0,
    expiresAt: toIso(expiresAt),
    error: null,
  };
}
