import { type Endpoint, type EndpointName, endpoints, paths } from '@switchboard/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor, OperatorActor } from '../actor.ts';
import { demo } from '../demo/seed.ts';
import { routes } from '../routes.ts';
import { type Answered, ask } from '../testing/ask.ts';
import { type Known, type Schema, spoilt, valuesOf } from '../testing/by-schema.ts';
import { dump } from '../testing/dump.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { beginConversation, makeThings, type Things } from '../testing/things.ts';
import type { Route } from './route.ts';

// Requests that no honest program sends, to every route, made from its schemas: never a 500, one error shape, and what
// was refused changed nothing. FUZZ_SEED=… says the same again.
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
console.log(`FUZZ_SEED=${seed}`);
fc.configureGlobal({ seed });

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
const hostileOthers = [null, true, [], {}, [[]], [null], { $ne: null }, 0, -1, 1.5, 2 ** 31, 2 ** 53, 2 ** 63, 1e300];
const hostileText = fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: 'binary' }), fc.uuid());
const hostileNumber = fc.oneof(
  fc.constantFrom(0, -0, -1, 1.5, 2 ** 31, 2 ** 53, 2 ** 63, 1e300, -1e300, 5e-324),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
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

/** What they need cannot be had by their schema alone: secrets, or a session in another state. */
const refusesAll = ['companyToken', 'login', 'setUp', 'refresh', 'removeSessionOperator', 'handToBot', 'resumeSession'];
/** Each look at the whole database costs several times as much there. */
const isSlow = process.env.SWITCHBOARD_TEST_DATABASE !== undefined;
/** Every try costs a tenth of a second there. */
const hashesPasswords = ['companyToken', 'login'];

let server: TestServer;
let things: Things;
let asWas: Record<Kept, Awaited<ReturnType<typeof allOf>>>;
let tokens: Record<'company' | 'administrator' | 'operator' | 'client', string>;
let known: Known;
let state: string;

const kept = ['organizations', 'operators', 'groups', 'channels', 'bots'] as const;
type Kept = (typeof kept)[number];

beforeAll(async () => {
  server = await startTestServer({ config: { 'sign-in-limit': 100_000, 'sign-in-limit-address': 100_000 } });
  things = await makeThings(server);
  const rows = await Promise.all(kept.map(async (name) => [name, await allOf(name)] as const));
  asWas = Object.fromEntries(rows) as typeof asWas;
});
afterAll(() => server[Symbol.asyncDispose]());

const allOf = (name: Kept) => server.app.read.selectFrom(name).selectAll().execute();

/** What the tests before it have deleted, blocked or made somebody else's is as it was, and there is a new session. */
async function freshGround(name?: EndpointName): Promise<void> {
  await server.app.transact(async ({ db }) => {
    // What nobody comes back for only makes each look at the database longer.
    for (const name of ['events', 'routing_decisions', 'idempotency'] as const) await db.deleteFrom(name).execute();
    // Those that were made meanwhile hold nothing that somebody wants to delete.
    await db.updateTable('channels').set({ bot_id: null, group_id: null }).execute();
    for (const name of kept) {
      for (const row of asWas[name]) {
        const { id, ...values } = { ...row, ...('open_sessions' in row && { open_sessions: undefined }) };
        await db
          .updateTable(name)
          .set(values)
          .where('id', '=', id as never)
          .execute();
      }
    }
  });
  const [company, administrator, john] = await Promise.all([
    server.asCompany(),
    server.asOperator(100),
    server.asOperator(demo.operatorId),
  ]);
  const { client, sessionId, messageId, answerId } = await beginConversation(server, john);
  tokens = {
    company: company.token,
    administrator: administrator.token,
    operator: john.token,
    client: client.token,
  };
  const { controlEpoch } = await john.call('session', { params: { sessionId } });
  known = {
    sessionId: [sessionId, things.sessionId],
    messageId: [answerId, messageId],
    replyToMessageId: [messageId],
    expectedLastMessageId: [answerId],
    controlEpoch: [controlEpoch],
    before: [answerId],
    after: [messageId],
    clientId: [client.clientId],
    id: [name === 'revokeApiKey' ? things.apiKeyId : things.colleagueId, things.apiKeyId],
    userId: [things.colleagueId, demo.operatorId],
    operatorId: [demo.operatorId],
    operators: [demo.operatorId, things.colleagueId],
    organizationId: [demo.organizationId],
    groupId: [things.groupId],
    groups: [things.groupId],
    chatId: [demo.channelId, things.otherChatId],
    guid: [demo.channelId],
    botId: [things.botId],
    timeZone: ['Europe/Kyiv', 'Nowhere/Nothing'],
    email: [`fuzz-${server.app.ids.secret()}@example.com`, 'sarah.johnson@example.com'],
    goTo: ['hello', 'default'],
    start: ['default', 'hello'],
    script: [{ start: 'hello', steps: { hello: { say: 'Hello!', handOver: {} } } }],
    hours: [{ timeZone: 'Europe/Kyiv', week: { mon: [{ from: '09:00', to: '18:00' }] }, closed: ['2026-12-25'] }],
    force: [true, false],
    attachments: [[]],
    cursor: [undefined, 'x'],
    // To hash it every time would take longer than all the rest.
    password: [name?.endsWith('User') ? undefined : 'a fine password', 'a fine password'],
    allowedOrigins: [['https://shop.example']],
    expiresAt: [new Date(server.clock.now() + 60_000).toISOString()],
    setupToken: ['x'],
  };
  state = await dump(server);
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

/** Of several requests: none a 500; where all were refused, nothing changed. */
async function checkAll(answers: Answered[]): Promise<void> {
  for (const { status, text } of answers) expect(status, text).toBeLessThan(500);
  const now = await dump(server);
  if (answers.every(({ status }) => status >= 400)) expect(now).toBe(state);
  state = now;
}

const someOperator = { kind: 'operator', operatorId: 0, companyId: 1, organizationId: null, name: '' } as OperatorActor;
const actors: Record<keyof typeof tokens, Actor> = {
  company: { kind: 'company', companyId: 1 },
  operator: { ...someOperator, role: 'OPERATOR' },
  administrator: { ...someOperator, role: 'ADMIN' },
  client: { kind: 'client', clientId: '', companyId: 1, organizationId: 24, channelId: '' },
};
const mayCall = ({ access }: Route) =>
  (Object.keys(actors) as (keyof typeof tokens)[]).filter((name) => access.allow(actors[name]) !== null);

interface Asked {
  params?: unknown;
  query?: unknown;
  body?: unknown;
}
/** All that a request to it says; `whole`: every optional part too. */
function requestsOf(name: EndpointName, whole = false): fc.Arbitrary<Asked> {
  const { params, query, body, bodyOptional }: Endpoint = endpoints[name];
  const parts = Object.entries({ params, query, body }).flatMap(([part, schema]) =>
    schema ? [[part, valuesOf(schema as Schema, known, { whole })] as const] : [],
  );
  const requiredKeys = ['params', ...(bodyOptional ? [] : ['body'])].filter((part) =>
    parts.some(([one]) => one === part),
  );
  return fc.record(Object.fromEntries(parts), whole ? {} : { requiredKeys: requiredKeys as never[] });
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const textOf = (value: unknown): string => (isObject(value) ? JSON.stringify(value) : String(value));
// A path cut short or half a pair cannot be sent as it is; what is left is hostile enough.
const encode = (value: unknown): string =>
  encodeURIComponent(textOf(value).toWellFormed().slice(0, 2000).toWellFormed());

function send(name: EndpointName, { params, query, body }: Asked, token?: string, headers = {}): Promise<Answered> {
  const [verb, path] = paths[name];
  const named = isObject(params) ? params : {};
  const url = path.replace(/:(\w+)/g, (_, key: string) => encode(named[key] ?? ''));
  const pairs = Object.entries(isObject(query) ? query : {}).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((one) => one !== undefined)
      .map((one) => `${encode(key)}=${encode(one)}`),
  );
  const raw = body === undefined || verb === 'GET' ? {} : { raw: JSON.stringify(body) ?? '' };
  return ask(server, `${verb} ${url}?${pairs.join('&')}`, { token, headers, ...raw });
}

/** The same field with the same schema is read by the same code wherever it comes again: a few values are enough there. */
const seen = new Set<string>();
function isFirst(part: string, field: string, schema: Schema): boolean {
  const key = JSON.stringify([part, field, schema]);
  return seen.size < seen.add(key).size;
}

describe.each(routes.map((route) => [route.endpoint, route] as const))('%s', (name, route) => {
  const isDear = hashesPasswords.includes(name);
  beforeAll(() => freshGround(name));

  test('whatever its schema lets through, and the same with parts of it spoilt', async () => {
    const requests = spoilt(requestsOf(name), hostile) as fc.Arbitrary<Asked>;
    const who = mayCall(route);
    const token = who.length > 0 ? fc.constantFrom(...who) : fc.constant(undefined);
    await fc.assert(
      fc.asyncProperty(requests, token, fc.nat(3), async (asked, who, nth) => {
        const key = nth === 0 ? { 'Idempotency-Key': `fuzz-${server.app.ids.secret()}` } : {};
        await check(await send(name, isObject(asked) ? asked : {}, who && tokens[who], key));
      }),
      { numRuns: isDear || isSlow ? 8 : 16 },
    );
  });

  const { params, query, body }: Endpoint = endpoints[name];
  const fields = Object.entries({ params, query, body } as Record<string, Schema | undefined>).flatMap(
    ([part, schema]) =>
      Object.entries((schema?.items ?? schema)?.properties ?? {}).map(
        ([field, of]) => [part, field, isFirst(part, field, of)] as const,
      ),
  );
  if (fields.length === 0) return;
  test(`every field of it with every hostile value: ${fields.length}`, async () => {
    await freshGround(name);
    const who = mayCall(route)[0];
    const [whole = {}] = fc.sample(requestsOf(name, true), { numRuns: 1, seed: 1 });
    const { status, text } = await send(name, whole, who && tokens[who]);
    // What is spoilt below is refused because it is spoilt.
    if (!refusesAll.includes(name)) expect(status, text).toBeLessThan(300);
    await freshGround(name);
    for (const [part, field, isNew] of fields) {
      const answers: Answered[] = [];
      const values = [...hostileTexts, ...hostileOthers];
      for (const value of isDear || isSlow || !isNew ? values.filter((_, index) => index % 8 === 0) : values) {
        const asked = { ...whole, [part]: replaced(whole[part as keyof Asked], field, value) };
        answers.push(await send(name, asked, who && tokens[who]));
      }
      await checkAll(answers);
    }
  });
});

const replaced = (part: unknown, field: string, value: unknown): unknown =>
  Array.isArray(part) ? [{ ...part[0], [field]: value }] : { ...(part as object), [field]: value };

test('tokens', async () => {
  await freshGround();
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
