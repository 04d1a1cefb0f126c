import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { commandErrors, ReplyError } from './codes.ts';
import type { HistoryPage } from './encoding.ts';
import type { StoredPublication, StreamPosition } from './history.ts';
import { bodyOf } from './http-body.ts';
import type { CentrifugeServer, SubscribeAccept } from './options.ts';
import type { ClientInfo } from './payload.ts';
import type { PublishOptions, ServerApi } from './server-api.ts';

export interface HttpApiOptions {
  /** Wanted in `X-API-Key`, or in `Authorization: apikey KEY`. */
  key: string;
  /** Default `/api`: then `POST /api/publish` and so on, and `POST /api` with `{method, params}`. */
  path?: string;
  /** Most bytes of a request. Default 10 MB. */
  maxBodyBytes?: number;
  /** What went wrong in the store or the application. Default: a process warning. */
  onError?(error: unknown): void;
}

/**
 * Centrifugo's HTTP API over the server API, for programs written for Centrifugo: for the `request` event of an HTTP
 * server. False: not its path. Errors of a method come as status 200 with `error`, as there; 401 is a wrong key, 404 an
 * unknown method, 400 no JSON object.
 */
export function createHttpApi<S>(
  { api }: Pick<CentrifugeServer<S>, 'api'>,
  options: HttpApiOptions,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const { key, path = '/api', maxBodyBytes = 10_485_760 } = options;
  const onError = options.onError ?? ((error) => process.emitWarning(error instanceof Error ? error : String(error)));
  if (key === '') throw new TypeError('the HTTP API needs a key');
  const wanted = digest(key);

  function allowed({ headers }: IncomingMessage): boolean {
    const given = headers['x-api-key'] ?? headers.authorization?.replace(/^apikey /i, '');
    return typeof given === 'string' && timingSafeEqual(digest(given), wanted);
  }

  async function answer(request: IncomingMessage, response: ServerResponse, named: string): Promise<void> {
    if (request.method !== 'POST') return end(response, 405);
    if (!allowed(request)) return end(response, 401);
    const body = await bodyOf(request, maxBodyBytes);
    if (body === null) return end(response, 413);
    const parsed = parse(body);
    if (parsed === null) return end(response, 400);
    const method = named === '' ? text(parsed.method) : named;
    const params = named === '' ? fields(parsed.params ?? {}) : parsed;
    if (!methods.has(method)) return end(response, 404);
    end(response, 200, await run(api, method, params, onError));
  }

  return (request, response) => {
    const [asked = ''] = (request.url ?? '').split('?', 1);
    if (asked !== path && !asked.startsWith(`${path}/`)) return false;
    response.on('error', () => {});
    answer(request, response, asked.slice(path.length + 1)).catch((error: unknown) => {
      onError(error);
      response.destroy();
    });
    return true;
  };
}

type Fields = Record<string, unknown>;
type Method = (api: ServerApi, params: Fields, onError: (error: unknown) => void) => Promise<Fields> | Fields;

/** A request whose parameters are wrong. */
const badRequest = () => new ReplyError(commandErrors.badRequest.code, commandErrors.badRequest.message);

/** The methods of Centrifugo's server API; its names are in the wire's case. */
const methods = new Map<string, Method>(
  Object.entries({
    publish: async (api, params) =>
      place(await api.publish(name(params.channel), dataOf(params), publishOptions(params))),
    async broadcast(api, params) {
      const settled = await api.broadcast(names(params.channels), dataOf(params), publishOptions(params));
      return {
        responses: settled.map((one) =>
          one.status === 'fulfilled' ? { result: place(one.value) } : { error: errorOf(one.reason) },
        ),
      };
    },
    async subscribe(api, params) {
      const accept: SubscribeAccept = {};
      if (params.info !== undefined) accept.info = params.info;
      if (params.data !== undefined) accept.data = params.data;
      if (params.expire_at !== undefined) accept.expiresAt = number(params.expire_at) * 1_000;
      await api.subscribe(text(params.user), name(params.channel), { ...whose(params), ...accept });
      return {};
    },
    unsubscribe(api, params) {
      api.unsubscribe(text(params.user), text(params.channel) || undefined, whose(params));
      return {};
    },
    disconnect(api, params) {
      const { code, reason } = fields(params.disconnect ?? {});
      api.disconnect(text(params.user), {
        ...whose(params),
        whitelist: names(params.whitelist ?? []),
        ...(code !== undefined && { code: number(code), reason: text(reason) }),
      });
      return {};
    },
    refresh(api, params) {
      const end = params.expire_at === undefined ? {} : { expiresAt: number(params.expire_at) * 1_000 };
      api.refresh(text(params.user), { ...whose(params), expired: params.expired === true, ...end });
      return {};
    },
    presence(api, params) {
      const entries = api.presence(name(params.channel)).map((info) => [info.client, infoJson(info)]);
      return { presence: Object.fromEntries(entries) };
    },
    presence_stats(api, params) {
      const { clients, users } = api.presenceStats(name(params.channel));
      return { num_clients: clients, num_users: users };
    },
    async history(api, params) {
      const { limit = 0, since, reverse } = params;
      const from = since === undefined || since === null ? null : fields(since);
      const page = await api.history(name(params.channel), {
        limit: number(limit),
        since: from === null ? null : { offset: number(from.offset ?? 0), epoch: text(from.epoch) },
        reverse: reverse === true,
      });
      return pageJson(page);
    },
    async history_remove(api, params) {
      await api.historyRemove(name(params.channel));
      return {};
    },
    channels(api, params) {
      const sizes = [...api.channels(text(params.pattern))].map(([channel, size]) => [channel, { num_clients: size }]);
      return { channels: Object.fromEntries(sizes) };
    },
    info(api) {
      const { node, version, connections, users, channels, subscriptions, uptime } = api.info();
      const counts = { num_clients: connections, num_users: users, num_channels: channels, num_subs: subscriptions };
      return { nodes: [{ uid: node, name: node, version, ...counts, uptime }] };
    },
    async batch(api, params, onError) {
      const replies: Fields[] = [];
      for (const command of list(params.commands)) {
        const [[method = '', own] = []] = Object.entries(fields(command)).filter(([key]) => key !== 'id');
        if (method === 'batch' || !methods.has(method)) throw badRequest();
        const { result, error } = await run(api, method, fields(own), onError);
        replies.push(error === undefined ? { [method]: result } : { error });
      }
      return { replies };
    },
  } satisfies Record<string, Method>),
);

