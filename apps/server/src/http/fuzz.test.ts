import { type EndpointName, endpoints, paths } from '@switchboard/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answered, ask } from '../testing/ask.ts';
import { dump } from '../testing/dump.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';

// Requests that no honest program sends: never a 500, one error shape, and what was refused changed nothing.
let server: TestServer;
let tokens: Record<'company' | 'operator' | 'client' | 'none', string | undefined>;
let sessionId: string;
let messageId: string;
let state: string;

beforeAll(async () => {
  server = await startTestServer({ config: { 'sign-in-limit': 100_000, 'sign-in-limit-address': 100_000 } });
  const client = await server.asClient();
  ({ sessionId, id: messageId } = await client.call('widgetSend', { body: { body: 'Hello' } }));
  const operator = await server.asOperator(101);
  await operator.call('takeSession', { params: { sessionId } });
  tokens = {
    company: (await server.asCompany()).token,
    operator: operator.token,
    client: client.token,
    none: undefined,
  };
  state = await dump(server);
});
afterAll(() => server[Symbol.asyncDispose]());

/** Of several requests: none a 500; where all were refused, nothing changed. */
async function checkAll(answers: Answered[]): Promise<void> {
  for (const { status, text } of answers) expect(status, text).toBeLessThan(500);
  const now = await dump(server);
  if (answers.every(({ status }) => status >= 400)) expect(now).toBe(state);
  state = now;
}

async function check(answer: Answered): Promise<void> {
  expect(answer.status, answer.text).toBeLessThan(500);
  const now = await dump(server);
  if (answer.status >= 400) {
    expect(answer.json).toMatchObject({ error: expect.any(String), code: expect.any(String) });
    expect(now).toBe(state);
  }
  state = now;
}

const hostileTexts = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'x\udfff',
  '\u202eabc',
  '%00',
  '__proto__',
  'constructor',
  'toString',
  "' OR 1=1 --",
  '"; DROP TABLE operators; --',
  '%',
  '_',
  '\\',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  '{"$gt":""}',
  'NaN',
  'null',
  'undefined',
  '1e309',
  '9007199254740993',
  '-0',
  '٣',
  '2026-02-30T25:61:61Z',
  '-271821-04-20T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  '0000-01-01T00:00:00Z',
  'x'.repeat(20_000),
  '😀'.repeat(101),
];
const hostileText = fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: 'binary' }), fc.uuid());
const hostileNumber = fc.oneof(
  fc.constantFrom(0, -0, -1, 1.5, 2 ** 31, 2 ** 53, 2 ** 63, 1e300, -1e300, 5e-324),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const hostileOthers = [null, true, [], {}, [[]], [null], { $ne: null }, 0, -1, 1.5, 2 ** 53, 2 ** 63, 1e300];
const prototypeKeys = fc.constantFrom(
  JSON.parse('{"__proto__":{"admin":true}}'),
  { constructor: { prototype: { admin: true } } },
  { toString: 'x', hasOwnProperty: 1, length: -1 },
);
const hostile: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  hostileNumber,
  fc.constantFrom(null, true, false, [], {}, [[[[]]]], [null], { $ne: null }, { toJSON: 'x' }),
  prototypeKeys,
  fc.jsonValue({ maxDepth: 4 }),
);

const good = (): Partial<Record<EndpointName, unknown>> => ({
  synchronizeOperators: [{ organizationId: 24, name: 'Fuzz', externalId: null, email: null, groups: [] }],
  operatorStatus: { id: 103, status: 1 },
  operatorToken: { id: 101, expiresAt: new Date(server.clock.now() + 60_000).toISOString() },
  validateToken: { token: 'x' },
  createApiKey: { name: 'Fuzz' },
  refresh: { refreshToken: 'x', ttl: 60 },
  setUp: {
    setupToken: 'x',
    company: 'A',
    organization: 'B',
    login: 'abc',
    name: 'C',
    email: 'a@b.cd',
    password: '0123456789',
  },
  sendMessage: { body: 'x', localId: null, replyToMessageId: null, expectedLastMessageId: null, attachments: [] },
  readSession: { messageId },
  widgetOpen: {
    guid: '00000000-0000-4000-8000-000000000024',
    clientToken: null,
    page: null,
    referrer: null,
    lang: null,
    name: null,
  },
  widgetSend: { body: 'x', localId: null, replyToMessageId: null, attachments: [] },
  widgetRead: { messageId },
});

/** The good body with one or more of its fields replaced, or something else altogether. */
const spoilt = (body: unknown): fc.Arbitrary<unknown> => {
  if (Array.isArray(body)) return fc.oneof(fc.array(spoilt(body[0]), { maxLength: 3 }), hostile);
  const fields = Object.keys(body as object);
  const replacements = fc.dictionary(fc.constantFrom(...fields, 'extra', 'companyId', 'id'), hostile, { minKeys: 1 });
  return fc.oneof(
    { weight: 4, arbitrary: replacements.map((changed) => ({ ...(body as object), ...changed })) },
    { weight: 1, arbitrary: hostile },
  );
};

// A path cut short or half a pair cannot be sent as it is; what is left is hostile enough.
const encode = (text: string): string => encodeURIComponent(text.toWellFormed().slice(0, 2000).toWellFormed());

