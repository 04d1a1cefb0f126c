import { createHash } from 'node:crypto';
import { createSigner, createVerifier } from 'fast-jwt';

export interface CompanyClaims {
  company_id: number;
  exp: number;
}
export interface OperatorClaims {
  operator_id: number;
  /** Which sign-in it came from; revoking the sign-in revokes the token. */
  sid: string;
  exp: number;
}

/** Only a digest of a secret is stored. The secrets are random, so no salt and no slow hash is needed. */
export const digest = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** Binds its holder to one client of one channel, for as long as the client exists: a page keeps it across visits. */
export interface ClientClaims {
  client_id: string;
  channel_id: string;
  organization_id: number;
  company_id: number;
}
type Claims = CompanyClaims | OperatorClaims | ClientClaims;

export const apiKeyPrefix = 'sbk_';

export interface Tokens {
  sign(claims: Claims): string;
  /** The claims of a token we signed, expired or not; null for anything else. */
  read(token: string): Claims | null;
}

export function createTokens(key: string): Tokens {
  const signer = createSigner({ key, algorithm: 'HS256', noTimestamp: true });
  const verifier = createVerifier({ key, algorithms: ['HS256'], ignoreExpiration: true });
  // A signature that was right stays right; whether the token still counts is asked anew every time.
  const verified = new Map<string, Claims>();
  return {
    sign: (claims) => signer({ ...claims }),
    read(token) {
      const known = verified.get(token);
      if (known) return known;
      const claims = verify(verifier, token);
      if (!claims) return null;
      if (verified.size >= verifiedKept) verified.delete(verified.keys().next().value as string);
      verified.set(token, claims);
      return claims;
    },
  };
}

const verifiedKept = 20_000;

function verify(verifier: (token: string) => unknown, token: string): Claims | null {
  try {
    const claims = verifier(token);
    return isClaims(claims) ? claims : null;
  } catch {
    return null;
  }
}

const isClaims = (claims: unknown): claims is Claims => {
  if (typeof claims !== 'object' || claims === null) return false;
  if ('client_id' in claims) return typeof claims.client_id === 'string';
  if (!('exp' in claims) || typeof claims.exp !== 'number') return false;
  if ('company_id' in claims) return typeof claims.company_id === 'number';
  return (
    'operator_id' in claims &&
    typeof claims.operator_id === 'number' &&
    'sid' in claims &&
    typeof claims.sid === 'string'
  );
};
