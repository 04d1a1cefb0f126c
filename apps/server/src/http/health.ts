import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics.ts';

export function serveHealth(server: FastifyInstance, metrics: Metrics, isReady: () => Promise<boolean>): void {
  const options = { schema: { hide: true }, config: { rateLimit: false as const } };
  server.get('/livez', options, async () => ({ status: 'ok' }));
  server.get('/readyz', options, async (_request, reply) => {
    if (await isReady()) return { status: 'ready' };
    return reply
      .code(503)
      .send({ error: 'The server is starting, stopping, or its database does not answer.', code: 'unavailable' });
  });
  server.get('/metrics', options, async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}
