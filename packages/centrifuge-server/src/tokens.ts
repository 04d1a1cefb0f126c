import { createSecretKey } from 'node:crypto';
import type { JSONWebKeySet, JWTPayload, JWTVerifyGetKey } from 'jose';
import type { Accept, SubscribeAccept } from './options.ts';
import { claimsBySecret } from './secret-tokens.ts';
import { TokenExpired, TokenInvalid } from './token-errors.ts';

export { TokenExpired, TokenInvalid };

/** What a connection token says (Centrifugo's claims). */
export interface ConnectionClaims {
  /** `sub`; empty for an anonymous user. */
  user: string;
  /** Milliseconds since 1970, of `expire_at` or else `exp`. */
  expiresAt?: number;
  /** `info`, for presence and publications. */
  info?: unknown;
  /** `channels`, and the names in `subs`: to be subscribed by the server. */
  channels: string[];
  /** What `subs` says of them. */
  grants: Record<string, SubscribeAccept>;
  /** All of the token. */
  payload: JWTPayload;
}

/** What a subscription token says. */
export interface SubscriptionClaims {
  user: string;
  channel: string;
  accept: SubscribeAccept;
  payload: JWTPayload;
}

export interface TokenOptions {
  /** The secret of HS256, HS384 and HS512 tokens. */
  secret?: string | undefined;
  /** Where the keys of RS256, ES256 and their like are published; fetched when needed, and kept. */
  jwksUrl?: string | undefined;
  /** The keys themselves, instead of `jwksUrl`. */
  jwks?: JSONWebKeySet | undefined;
  /** Wanted in `aud` and `iss`, when given. */
  audience?: string | undefined;
  issuer?: string | undefined;
  /** Wall time in milliseconds. Default `Date.now`. */
  now?(): number;
}

export interface TokenVerifier {
  /** @throws TokenExpired, TokenInvalid; whatever fetching the keys throws. */
  connection(token: string): Promise<ConnectionClaims>;
  /** @throws TokenExpired, TokenInvalid; whatever fetching the keys throws. */
  subscription(token: string): Promise<SubscriptionClaims>;
}

/** How often the keys are fetched at most. A token of a key that is new by less comes again: 3004. */
const JWKS_COOLDOWN_MILLISECONDS = 1_000;
const withSecret = ['HS256', 'HS384', 'HS512'];
const withKeys = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/**
 * Verifies the JSON Web Tokens that Centrifugo's documentation describes, by a secret, by public keys, or either. A
 * token can never choose: a secret serves only HS algorithms, keys only the others.
 */
