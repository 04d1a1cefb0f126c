import rateLimit from '@fastify/rate-limit';
import { type Endpoint, ErrorBody, endpoints, limits, paths } from '@switchboard/protocol';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { Actor } from '../actor.ts';
import { type FieldError, invalid, Refused } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import type { App } from '../parts.ts';
import { checkAnswers } from './answer-check.ts';
import { withPrefix } from './bare-paths.ts';
import { credentialsOf } from './credentials.ts';
import { answerBrokenRequest, answerError } from './errors.ts';
import { pickFields } from './fields.ts';
import { actOnce, badKey, repeatableRequest } from './idempotency.ts';
import { Reply, type Route } from './route.ts';
import { followSilentConnections } from './silent-connections.ts';
import { requestChecker } from './validation.ts';

declare module 'fastify' {
  interface FastifyRequest {
    actor: Actor | null;
  }
}

export interface HttpOptions {
  app: App;
  routes: Route[];
  metrics: Metrics;
  authenticate(token: string): Promise<Actor>;
  /** Proxies of our own before it. */
  proxies: number;
  /** Requests per second and token; 0 = no limit. */
  rateLimit: number;
  checkAnswers: boolean;
}

export async function createHttp(options: HttpOptions): Promise<FastifyInstance> {
  const { app, metrics } = options;
  const server = fastify({
    logger: false,
    trustProxy: options.proxies > 0 && ((_address, hop) => hop < options.proxies),
    bodyLimit: limits.requestBytes,
    requestIdHeader: false,
    // A request that arrives during a stop is answered, and its connection closed after it.
    return503OnClosing: false,
    genReqId: () => app.ids.uuid(app.clock.now()),
    // Long idle keep-alive connections of a proxy must not be cut while it sends the next request.
    keepAliveTimeout: 72_000,
    // 200 characters of a session's name, each of up to four bytes, each byte as %XX.
    routerOptions: { maxParamLength: 2400 },
    rewriteUrl: (request) => withPrefix(request.url ?? '/'),
    frameworkErrors: (error, request, reply) => answerError(app.log, error, request, reply),
    clientErrorHandler: answerBrokenRequest,
  });
  // Its own stops at the first bad part of a request; `addRoutes` judges it as a whole.
  server.setValidatorCompiler(() => () => true);
  server.decorateRequest('actor', null);
  server.addSchema({ $id: 'Error', ...ErrorBody });
  server.setErrorHandler((error, request, reply) => answerError(app.log, error, request, reply));
  server.setNotFoundHandler((request, reply) => {
    const refused = new Refused(
      'not_found',
      `There is nothing at ${request.method} ${request.originalUrl.split('?')[0]}.`,
    );
    answerError(app.log, refused, request, reply);
  });
  readBodies(server);
  allowOtherOrigins(server);
  letConnectionsEnd(server);
  server.addHook('onResponse', (request, reply, done) => {
    if (request.routeOptions.config.isRaw) return done();
    const labels = {
      method: request.method,
      endpoint: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
    };
    metrics.requests.observe(labels, reply.elapsedTime / 1000);
    app.log.debug({ requestId: request.id, ...labels }, 'request');
    done();
  });
  if (options.rateLimit > 0) await limitRates(server, options.rateLimit);
  return server;
}

/** Every endpoint under its own path. */
export function addRoutes(server: FastifyInstance, options: HttpOptions): void {
  const checker = options.checkAnswers ? checkAnswers() : null;
  const requests = requestChecker();
  for (const route of options.routes) {
    const [method, path] = paths[route.endpoint];
    const endpoint = endpoints[route.endpoint];
    const status = 'status' in endpoint ? endpoint.status : 200;
    const body = 'body' in endpoint ? bodySchema(endpoint) : undefined;
    const schema = {
      operationId: route.endpoint,
      summary: endpoint.summary,
      description: `For: ${route.access.name}.${'creates' in endpoint ? ' Accepts `Idempotency-Key`.' : ''}`,
      ...('params' in endpoint && { params: endpoint.params }),
      ...('query' in endpoint && { querystring: endpoint.query }),
      ...(body && { body }),
      response: {
        [status]: 'response' in endpoint ? endpoint.response : { description: 'Done; an empty body.', type: 'null' },
        ...('response' in endpoint && status === 201 && { 200: endpoint.response }),
        '4xx': { description: 'Refused; nothing was changed.', $ref: 'Error#' },
      },
      ...(route.access.open ? { security: [] } : {}),
    };
    const checks = {
      badFields: requests(endpoint, body),
      answer: checker && 'response' in endpoint ? checker(endpoint.response) : null,
    };
    const handler = handle(route, status, checks, options);
    for (const verb of [method, ...route.alsoVerbs]) {
      server.route({
        method: verb,
        url: path,
        schema: { ...schema, ...(verb !== method && meansTheSame(schema, method, verb)) },
        onRequest: route.access.open ? [] : [authenticated(options, route)],
        ...(route.access.open && { config: { rateLimit: { keyGenerator: addressOf } } }),
        handler,
      });
    }
  }
}

/** Beside the endpoint's own verb: two operations may not share an id. */
const meansTheSame = (
  { operationId, summary }: { operationId: string; summary: string },
  own: string,
  verb: string,
) => ({
  operationId: `${operationId}By${verb[0]}${verb.slice(1).toLowerCase()}`,
  summary: `${summary} The same as ${own}.`,
});

