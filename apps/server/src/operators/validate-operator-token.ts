import type { Answer } from '@switchboard/protocol';
import type { CompanyActor } from '../actor.ts';
import { toIso } from '../clock.ts';
import type { App } from '../parts.ts';
import { findOperator } from './operator.store.ts';
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
  const operator = await findOperator(app.read, actor.companyId, claims.operator_id);
  if (!operator) return invalidBecause('Invalid token');
  const expiresAt = claims.exp * 1000;
  if (expiresAt <= app.clock.now()) return invalidBecause('Token expired');
  if (!isActive(operator)) return invalidBecause('Operator is not active');
  // Looked up last: the sign-in of a token that expired long ago is tidied away.
  const signIn = await findSignIn(app.read, claims.sid);
  if (!signIn || signIn.revoked_at !== null) return invalidBecause('Invalid token');
  return {
    isValid: true,
    valid: true,
    operatorId: claims.operator_id,
    clientId: 0,
    expiresAt: toIso(expiresAt),
    error: null,
  };
}
