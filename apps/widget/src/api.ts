import type { ErrorBody } from '@switchboard/protocol';
import type { paths } from '@switchboard/protocol/paths';

type WidgetEndpoint = Extract<keyof typeof paths, `widget${string}`>;
/** The contract's own paths, checked by the compiler and carried as plain strings. */
type WidgetPath = (typeof paths)[WidgetEndpoint][1];

export interface Refusal {
  ok: false;
  /** 0: no answer came. */
  status: number;
  /** The same request may well succeed later. */
  lost: boolean;
  code: string;
  error: string;
  retryAfter?: number;
}
export type Answer<T> = { ok: true; data: T } | Refusal;

interface Options {
  token?: string | null;
  body?: object;
  query?: Record<string, string>;
}

const timeoutMs = 20_000;

/** A request that never throws: with a body POST, without GET. */
export async function ask<T>(host: string, path: WidgetPath, { token, body, query }: Options): Promise<Answer<T>> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  try {
    const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
    if (body) headers['Content-Type'] = 'application/json';
    const response = await fetch(host + path + (query ? `?${new URLSearchParams(query)}` : ''), {
      method: body ? 'POST' : 'GET',
      headers,
      body: body ? JSON.stringify(body) : null,
      credentials: 'omit',
      signal: abort.signal,
    });
    const text = await response.text();
    if (response.ok) return { ok: true, data: text ? JSON.parse(text) : null };
    return refusal(response, text);
  } catch {
    return { ok: false, status: 0, lost: true, code: '', error: '' };
  } finally {
    clearTimeout(timer);
  }
}

function refusal({ status, headers }: Response, text: string): Refusal {
  let said: Partial<ErrorBody> = {};
  try {
    said = JSON.parse(text);
  } catch {
    // A proxy's page, not our server's words.
  }
  const retryAfter = Number.parseFloat(headers.get('Retry-After') ?? '');
  return {
    ok: false,
    status,
    lost: status >= 500 || status === 408,
    code: said?.code ?? '',
    error: said?.error ?? '',
    retryAfter: retryAfter > 0 ? retryAfter : 2,
  };
}
