import type { Answer, Body, EndpointName, ErrorBody, Params, Query } from '@switchboard/protocol';
import { paths } from '@switchboard/protocol/paths';
import { ApiError, NetworkError } from './api-error.ts';
import { requestUrl } from './request-url.ts';

export interface ClientOptions {
  /** Origin of the server without a path; '' = the page's own. */
  baseUrl: string;
  /** The token of now; read anew for every call. */
  token: () => string | null;
  /** A 401 came. Answer true after a new token is in place: the call is then repeated once. */
  onUnauthorized?: (error: ApiError) => boolean | Promise<boolean>;
  /** Milliseconds until a call without an answer counts as a network failure. Default 20 000. */
  timeoutMs?: number;
  fetch?: typeof fetch;
}

type Part<Name extends string, T> = [T] extends [undefined]
  ? { [K in Name]?: undefined }
  : Record<never, never> extends T
    ? { [K in Name]?: T }
    : { [K in Name]: T };

export type CallOptions<K extends EndpointName> = Part<'params', Params<K>> &
  Part<'query', Query<K>> &
  Part<'body', Body<K>> & {
    /** Makes a repeat of a creating call return the first answer (kept 24 hours). */
    idempotencyKey?: string;
    signal?: AbortSignal;
  };
type Arguments<K extends EndpointName> =
  Record<never, never> extends CallOptions<K> ? [options?: CallOptions<K>] : [options: CallOptions<K>];

export interface Client {
  /**
   * Calls one endpoint of `paths`.
   * @returns the answer's body; undefined where the endpoint answers with none
   * @throws {ApiError} the server refused; nothing was changed
   * @throws {NetworkError} no answer; whether the server acted is unknown
   * @throws {DOMException} `AbortError` when `signal` ended the call
   */
  call<K extends EndpointName>(name: K, ...options: Arguments<K>): Promise<Answer<K>>;
}

// Their 401 speaks about what was sent, not about the token.
const withoutToken = new Set<EndpointName>(['companyToken', 'login', 'refresh', 'widgetOpen']);

/**
 * Typed calls to every endpoint of the contract, in browsers and in Node.
 * @example
 * const client = createClient({ baseUrl: 'https://chat.example.com', token: () => token });
 * const { items } = await client.call('sessions', { query: { status: 'HELP', limit: 50 } });
 */
export function createClient(options: ClientOptions): Client {
  const { baseUrl, timeoutMs = 20_000 } = options;

  const send = async (name: EndpointName, given: Loose): Promise<unknown> => {
    const [method, path] = paths[name];
    const headers: Record<string, string> = { Accept: 'application/json' };
    const token = withoutToken.has(name) ? null : options.token();
    if (token !== null) headers.Authorization = `Bearer ${token}`;
    if (given.body !== undefined) headers['Content-Type'] = 'application/json';
    if (given.idempotencyKey !== undefined) headers['Idempotency-Key'] = given.idempotencyKey;
    const request: RequestInit = { method, headers };
    if (given.body !== undefined) request.body = JSON.stringify(given.body);
    const late = AbortSignal.timeout(timeoutMs);
    request.signal = given.signal ? AbortSignal.any([given.signal, late]) : late;
    try {
      const response = await (options.fetch ?? fetch)(requestUrl(baseUrl, path, given.params, given.query), request);
      return readAnswer(response, await response.text());
    } catch (error) {
      if (error instanceof ApiError || given.signal?.aborted) throw error;
      throw new NetworkError(error);
    }
  };

  const call = async (name: EndpointName, given: Loose = {}): Promise<unknown> => {
    try {
      return await send(name, given);
    } catch (error) {
      const expired = error instanceof ApiError && error.status === 401 && !withoutToken.has(name);
      if (!expired || !(await options.onUnauthorized?.(error))) throw error;
      return send(name, given);
    }
  };
  return { call: call as Client['call'] };
}

interface Loose {
  params?: Record<string, string | number>;
  query?: Record<string, string | number | boolean>;
  body?: unknown;
  idempotencyKey?: string;
  signal?: AbortSignal;
}

function readAnswer(response: Response, text: string): unknown {
  if (response.ok) return text === '' ? undefined : JSON.parse(text);
  throw new ApiError(response.status, errorBody(text), retryAfter(response.headers.get('Retry-After')));
}

function errorBody(text: string): Partial<ErrorBody> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {};
  }
}

function retryAfter(header: string | null): number | null {
  if (header === null || header === '') return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}
