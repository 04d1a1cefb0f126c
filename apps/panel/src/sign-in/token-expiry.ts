/** When a token ends, Unix milliseconds; null when it does not say (then a 401 will). */
export function expiresAt(token: string): number | null {
  const payload = token.split('.')[1];
  if (payload === undefined) return null;
  try {
    const { exp } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { exp?: unknown };
    return typeof exp === 'number' ? exp * 1000 : null;
  } catch {
    return null;
  }
}

/** Milliseconds from now until a new token should be asked for: a minute before the end, or nine tenths of a short life. */
export function refreshIn(token: string, nowMs: number): number | null {
  const end = expiresAt(token);
  if (end === null) return null;
  const left = end - nowMs;
  return Math.max(0, left - Math.min(60_000, left / 10));
}
