import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** Paths that somebody else answers, reading the body too. Limits of requests do not count there. */
export function serveRaw(
  server: FastifyInstance,
  paths: string[],
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): void {
  for (const url of paths) {
    server.route({
      method: ['GET', 'POST', 'OPTIONS'],
      url,
      schema: { hide: true },
      config: { rateLimit: false },
      onRequest(request, reply) {
        reply.hijack();
        answer(request.raw, reply.raw);
      },
      handler() {},
    });
  }
}
