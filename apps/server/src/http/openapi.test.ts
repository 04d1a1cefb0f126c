import { readFileSync } from 'node:fs';
import { type EndpointName, endpoints, paths } from '@switchboard/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../testing/ask.ts';
import { openApiFile, openApiText } from '../testing/openapi.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { beginConversation, makeThings } from '../testing/things.ts';

interface Operation {
  operationId: string;
  security?: object[];
  parameters?: { in: string; name: string }[];
  requestBody?: { content: { 'application/json': { example?: unknown } } };
  responses: Record<string, unknown>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}

let server: TestServer;
let document: Document;
let things: Awaited<ReturnType<typeof makeThings>>;
beforeAll(async () => {
  server = await startTestServer();
  things = await makeThings(server);
  document = JSON.parse(openApiText(server)) as Document;
});
afterAll(() => server[Symbol.asyncDispose]());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([verb, operation]) => ({ path, verb: verb.toUpperCase(), operation })),
  );
const names = Object.keys(paths) as EndpointName[];
const described = (name: EndpointName) => {
  const found = operations().find(({ operation }) => operation.operationId === name);
  if (!found) throw new Error(`${name} is not described`);
  return found;
};
const inDocument = (path: string) => path.replace(/:(\w+)/g, '{$1}');

test('docs/openapi.json is what the server says', () => {
  const committed = readFileSync(openApiFile, 'utf8');
  expect(committed === openApiText(server), 'docs/openapi.json is out of date: run `node tools/openapi.mjs`').toBe(
    true,
  );
});

test('the server serves it, to machines and to people', async () => {
  expect((await ask(server, 'GET /docs/openapi.json')).json).toMatchObject({ openapi: '3.1.0', paths: document.paths });
  const page = await fetch(`${server.url}/docs`);
  expect(page.headers.get('content-type')).toContain('text/html');
});

test('every endpoint is in it once, under its own path', () => {
  const ofEndpoints = operations().filter(({ operation }) => operation.operationId in paths);
  const found = ofEndpoints.map(({ path, verb, operation }) => [operation.operationId, verb, path]);
  expect(found.sort()).toEqual(names.map((name) => [name, paths[name][0], inDocument(paths[name][1])]).sort());
});

test('it has every method that is answered and no other, each under an id of its own', () => {
  const ids = operations().map(({ operation }) => operation.operationId);
  expect(ids.length).toBe(new Set(ids).size);
  const answered = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].flatMap((method) =>
    [...new Set(names.map((name) => paths[name][1]))]
      .filter((url) => server.http.hasRoute({ method, url }))
      .map((url) => `${method} ${inDocument(url)}`),
  );
  expect(answered.sort()).toEqual(
    operations()
      .map(({ verb, path }) => `${verb} ${path}`)
      .sort(),
  );
});

test('every reference in it leads somewhere, and every parameter of a path is named', () => {
  const text = openApiText(server);
  for (const [, reference = ''] of text.matchAll(/"\$ref": "#\/([^"]+)"/g)) {
    const target = reference.split('/').reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], document);
    expect(target, reference).toBeDefined();
  }
  for (const { path, operation } of operations()) {
    const named = (operation.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name);
    expect(named, path).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  }
});

test('every body has its example', () => {
  for (const name of names) {
    const endpoint = endpoints[name];
    const example = 'example' in endpoint ? endpoint.example : undefined;
    const { operation } = described(name);
    expect(operation.requestBody?.content['application/json'].example, name).toEqual(example);
    expect('body' in endpoint, name).toBe(example !== undefined);
  }
});

describe('examples', () => {
  // They name what only a running server can have made; all else about them is right.
  const refused: Partial<Record<EndpointName, string>> = {
    setUp: '403',
    refresh: '401',
    readSession: '404',
    // She is not there.
    transferSession: '422',
    widgetRead: '404',
  };
  const withExample = (Object.keys(endpoints) as EndpointName[]).filter((name) => 'example' in endpoints[name]);
  test.each(withExample)('of %s is accepted by a live server', async (name) => {
    const { verb, path, operation } = described(name);
    const { token, named: theirs } = await whoMay(name);
    const body = operation.requestBody?.content['application/json'].example;
    const named = path.replace(/\{(\w+)\}/g, (_, parameter: string) => String(theirs[parameter]));
    const answer = await ask(server, `${verb} ${named}`, { token, body });
    const expected = refused[name] ? [refused[name]] : Object.keys(operation.responses);
    expect(expected, answer.text).toContain(String(answer.status));
  });

  /** Each example meets a conversation of its own, and a colleague to hand it to. */
  async function whoMay(name: EndpointName): Promise<{ token?: string; named: Record<string, unknown> }> {
    const [verb, path] = paths[name];
    const access = document.paths[inDocument(path)]?.[verb.toLowerCase()];
    if (access?.security?.length === 0) return { named: {} };
    if (name.startsWith('widget')) return { token: (await server.asClient()).token, named: {} };
    const { sessionId, answerId } = await beginConversation(server, things.john);
    const named = { ...things, sessionId, messageId: answerId, userId: things.colleagueId };
    return { token: /:sessionId/.test(path) ? things.john.token : (await server.asCompany()).token, named };
  }
});
