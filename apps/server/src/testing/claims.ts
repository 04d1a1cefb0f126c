/** A token as anybody may read it. */
export function claimsOf(token: string): { header: unknown; payload: Record<string, unknown> } {
  const [header = '', payload = ''] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  return { header: JSON.parse(header), payload: JSON.parse(payload) as Record<string, unknown> };
}