const tokenOf = (name: EndpointName): keyof typeof tokens => {
  if (name.startsWith('widget')) return name === 'widgetOpen' ? 'none' : 'client';
  if (['companyToken', 'login', 'refresh', 'setUp', 'timestamp'].includes(name)) return 'none';
  return paths[name][1].startsWith('/api/v1/') && !name.toLowerCase().includes('apikey') ? 'operator' : 'company';
};
const pathOf = (name: EndpointName, ids: Record<string, string> = {}): string =>
  paths[name][1].replace(/:(\w+)/g, (_, key: string) => ids[key] ?? (key === 'messageId' ? messageId : sessionId));

const withBody = (Object.keys(endpoints) as EndpointName[]).filter(
  (name) => 'body' in endpoints[name] && !['companyToken', 'login', 'finishSession'].includes(name),
);
test.each([...withBody, 'finishSession'] as EndpointName[])(
  'every field of %s with every hostile value',
  async (name) => {
    const body = name === 'finishSession' ? { result: null } : good()[name];
    const fields = Object.keys((Array.isArray(body) ? body[0] : body) as object);
    const token = tokens[tokenOf(name)];
    for (const field of fields) {
      const answers: Answered[] = [];
      for (const value of [...hostileTexts, ...hostileOthers]) {
        const changed = Array.isArray(body)
          ? [{ ...body[0], [field]: value }]
          : { ...(body as object), [field]: value };
        // A session that is nobody's own: what is refused for its body is refused before.
        const ids: Record<string, string> = name === 'finishSession' ? { sessionId: messageId } : {};
        answers.push(await ask(server, `${paths[name][0]} ${pathOf(name, ids)}`, { token, body: changed }));
      }
      await checkAll(answers);
    }
  },
);

test.each(withBody)('bodies of %s', async (name) => {
  const url = `${paths[name][0]} ${pathOf(name)}`;
  const token = tokens[tokenOf(name)];
  await fc.assert(
    fc.asyncProperty(spoilt(good()[name]), fc.boolean(), async (body, withKey) => {
      const headers: Record<string, string> = withKey ? { 'Idempotency-Key': `fuzz-${Math.random()}` } : {};
      await check(await ask(server, url, { token, raw: JSON.stringify(body) ?? '', headers }));
    }),
    { numRuns: 20 },
  );
});

test.each(['companyToken', 'login'] as EndpointName[])('bodies of %s, which are dear to check', async (name) => {
  const url = `${paths[name][0]} ${pathOf(name)}`;
  await fc.assert(
    fc.asyncProperty(spoilt({ login: 'demo', email: 'a@b.cd', password: 'x' }), async (body) => {
      await check(await ask(server, url, { raw: JSON.stringify(body) ?? '' }));
    }),
    { numRuns: 12 },
  );
});

const withQuery = (Object.keys(endpoints) as EndpointName[]).filter((name) => 'query' in endpoints[name]);
test.each(withQuery)('every field of the query of %s with every hostile value', async (name) => {
  const endpoint = endpoints[name];
  const token = tokens[tokenOf(name)];
  for (const field of 'query' in endpoint ? Object.keys(endpoint.query.properties) : []) {
    const answers: Answered[] = [];
    for (const value of [...hostileTexts, ...hostileOthers.map(String)]) {
      answers.push(await ask(server, `GET ${pathOf(name)}?${field}=${encode(value)}`, { token }));
    }
    await checkAll(answers);
  }
});

test.each(withQuery)('query of %s', async (name) => {
  const endpoint = endpoints[name];
  const known = 'query' in endpoint ? Object.keys(endpoint.query.properties) : [];
  const value = fc.oneof(hostileText, hostileNumber.map(String), fc.boolean().map(String));
  const query = fc.array(fc.tuple(fc.constantFrom(...known, '__proto__', 'extra[]'), value), { maxLength: 4 });
  const token = tokens[tokenOf(name)];
  await fc.assert(
    fc.asyncProperty(query, async (pairs) => {
      const text = pairs.map(([key, one]) => `${key}=${encode(one)}`).join('&');
      await check(await ask(server, `GET ${pathOf(name)}?${text}`, { token }));
    }),
    { numRuns: 30 },
  );
});

const withIds = (Object.keys(paths) as EndpointName[]).filter((name) => paths[name][1].includes(':'));
test.each(withIds)('ids of %s', async (name) => {
  const token = tokens[tokenOf(name)];
  await fc.assert(
    fc.asyncProperty(hostileText, async (id) => {
      const path = pathOf(name, { sessionId: encode(id), messageId: encode(id), id: encode(id) });
      await check(await ask(server, `${paths[name][0]} ${path}`, { token, body: good()[name] }));
    }),
    { numRuns: 15 },
  );
});

test('tokens', async () => {
  const header = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'abc.=-_"\' {}:,\\/%0129é'), maxLength: 300 }),
    fc.constantFrom('sbk_', 'sbc_', 'Bearer', 'Basic ZGVtbzpkZW1v', '..', 'e30.e30.', 'null', '"'),
  );
  await fc.assert(
    fc.asyncProperty(header, fc.constantFrom('Authorization', 'X-Authorization-Key'), async (value, name) => {
      const answer = await ask(server, 'GET /api/v1/users/me', { headers: { [name]: value.trim() } });
      expect(answer.status).toBe(401);
      await check(answer);
    }),
    { numRuns: 60 },
  );
});
