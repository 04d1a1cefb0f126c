import swagger from '@fastify/swagger';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';

/** OpenAPI from the very schemas that validate; before the routes, so that it hears of them. */
export async function documentApi(server: FastifyInstance): Promise<void> {
  await server.register(swagger, {
    refResolver: { buildLocalReference: (schema) => String(schema.$id) },
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Switchboard',
        version: '1',
        description:
          'Three faces of one domain: /api for companies, /api/v1 for operators and their programs, /api/v1/widget for clients. ' +
          'Live events come over the Centrifuge protocol: see docs/live.md.',
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

/** The page is heavy and rarely asked for: it is loaded when somebody does. */
export function serveDocumentation(server: FastifyInstance): void {
  let page: Promise<FastifyInstance> | undefined;
  const options = { schema: { hide: true } };
  const show = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    page ??= documentationPage(server.swagger());
    const { routing } = await page;
    reply.hijack();
    routing(request.raw, reply.raw);
  };
  server.get('/docs', options, show);
  server.get('/docs/*', options, show);
}

async function documentationPage(content: object): Promise<FastifyInstance> {
  const { default: reference } = await import('@scalar/fastify-api-reference');
  const page = fastify();
  await page.register(reference, {
    routePrefix: '/docs',
    configuration: {
      pageTitle: 'Switchboard API',
      content,
      // A self-hosted page asks nobody else for anything.
      withDefaultFonts: false,
      telemetry: false,
      hideClientButton: true,
      showDeveloperTools: 'never',
      agent: { disabled: true },
      mcp: { disabled: true },
    },
  });
  await page.ready();
  return page;
}