/** With its example; a body that may be left out reads as null. */
const bodySchema = (endpoint: Endpoint): object => ({
  ...endpoint.body,
  ...(endpoint.bodyOptional && { type: ['object', 'null'] }),
  ...(endpoint.example !== undefined && { examples: [endpoint.example] }),
});

// Before the body is read: who may not call learns nothing of what a call would need.
const authenticated = (options: HttpOptions, route: Route) => async (request: FastifyRequest) => {
  const token = credentialsOf(request.headers);
  if (!token) throw new Refused('unauthorized', 'A token is needed: Authorization: Bearer TOKEN.');
  request.actor = await options.authenticate(token);
  if (route.access.allow(request.actor) === null) {
    throw new Refused('forbidden', `This needs a token of: ${route.access.name}.`);
  }
};

interface Checks {
  badFields(asked: { params: unknown; query: unknown; body: unknown }): FieldError[];
  answer: ((value: unknown) => void) | null;
}

function handle(route: Route, status: number, checks: Checks, { app }: HttpOptions) {
  const endpoint = endpoints[route.endpoint];
  const creates = 'creates' in endpoint;
  const empty = !('response' in endpoint);
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const key = creates ? request.headers['idempotency-key'] : undefined;
    const bad = [...checks.badFields(request), ...badKey(key)];
    if (bad.length > 0) throw invalid(bad);
    const call = {
      actor: request.actor && route.access.allow(request.actor),
      params: request.params as never,
      query: request.query as never,
      body: (request.body ?? ('bodyOptional' in endpoint ? {} : undefined)) as never,
      address: request.ip,
      origin: request.headers.origin ?? null,
    };
    const done =
      typeof key === 'string'
        ? await actOnce(app, repeatableRequest(key, request, route.endpoint), (once) => route.act(once, call))
        : { value: await route.act(app, call), replayed: false };
    if (done.replayed) reply.header('Idempotent-Replay', 'true');
    if (empty) return reply.code(200).send();
    const answer = done.value instanceof Reply ? done.value : { status, value: done.value };
    checks.answer?.(answer.value);
    return send(request, reply.code(answer.status), answer.value);
  };
}

/** JSON whatever `Accept` says; named `text/plain` where only that is accepted, because the vendor's clients ask so. */
function send(request: FastifyRequest, reply: FastifyReply, value: unknown): FastifyReply {
  const plain = request.headers.accept?.trim().toLowerCase() === 'text/plain';
  reply.header('Content-Type', plain ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8');
  if (typeof value === 'string') return reply.serializer((text: unknown) => text as string).send(JSON.stringify(value));
  const picked = pickFields(value, request.query);
  if (picked !== value || plain) reply.serializer((any: unknown) => JSON.stringify(any));
  return reply.send(picked);
}

/**
 * Widget, embedded panel and integrators' pages call from their own origins. No cookie is ever read, so an origin gains
 * nothing by asking; a channel's allow-list is checked where the widget opens.
 */
const exposedHeaders = 'Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Idempotent-Replay';

function allowOtherOrigins(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    if (request.headers.origin !== undefined) {
      reply.header('Access-Control-Allow-Origin', '*');
      reply.header('Access-Control-Expose-Headers', exposedHeaders);
    }
    done();
  });
  server.options('/*', { schema: { hide: true } }, (_request, reply) =>
    reply
      .header('Access-Control-Allow-Methods', 'GET, POST, PUT, PATCH, DELETE')
      .header('Access-Control-Allow-Headers', 'Authorization, X-Authorization-Key, Content-Type, Idempotency-Key')
      .header('Access-Control-Max-Age', '86400')
      .code(204)
      .send(),
  );
}

/** A connection whose request is answered during the stop would stay open, idle, and hold the stop up. */
function letConnectionsEnd(server: FastifyInstance): void {
  let closing = false;
  const endSilentOnes = followSilentConnections(server.server);
  server.addHook('preClose', async () => {
    closing = true;
    endSilentOnes();
  });
  server.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) reply.header('Connection', 'close');
    done();
  });
}

/** JSON only. A client that names JSON and sends nothing means nothing: endpoints that need a body still say so. */
function readBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  const parse = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') return done(null, undefined);
    return parse(request, body as string, done);
  });
  // curl and PHP name a form where they send nothing.
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined);
    return done(new Refused('unsupported_media_type', 'The body must be JSON: Content-Type: application/json.'));
  });
}

// A token that nobody checks would buy everybody as many tries as they can invent tokens.
const addressOf = (request: FastifyRequest): string => request.ip;

async function limitRates(server: FastifyInstance, perSecond: number): Promise<void> {
  const windowSeconds = 10;
  await server.register(rateLimit, {
    max: perSecond * windowSeconds,
    timeWindow: windowSeconds * 1000,
    enableDraftSpec: true,
    cache: 50_000,
    // On a refusal answerError says them.
    addHeaders: {
      'retry-after': false,
      'ratelimit-limit': false,
      'ratelimit-remaining': false,
      'ratelimit-reset': false,
    },
    addHeadersOnExceeding: { 'ratelimit-limit': false, 'ratelimit-remaining': false, 'ratelimit-reset': false },
    keyGenerator: (request) => credentialsOf(request.headers) ?? request.ip,
    errorResponseBuilder: (_request, { ttl, max }) => {
      const afterSeconds = Math.max(1, Math.ceil(ttl / 1000));
      const sentence = `Too many requests. Try again in ${afterSeconds} s.`;
      return new Refused('too_many_requests', sentence, {}, { afterSeconds, limit: max });
    },
  });
}
