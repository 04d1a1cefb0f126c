import { type Endpoint, type EndpointName, endpoints, paths } from '@switchboard/protocol';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { routes } from '../routes.ts';
import { ask } from '../testing/ask.ts';
import type { Schema } from '../testing/by-schema.ts';
import { dump } from '../testing/dump.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { beginConversation, makeThings, type Things } from '../testing/things.ts';

// Every body with every column of every table beside what its schema names, by the column's name and as JSON writes it:
// the request does what it does without them, and nothing of them is stored or answered.

const strange = 987_654_321;
const strangeText = 'assigned-en-masse';

let server: TestServer;
let things: Things;
let columns: { name: string; isText: boolean }[];
let tokens: { company: string; john: string; client: string };
let asked: Record<string, unknown>;
let body: Partial<Record<EndpointName, unknown>>;

beforeAll(async () => {
  server = await startTestServer();
  things = await makeThings(server);
  const tables = await server.app.read.introspection.getTables();
  columns = tables.flatMap((table) =>
    table.columns.map(({ name, dataType }) => ({ name, isText: /text|char/i.test(dataType) })),
  );
});
afterAll(() => server[Symbol.asyncDispose]());

beforeEach(async () => {
  const john = await server.asOperator(things.operatorId);
  const { client, sessionId, messageId, answerId } = await beginConversation(server, john);
  tokens = { company: (await server.asCompany()).token, john: john.token, client: client.token };
  asked = { ...things, sessionId, messageId: answerId, clientId: client.clientId, userId: things.colleagueId };
  const inAMinute = new Date(server.clock.now() + 60_000).toISOString();
  body = {
    operatorToken: { id: things.operatorId, expiresAt: inAMinute },
    pauseSession: { until: inAMinute },
    takeSession: {},
    transferSession: { force: true, note: 'Please' },
    transferToGroup: { note: 'Please' },
    readSession: { messageId },
    widgetRead: { messageId: answerId },
  };
});

const withBody = routes.filter(({ endpoint }) => 'body' in endpoints[endpoint]);

test.each(withBody.map((route) => [route.endpoint, route] as const))('%s', async (name, { access }) => {
  const endpoint: Endpoint = endpoints[name];
  const token = access.open ? undefined : name.startsWith('widget') ? tokens.client : tokenFor(access.name);
  const plain = body[name] ?? endpoint.example;
  const [verb, path] = paths[name];
  const url = `${verb} ${path.replace(/:(\w+)/g, (_, key: string) => String(asked[key]))}`;
  const answer = await ask(server, url, { token, body: withAll(plain, endpoint.body as Schema) });

  // Nobody can be set up twice, and no token that an example names is one.
  const expected = name === 'setUp' ? 403 : name === 'refresh' ? 401 : (endpoint.status ?? 200);
  expect(answer.status, answer.text).toBe(expected);
  const after = await dump(server);
  for (const text of [answer.text, after]) {
    expect(text).not.toContain(String(strange));
    expect(text).not.toContain(strangeText);
  }
});

const tokenFor = (who: string): string => (who.startsWith('company') ? tokens.company : tokens.john);

function withAll(plain: unknown, schema: Schema): unknown {
  if (Array.isArray(plain)) return plain.map((row) => withAll(row, schema.items ?? {}));
  const named = Object.keys(schema.properties ?? {});
  const extra = columns
    .flatMap(({ name, isText }) => [
      [name, isText] as const,
      [name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()), isText] as const,
    ])
    .filter(([name]) => !named.includes(name));
  return {
    ...Object.fromEntries(extra.map(([name, isText]) => [name, isText ? strangeText : strange])),
    ...(plain as object),
  };
}

test('the columns of owners are among them', () => {
  const names = columns.map(({ name }) => name);
  const owners = ['company_id', 'organization_id', 'operator_id', 'client_id', 'role', 'status', 'control_epoch'];
  expect(names).toEqual(expect.arrayContaining([...owners, 'id', 'created_at', 'banned_at', 'password_hash']));
});
