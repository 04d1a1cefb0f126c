import { expect, test } from 'vitest';
import { ApiError, NetworkError } from './api-error.ts';
import { createClient } from './create-client.ts';

interface Seen {
  url: string;
  method: string | undefined;
  headers: Headers;
  body: unknown;
}

function answering(...answers: (Response | Error)[]) {
  const seen: Seen[] = [];
  const fake: typeof fetch = async (url, request) => {
    seen.push({
      url: String(url),
      method: request?.method,
      headers: new Headers(request?.headers),
      body: typeof request?.body === 'string' ? JSON.parse(request.body) : undefined,
    });
    const answer = answers.shift();
    if (answer === undefined || answer instanceof Error) throw answer ?? new TypeError('no more answers');
    return answer;
  };
  return { seen, fake };
}
const json = (body: unknown, status = 200, headers = {}) => new Response(JSON.stringify(body), { status, headers });

test('a call goes out as the contract says', async () => {
  const { seen, fake } = answering(json({ id: 'm' }, 201));
  const client = createClient({ baseUrl: 'http://h', token: () => 'T', fetch: fake });
  await client.call('sendMessage', {
    params: { sessionId: 's' },
    body: { body: 'hi', localId: 'l' },
    idempotencyKey: 'k',
  });
  expect(seen[0]).toMatchObject({
    url: 'http://h/api/v1/sessions/s/operators/messages',
    method: 'POST',
    body: { body: 'hi', localId: 'l' },
  });
  expect(seen[0]?.headers.get('Authorization')).toBe('Bearer T');
  expect(seen[0]?.headers.get('Idempotency-Key')).toBe('k');
});

test('an empty answer is undefined, not a parse error', async () => {
  const { fake } = answering(new Response(''));
  await expect(createClient({ baseUrl: '', token: () => 'T', fetch: fake }).call('logout')).resolves.toBeUndefined();
});

test('an error carries all that the server said', async () => {
  const body = {
    error: 'Slow down.',
    code: 'too_many_requests',
    details: [{ path: '/x', message: 'm' }],
    requestId: 'r',
  };
  const { fake } = answering(json(body, 429, { 'Retry-After': '7' }));
  const error = await createClient({ baseUrl: '', token: () => 'T', fetch: fake })
    .call('me')
    .catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 429, code: 'too_many_requests', requestId: 'r', retryAfterSeconds: 7 });
});

test("a proxy's HTML page is an ApiError too", async () => {
  const { fake } = answering(new Response('<html>', { status: 502 }));
  const error = await createClient({ baseUrl: '', token: () => null, fetch: fake })
    .call('me')
    .catch((e: unknown) => e);
  expect(error).toMatchObject({ name: 'ApiError', status: 502, code: 'internal' });
});

test('no answer is a NetworkError, a call that I ended is not', async () => {
  const lost = answering(new TypeError('fetch failed'));
  const client = createClient({ baseUrl: '', token: () => null, fetch: lost.fake });
  await expect(client.call('me')).rejects.toBeInstanceOf(NetworkError);
  const ended = new AbortController();
  ended.abort();
  const aborting = createClient({
    baseUrl: '',
    token: () => null,
    fetch: async (_, r) => Promise.reject(r?.signal?.reason),
  });
  await expect(aborting.call('me', { signal: ended.signal })).rejects.toMatchObject({ name: 'AbortError' });
});

test('after a 401 the call is repeated once with the new token', async () => {
  let token = 'old';
  const { seen, fake } = answering(json({ code: 'token_expired' }, 401), json({ timestamp: 1, ms: 1000 }));
  const client = createClient({
    baseUrl: '',
    token: () => token,
    onUnauthorized: () => {
      token = 'new';
      return true;
    },
    fetch: fake,
  });
  await expect(client.call('timestamp')).resolves.toEqual({ timestamp: 1, ms: 1000 });
  expect(seen.map((s) => s.headers.get('Authorization'))).toEqual(['Bearer old', 'Bearer new']);
});

test('wrong credentials at sign-in do not ask for a refresh', async () => {
  const { fake } = answering(json({ code: 'wrong_credentials' }, 401));
  let asked = 0;
  const client = createClient({ baseUrl: '', token: () => 'T', onUnauthorized: () => ++asked > 0, fetch: fake });
  await expect(client.call('login', { body: { email: 'a', password: 'b' } })).rejects.toMatchObject({
    code: 'wrong_credentials',
  });
  expect(asked).toBe(0);
});
