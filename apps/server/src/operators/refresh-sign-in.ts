import { closeCodes } from '@switchboard/protocol';
import { Refused } from '../errors.ts';
import type { App } from '../parts.ts';
import { digest } from '../tokens/token.ts';
import { isActive } from './operator.ts';
import { findRefreshToken, prolongSignIn, revokeSignIn, useRefreshToken } from './sign-in.store.ts';
import { expiryOf, issuePair, type TokenPair } from './sign-in.ts';

const unusable = () => new Refused('unauthorized', 'The refresh token is not valid. Sign in again.');

/** Refresh tokens rotate. One that comes back was stolen or is a thief's: its whole sign-in ends. */
export async function refreshSignIn(
  app: App,
  { refreshToken, ttl }: { refreshToken: string; ttl?: number | undefined },
): Promise<TokenPair> {
  const hash = digest(refreshToken);
  const pair = await app.transact(async (tx) => {
    const found = await findRefreshToken(tx.db, hash);
    if (!found || found.revoked_at !== null || found.expires_at <= tx.at || !isActive(found)) throw unusable();
    const { sign_in_id: signInId, operator_id: operatorId } = found;
    if (!(await useRefreshToken(tx.db, hash, tx.at))) {
      // Not thrown: the revocation must be committed.
      await revokeSignIn(tx.db, signInId, tx.at);
      tx.closeConnections({ operatorId, signInId }, closeCodes.loggedOut);
      return null;
    }
    const expiresAt = expiryOf(tx.at, ttl);
    await prolongSignIn(tx.db, signInId, expiresAt);
    return issuePair(app, tx, { signInId, operatorId, expiresAt });
  });
  if (!pair) throw unusable();
  return pair;
}
