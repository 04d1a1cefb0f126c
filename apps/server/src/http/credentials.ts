import type { IncomingHttpHeaders } from 'node:http';

/** `Authorization: Bearer T`, `Authorization: T` or `X-Authorization-Key: T`; a quoted token is unquoted. */
export function credentialsOf(headers: IncomingHttpHeaders): string | null {
  const key = headers['x-authorization-key'];
  // The second header is there for callers whose first belongs to somebody else, such as a proxy.
  const said = (Array.isArray(key) ? key[0] : key) || headers.authorization;
  const token = said
    ?.replace(/^Bearer\s+/i, '')
    .trim()
    .replace(/^"(.*)"$/, '$1');
  return token || null;
}
