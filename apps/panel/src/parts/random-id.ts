/** 128 random bits in hex. `crypto.randomUUID` is missing on plain http, where a panel on a local network lives. */
export function randomId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
