import type { IncomingHttpHeaders } from 'node:http';

/** `Authorization: Bearer T`, `Authorization: T` or `X-Authorization-Key: T`; a quoted token is unquoted. */
export function credentialsOf(headers: IncomingHttpHeaders): string | null {
  const key = headers['x-authorization-key'];
  const said = headers.authorization ?? (Array.isArray(key) ? key[0] : key);
  const token = said
    ?.replace(/^Bearer\s+/i, '')
    .trim()
    .replace(/^"(.*)"$/, '$1');
  return token || null;
}
