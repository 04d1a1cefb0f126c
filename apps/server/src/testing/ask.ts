import { expect } from 'vitest';

export interface Asked {
  token?: string | undefined;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, named JSON unless `headers` say otherwise. */
  raw?: string;
  headers?: Record<string, string>;
}
export interface Answered {
  status: number;
  headers: Headers;
  text: string;
  /** The body read as JSON; undefined when it is empty. */
  json: unknown;
}

/** A plain HTTP request, as a program writes it that knows nothing of our SDK. `what` is `POST /api/operator/status`. */
export async function ask(server: { url: string }, what: string, asked: Asked = {}): Promise<Answered> {
  const [method = 'GET', path = '/'] = what.split(' ');
  const body = asked.raw ?? (asked.body === undefined ? undefined : JSON.stringify(asked.body));
  const headers = new Headers();
  if (asked.token !== undefined) headers.set('Authorization', `Bearer ${asked.token}`);
  if (body !== undefined) headers.set('Content-Type', 'application/json');
  for (const [name, value] of Object.entries(asked.headers ?? {})) headers.set(name, value);
  const response = await fetch(server.url + path, { method, headers, ...(body !== undefined && { body }) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: text === '' ? undefined : JSON.parse(text) };
}

/** The one error shape of both faces, and nothing beside it. */
export function expectRefusal(answer: Answered, status: number, code: string): { path: string; message: string }[] {
  expect({ status: answer.status, body: answer.json }).toMatchObject({ status, body: { code } });
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  const { error, details, requestId, winner, since, ...rest } = answer.json as Record<string, unknown>;
  expect(rest).toEqual({ code });
  expect(error).toMatch(/^\S.*\S$/s);
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(answer.text).not.toMatch(/node_modules|\.ts:\d|SQLITE|Kysely/);
  return (details ?? []) as { path: string; message: string }[];
}
