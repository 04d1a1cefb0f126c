import type { FastifyInstance } from 'fastify';
import type { Live } from './live.ts';
import { streamPaths } from './stream-paths.ts';

/** HTTP streams and SSE, for networks that let no WebSocket through. The engine answers, and reads the body itself. */
export function serveStreams(http: FastifyInstance, { server }: Pick<Live, 'server'>): void {
  for (const url of Object.values(streamPaths)) {
    http.route({
      method: ['GET', 'POST', 'OPTIONS'],
      url,
      schema: { hide: true },
      // Its limits are those of connections; a stream's commands are no requests of an address.
      config: { rateLimit: false },
      onRequest(request, reply) {
        reply.hijack();
        server.handleRequest(request.raw, reply.raw);
      },
      handler() {},
    });
  }
}
