import type { FastifyInstance } from 'fastify';
import { unavailable } from '../errors.ts';
import type { Metrics } from '../metrics.ts';

export function serveHealth(server: FastifyInstance, metrics: Metrics, isReady: () => Promise<boolean>): void {
  const options = { schema: { hide: true }, config: { rateLimit: false as const } };
  server.get('/livez', options, async () => ({ status: 'ok' }));
  server.get('/readyz', options, async () => {
    if (await isReady()) return { status: 'ready' };
    throw unavailable('The server is starting, stopping, or its database does not answer.');
  });
  server.get('/metrics', options, async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}
