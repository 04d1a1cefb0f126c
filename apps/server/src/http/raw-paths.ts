import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered by somebody else, for as long as they like: no request's time. */
    isRaw?: true;
  }
}

/** Paths that somebody else answers, reading the body too. Limits and times of requests do not count there. */
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
      config: { rateLimit: false, isRaw: true },
      onRequest(request, reply) {
        reply.hijack();
        answer(request.raw, reply.raw);
      },
      handler() {},
    });
  }
}
