import type { IncomingMessage } from 'node:http';

/** The whole body of a request; null when it is larger than `limit` bytes. @throws Error when the client goes away. */
export async function bodyOf(request: IncomingMessage, limit: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > limit) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
