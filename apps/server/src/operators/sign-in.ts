import { limits } from '@switchboard/protocol';
import { Refused } from '../errors.ts';
import type { Tx } from '../events/transaction.ts';
import type { App } from '../parts.ts';
import { passwordMatches } from '../tokens/password.ts';
import { digest } from '../tokens/token.ts';
import { findOperatorByEmail } from './operator.store.ts';
import { isActive } from './operator.ts';
import { insertRefreshToken, insertSignIn } from './sign-in.store.ts';

export interface TokenPair {
  token: string;
  refreshToken: string;
}

/** `ttl` in seconds. An unknown login, a wrong password and a switched-off operator all answer alike. */
export async function signIn(
  app: App,
  { email, password, ttl, address }: { email: string; password: string; ttl?: number | undefined; address: string },
): Promise<TokenPair> {
  const end = app.signInLimit.attempt(email, address);
  let operator: Awaited<ReturnType<typeof findOperatorByEmail>>;
  let isRight = false;
  try {
    operator = await findOperatorByEmail(app.read, email);
    const matches = await passwordMatches(operator?.password_hash, password);
    isRight = operator !== undefined && matches && isActive(operator);
  } finally {
    end(isRight);
  }
  if (!operator || !isRight) throw new Refused('wrong_credentials', 'Email or password is wrong.');
  const { id } = operator;
  return app.transact((tx) => startSignIn(app, tx, id, ttl));
}

export async function startSignIn(app: App, tx: Tx, operatorId: number, ttl?: number): Promise<TokenPair> {
  const signInId = tx.uuid();
  const expiresAt = expiryOf(tx.at, ttl);
  await insertSignIn(tx.db, {
    id: signInId,
    operator_id: operatorId,
    created_at: tx.at,
    expires_at: expiresAt,
    revoked_at: null,
  });
  return issuePair(app, tx, { signInId, operatorId, expiresAt });
}

export const expiryOf = (at: number, ttl: number | undefined): number =>
  // Whole seconds, because that is what the token can say.
  (Math.floor(at / 1000) + (ttl ?? limits.loginTokenDefaultSeconds)) * 1000;

// A refresh token outlives its token, so that somebody who was away over the week-end need not sign in again.
const refreshExtraMs = 7 * 24 * 3600 * 1000;

export async function issuePair(
  app: App,
  tx: Tx,
  { signInId, operatorId, expiresAt }: { signInId: string; operatorId: number; expiresAt: number },
): Promise<TokenPair> {
  const refreshToken = app.ids.secret() + app.ids.secret();
  await insertRefreshToken(tx.db, {
    hash: digest(refreshToken),
    sign_in_id: signInId,
    expires_at: expiresAt + refreshExtraMs,
    used_at: null,
  });
  const token = app.tokens.sign({ operator_id: operatorId, sid: signInId, exp: expiresAt / 1000 });
  return { token, refreshToken };
}