async function run(
  api: ServerApi,
  method: string,
  params: Fields,
  onError: (error: unknown) => void,
): Promise<{ result?: Fields; error?: Fields }> {
  try {
    return method === 'batch' || methods.has(method)
      ? { result: (await methods.get(method)?.(api, params, onError)) ?? {} }
      : { error: errorOf(badRequest()) };
  } catch (error) {
    if (!(error instanceof ReplyError) && !(error instanceof RangeError)) onError(error);
    return { error: errorOf(error) };
  }
}

/** A RangeError is a parameter out of its bounds: a code no close frame can carry, too many channels. */
function errorOf(error: unknown): Fields {
  if (error instanceof ReplyError) return { code: error.code, message: error.message };
  const { code, message } = error instanceof RangeError ? commandErrors.badRequest : commandErrors.internal;
  return { code, message };
}

function dataOf({ data, b64data }: Fields): unknown {
  if (b64data !== undefined) {
    const bytes = Buffer.from(text(b64data), 'base64');
    try {
      return JSON.parse(bytes.toString('utf8'));
    } catch {
      return bytes;
    }
  }
  if (data === undefined) throw badRequest();
  return data;
}

function publishOptions({ tags, skip_history, idempotency_key }: Fields): PublishOptions {
  const options: PublishOptions = { skipHistory: skip_history === true };
  if (tags !== undefined && tags !== null) {
    options.tags = Object.fromEntries(Object.entries(fields(tags)).map(([key, value]) => [key, text(value)]));
  }
  if (idempotency_key !== undefined && idempotency_key !== '') options.idempotencyKey = text(idempotency_key);
  return options;
}

function whose({ client }: Fields): { client?: string } {
  return client === undefined || client === '' ? {} : { client: text(client) };
}

function place(position: StreamPosition | null): Fields {
  return position === null ? {} : { offset: position.offset, epoch: position.epoch };
}

function pageJson({ epoch, offset, publications }: HistoryPage): Fields {
  return { publications: publications.map(publicationJson), epoch, offset };
}

function publicationJson({ json, bytes, offset, info, tags }: StoredPublication): Fields {
  return {
    ...(bytes === undefined ? { data: JSON.parse(json) } : { b64data: Buffer.from(bytes).toString('base64') }),
    ...(info !== undefined && { info: infoJson(info) }),
    offset,
    ...(tags !== undefined && { tags }),
  };
}

function infoJson({ user, client, connInfo, chanInfo }: ClientInfo): Fields {
  return {
    user,
    client,
    ...(connInfo !== undefined && { conn_info: JSON.parse(connInfo) }),
    ...(chanInfo !== undefined && { chan_info: JSON.parse(chanInfo) }),
  };
}

function parse(body: Buffer): Fields | null {
  try {
    return fields(JSON.parse(body.toString('utf8') || '{}'));
  } catch {
    return null;
  }
}

function fields(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badRequest();
  return { ...value };
}

function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw badRequest();
  return value;
}

const names = (value: unknown): string[] => list(value).map(name);

function name(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw badRequest();
  return value;
}

function text(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw badRequest();
  return value;
}

function number(value: unknown): number {
  if (typeof value !== 'number') throw badRequest();
  return value;
}

const digest = (value: string): Buffer => createHash('sha256').update(value).digest();

function end(response: ServerResponse, status: number, body?: unknown): void {
  const headers = body === undefined ? {} : { 'Content-Type': 'application/json' };
  response.writeHead(status, headers).end(body === undefined ? '' : JSON.stringify(body));
}
