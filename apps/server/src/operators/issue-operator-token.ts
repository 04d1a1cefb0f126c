import { limits, parseTime } from '@switchboard/protocol';
import type { CompanyActor } from '../actor.ts';
import { notFound, Refused } from '../errors.ts';
import type { App } from '../parts.ts';
import { findOperator } from './operator.store.ts';
import { isActive } from './operator.ts';
import { insertSignIn } from './sign-in.store.ts';

export async function issueOperatorToken(
  app: App,
  actor: CompanyActor,
  { id, expiresAt }: { id: number; expiresAt: string },
): Promise<string> {
  const until = checkedExpiry(expiresAt, app.clock.now());
  return app.transact(async (tx) => {
    const operator = await findOperator(tx.db, actor.companyId, id);
    if (!operator) throw notFound('operator');
    if (!isActive(operator))
      throw new Refused('operator_not_active', 'The operator is not active. Set status 0 first.');
    const signInId = tx.uuid();
    await insertSignIn(tx.db, {
      id: signInId,
      operator_id: id,
      created_at: tx.at,
      expires_at: until,
      revoked_at: null,
      by_company: 1,
    });
    return app.tokens.sign({ operator_id: id, sid: signInId, exp: until / 1000 });
  });
}

function checkedExpiry(text: string, now: number): number {
  // Whole seconds, because that is what the token can say.
  const at = Math.floor((parseTime(text) ?? 0) / 1000) * 1000;
  const refuse = (message: string) =>
    new Refused('invalid_expiry', `expiresAt ${message}`, { details: [{ path: '/expiresAt', message }] });
  if (at <= now) throw refuse('must be in the future.');
  // A minute of grace for a caller whose clock runs ahead and who asks for exactly 24 hours.
  if (at > now + limits.operatorTokenHours * 3600_000 + 60_000) {
    throw refuse(`must be at most ${limits.operatorTokenHours} hours ahead.`);
  }
  return at;
}