export function createTokenVerifier(options: TokenOptions): TokenVerifier {
  const { secret, jwksUrl, jwks, audience, issuer, now = Date.now } = options;
  if (secret === '') throw new TypeError('the secret of the tokens is empty: anybody could sign one');
  const secretKey = secret === undefined ? undefined : createSecretKey(Buffer.from(secret));
  const hasKeys = jwks !== undefined || jwksUrl !== undefined;
  const algorithms = [...(secretKey ? withSecret : []), ...(hasKeys ? withKeys : [])];
  if (algorithms.length === 0) throw new TypeError('tokens need a secret, jwks or jwksUrl');

  let loaded: ReturnType<typeof load> | undefined;
  // With the first token it is needed for: a host that judges tokens itself, or by a secret, saves twelve megabytes.
  async function load() {
    const jose = await import('jose');
    const keys = jwks
      ? jose.createLocalJWKSet(jwks)
      : jwksUrl !== undefined
        ? jose.createRemoteJWKSet(new URL(jwksUrl), { cooldownDuration: JWKS_COOLDOWN_MILLISECONDS })
        : undefined;
    const keyFor: JWTVerifyGetKey = (header, token) => {
      if (secretKey !== undefined && withSecret.includes(header.alg)) return secretKey;
      if (keys === undefined) throw new TokenInvalid('no key');
      return keys(header, token);
    };
    const freshlyFetched = () => keys !== undefined && 'coolingDown' in keys && keys.coolingDown === true;
    return { ...jose, keyFor, freshlyFetched };
  }

  async function verified(token: string): Promise<JWTPayload> {
    const claims = secretKey === undefined ? null : claimsBySecret(token, secretKey, { audience, issuer, now });
    if (claims !== null) return named(claims);
    loaded ??= load();
    const { jwtVerify, errors, keyFor, freshlyFetched } = await loaded;
    const notFetchedAgain = freshlyFetched();
    try {
      const { payload } = await jwtVerify(token, keyFor, {
        algorithms,
        audience,
        issuer,
        currentDate: new Date(now()),
      });
      return named(payload);
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new TokenExpired('token expired', { cause: error });
      const unknownKey = error instanceof errors.JWKSNoMatchingKey && !notFetchedAgain;
      const wrong = [
        errors.JWTClaimValidationFailed,
        errors.JWTInvalid,
        errors.JWSInvalid,
        errors.JWSSignatureVerificationFailed,
        errors.JWKSMultipleMatchingKeys,
        errors.JOSEAlgNotAllowed,
        errors.JOSENotSupported,
        TokenInvalid,
      ].some((kind) => error instanceof kind);
      if (wrong || unknownKey) throw new TokenInvalid('invalid token', { cause: error });
      // The keys could not be had: nothing is known of the token.
      throw error;
    }
  }

  return {
    async connection(token) {
      const payload = await verified(token);
      if (payload.channel !== undefined && payload.channel !== '') throw new TokenInvalid('a subscription token');
      const grants: Record<string, SubscribeAccept> = {};
      for (const [channel, grant] of Object.entries(objectOf(payload.subs))) grants[channel] = grantOf(objectOf(grant));
      const channels = Array.isArray(payload.channels) ? payload.channels.filter((one) => typeof one === 'string') : [];
      const claims: ConnectionClaims = {
        user: payload.sub ?? '',
        channels: [...new Set([...channels, ...Object.keys(grants)])],
        grants,
        payload,
      };
      const info = infoOf(payload);
      if (info !== undefined) claims.info = info;
      const expiresAt = endOf(payload);
      if (expiresAt !== undefined) claims.expiresAt = expiresAt;
      return claims;
    },
    async subscription(token) {
      const payload = await verified(token);
      if (typeof payload.channel !== 'string') throw new TokenInvalid('no channel');
      const accept = grantOf(payload);
      const expiresAt = endOf(payload);
      if (expiresAt !== undefined) accept.expiresAt = expiresAt;
      return { user: payload.sub ?? '', channel: payload.channel, accept, payload };
    },
  };
}

/** A connection as its token describes it. */
export function acceptClaims<S>({ user, channels, grants, expiresAt, info }: ConnectionClaims, state: S): Accept<S> {
  const accept: Accept<S> = { user, channels, grants, state, refresh: true };
  if (expiresAt !== undefined) accept.expiresAt = expiresAt;
  if (info !== undefined) accept.info = info;
  return accept;
}

/** A user is told by a string: a number would not be found again by it. */
function named(claims: JWTPayload): JWTPayload {
  const { sub }: Record<string, unknown> = claims;
  if (sub !== undefined && typeof sub !== 'string') throw new TokenInvalid('sub must be a string');
  return claims;
}

/** `expire_at` overrides `exp`, and 0 means never. Both are seconds. */
function endOf({ expire_at, exp }: JWTPayload): number | undefined {
  const seconds = typeof expire_at === 'number' ? expire_at : exp;
  return seconds === undefined || seconds === 0 ? undefined : seconds * 1_000;
}

function infoOf({ info, b64info }: Record<string, unknown>): unknown {
  if (typeof b64info !== 'string') return info;
  try {
    return JSON.parse(Buffer.from(b64info, 'base64').toString('utf8'));
  } catch {
    throw new TokenInvalid('b64info is no JSON');
  }
}

function grantOf(claims: Record<string, unknown>): SubscribeAccept {
  const accept: SubscribeAccept = {};
  const info = infoOf(claims);
  if (info !== undefined) accept.info = info;
  if (claims.data !== undefined) accept.data = claims.data;
  const { presence, join_leave, force_push_join_leave } = objectOf(claims.override);
  if (presence !== undefined) accept.presence = valueIn(presence);
  if (join_leave !== undefined) accept.joinLeave = valueIn(join_leave);
  if (force_push_join_leave !== undefined) accept.pushJoinLeave = valueIn(force_push_join_leave);
  return accept;
}

const valueIn = (override: unknown): boolean => objectOf(override).value === true;

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
