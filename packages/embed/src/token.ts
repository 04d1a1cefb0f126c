/**
 * The token of a tag's `token` attribute. Integrators write it raw or as a JSON string, quotes included.
 *
 * @param attribute - the attribute's value, or null when there is none
 * @returns the token, or null when the attribute is missing or empty
 * @example readToken('"eyJ.eyJ.sig"') // 'eyJ.eyJ.sig'
 */
export function readToken(attribute: string | null): string | null {
  const text = attribute?.trim() ?? '';
  const token = /^(["']).*\1$/s.test(text) ? text.slice(1, -1).trim() : text;
  return token || null;
}

/**
 * What a token says about itself. The signature is the server's business: nothing may be granted on these claims.
 *
 * @param token - a JWT; anything else gives no claims
 * @returns `operatorId` as a string and `expiresAt` in milliseconds since 1970, each null when the token does not say
 */
export function readClaims(token: string): { operatorId: string | null; expiresAt: number | null } {
  try {
    const base64 = (token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
    const payload: { operator_id?: unknown; sub?: unknown; exp?: unknown } = JSON.parse(atob(base64));
    const operator = payload.operator_id ?? payload.sub;
    return {
      operatorId: operator === undefined ? null : String(operator),
      expiresAt: typeof payload.exp === 'number' ? payload.exp * 1000 : null,
    };
  } catch {
    return { operatorId: null, expiresAt: null };
  }
}
