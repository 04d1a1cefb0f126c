import { isUtf8 } from 'node:buffer';
import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { TokenExpired, TokenInvalid } from './token-errors.ts';

/** What must be in a token besides a good signature. */
export interface Wanted {
  audience: string | undefined;
  issuer: string | undefined;
  /** Wall time in milliseconds. */
  now(): number;
}

const hashes: ReadonlyMap<unknown, string> = new Map([
  ['HS256', 'sha256'],
  ['HS384', 'sha384'],
  ['HS512', 'sha512'],
]);
const base64url = /^[\w-]+$/;

/**
 * The claims of a token signed with the secret, judged by Node alone: ten thousand clients that come back at once
 * would wait a second for `jose`, which is right for everything else. Null: a token for `jose`, to judge or to refuse.
 * @throws TokenExpired, TokenInvalid
 */
export function claimsBySecret(token: string, secret: KeyObject, wanted: Wanted): JWTPayload | null {
  const [header = '', body = '', signature = '', ...rest] = token.split('.');
  if (rest.length > 0 || ![header, body, signature].every((part) => base64url.test(part))) return null;
  const hash = hashOf(header);
  if (hash === null) return null;
  const expected = createHmac(hash, secret)
    .update(token.slice(0, token.lastIndexOf('.')))
    .digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new TokenInvalid('invalid token');
  const claims = objectIn(body);
  if (claims === null) throw new TokenInvalid('the claims are no object');
  judge(claims, wanted);
  return claims;
}

/** The last header that was read: nearly all tokens have the same. */
let known = { header: '', hash: '' };

/** Null for whatever is no plain header of a token with a secret; also for extensions (`crit`, `b64`). */
function hashOf(header: string): string | null {
  if (header === known.header && header !== '') return known.hash;
  const fields = objectIn(header);
  if (fields === null || 'crit' in fields || 'b64' in fields) return null;
  const hash = hashes.get(fields.alg);
  if (hash === undefined) return null;
  known = { header, hash };
  return hash;
}

/** RFC 7519 §4.1, without tolerance. */
function judge({ iss, aud, iat, nbf, exp }: Record<string, unknown>, { issuer, audience, now }: Wanted): void {
  const seconds = Math.floor(now() / 1_000);
  if (issuer !== undefined && iss !== issuer) throw new TokenInvalid('another issuer');
  const meant = Array.isArray(aud) ? aud : [aud];
  if (audience !== undefined && !meant.includes(audience)) throw new TokenInvalid('for somebody else');
  for (const time of [iat, nbf, exp]) {
    if (time !== undefined && typeof time !== 'number') throw new TokenInvalid('a time that is no number');
  }
  if (typeof nbf === 'number' && nbf > seconds) throw new TokenInvalid('not yet good');
  if (typeof exp === 'number' && exp <= seconds) throw new TokenExpired('token expired');
}

function objectIn(part: string): Record<string, unknown> | null {
  const bytes = Buffer.from(part, 'base64url');
  if (!isUtf8(bytes)) return null;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
