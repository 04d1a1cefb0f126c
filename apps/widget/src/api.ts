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

export const noAnswer: Refusal = { ok: false, status: 0, lost: true, code: '', error: '' };

const timeoutMs = 20_000;

/** A request that never throws: with a body POST, without GET. */
export async function ask<T>(
  host: string,
  path: WidgetPath | `${WidgetPath}?${string}`,
  token: string | null,
  body?: object,
): Promise<Answer<T>> {
  try {
    const response = await fetch(host + path, {
      method: body ? 'POST' : 'GET',
      headers: {
        ...(token && { Authorization: `Bearer ${token}` }),
        ...(body && { 'Content-Type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
      credentials: 'omit',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    if (response.ok) return { ok: true, data: text ? JSON.parse(text) : null };
    return refusal(response, text);
  } catch {
    return noAnswer;
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
