import swagger from '@fastify/swagger';
import reference from '@scalar/fastify-api-reference';
import type { FastifyInstance } from 'fastify';

/** OpenAPI from the very schemas that validate; before the routes, so that it hears of them. */
export async function documentApi(server: FastifyInstance): Promise<void> {
  await server.register(swagger, {
    refResolver: { buildLocalReference: (schema) => String(schema.$id) },
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Switchboard',
        version: '1',
        description: 'Company face, operator face and client face of one domain.',
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          key: { type: 'apiKey', in: 'header', name: 'X-Authorization-Key' },
        },
      },
      security: [{ bearer: [] }, { key: [] }],
    },
  });
}

export async function serveDocumentation(server: FastifyInstance): Promise<void> {
  await server.register(reference, {
    routePrefix: '/docs',
    logLevel: 'silent',
    configuration: { title: 'Switchboard API' },
  });
}
