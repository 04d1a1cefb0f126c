import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ReplyError } from './codes.ts';
import { parseExact } from './exact-json.ts';
import { badRequest, type Fields, fields, list, text } from './http-api-fields.ts';
import { errorOf, methods } from './http-api-methods.ts';
import { bodyOf } from './http-body.ts';
import type { CentrifugeServer } from './options.ts';

export interface HttpApiOptions {
  /** Wanted in `X-API-Key`, in `?api_key=`, or in `Authorization: apikey KEY`. */
  key: string;
  /** Default `/api`: then `POST /api/publish` and so on, and `POST /api` with `{method, params}`. */
  path?: string;
  /** Most bytes of a request. Default 10 MB. */
  maxBodyBytes?: number;
  /**
   * `transport`: errors come as an HTTP status with `{code, message}`; a single request asks for that by the header
   * `X-Centrifugo-Error-Mode: transport`. Default: status 200 with `error`.
   */
  errorMode?: 'transport';
  /** What went wrong in the store or the application. Default: a process warning. */
  onError?(error: unknown): void;
}

type Answer = { result: Fields } | { error: { code: number; message: string } } | { replies: Fields[] };

/**
 * Centrifugo's HTTP API over the server API, for programs written for Centrifugo: for the `request` event of an HTTP
 * server. False: not its path. 401 is a wrong key, 404 an unknown method, 400 no JSON object.
 */
export function createHttpApi<S>(
  { api }: Pick<CentrifugeServer<S>, 'api'>,
  options: HttpApiOptions,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const { key, path = '/api', maxBodyBytes = 10_485_760, errorMode } = options;
  const onError = options.onError ?? ((error) => process.emitWarning(error instanceof Error ? error : String(error)));
  if (typeof key !== 'string' || key === '') throw new TypeError('the HTTP API needs a key');
  const wanted = digest(key);

  function allowed({ headers, url = '' }: IncomingMessage): boolean {
    const asked = url.includes('?') ? new URLSearchParams(url.slice(url.indexOf('?'))).get('api_key') : null;
    const given = headers['x-api-key'] ?? headers.authorization?.replace(/^apikey /i, '') ?? asked;
    return typeof given === 'string' && timingSafeEqual(digest(given), wanted);
  }

  async function answer(request: IncomingMessage, response: ServerResponse, named: string): Promise<void> {
    if (request.method !== 'POST') return mend(response, 405, 'the HTTP API answers POST');
    if (!allowed(request)) return mend(response, 401, 'no key, or a wrong one, in X-API-Key');
    const body = await bodyOf(request, maxBodyBytes);
    if (body === null) return mend(response, 413, `the body is larger than ${maxBodyBytes} bytes`);
    const asked = parse(body, named);
    if (asked === null)
      return mend(response, 400, 'the body must be a JSON object; without a method in the path {method, params}');
    const { method, params } = asked;
    if (method !== 'batch' && !methods.has(method))
      return mend(response, 404, `no method ${JSON.stringify(method.slice(0, 100))}`);
    const answered = await (method === 'batch' ? batch(params) : run(method, params));
    const inStatus = (request.headers['x-centrifugo-error-mode'] ?? errorMode) === 'transport';
    if (inStatus && 'error' in answered) end(response, statuses[answered.error.code] ?? 500, answered.error);
    else end(response, 200, answered);
  }

  async function run(method: string, params: Fields): Promise<Exclude<Answer, { replies: unknown }>> {
    try {
      return { result: (await methods.get(method)?.(api, params)) ?? {} };
    } catch (error) {
      if (!(error instanceof ReplyError) && !(error instanceof RangeError)) onError(error);
      return { error: errorOf(error) };
    }
  }

  /** One after the other, unless they may go side by side. A batch that cannot be understood does nothing. */
  async function batch({ commands, parallel }: Fields): Promise<Answer> {
    let calls: [string, Fields][];
    try {
      calls = list(commands).map(commandOf);
    } catch (error) {
      return { error: errorOf(error) };
    }
    const reply = async ([method, params]: [string, Fields]): Promise<Fields> => {
      const answered = await run(method, params);
      return 'error' in answered ? answered : { [method]: answered.result };
    };
    if (parallel === true) return { replies: await Promise.all(calls.map(reply)) };
    const replies: Fields[] = [];
    for (const call of calls) replies.push(await reply(call));
    return { replies };
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

/** The HTTP statuses that Centrifugo documents for errors; 500 for all others. */
const statuses: Record<number, number> = { 100: 500, 102: 404, 104: 404, 107: 400, 108: 400, 112: 416, 113: 409 };

/** `{publish: {…}}` of a batch. @throws ReplyError */
function commandOf(command: unknown): [string, Fields] {
  const [[method = '', params] = []] = Object.entries(fields(command)).filter(([key]) => key !== 'id');
  if (!methods.has(method)) throw badRequest();
  return [method, fields(params)];
}

/** The method is in the path, or with its parameters in the body. Null: no JSON that could be a request. */
function parse(body: Buffer, named: string): { method: string; params: Fields } | null {
  try {
    const parsed = fields(parseExact(body.toString('utf8') || '{}'));
    if (named !== '') return { method: named, params: parsed };
    return { method: text(parsed.method), params: fields(parsed.params ?? {}) };
  } catch {
    return null;
  }
}

const digest = (value: string): Buffer => createHash('sha256').update(value).digest();

function end(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

/** Not a request that the API could answer: what to mend, in words. */
function mend(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(text);
}
