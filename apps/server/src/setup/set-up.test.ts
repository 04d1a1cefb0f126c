import * as argon2 from '@node-rs/argon2';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ask, expectRefusal } from '../testing/ask.ts';
import { dump } from '../testing/dump.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';

vi.mock('@node-rs/argon2', { spy: true });

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ config: { demo: false } });
});
afterAll(() => server[Symbol.asyncDispose]());

const asked = (login = 'acme', more = {}) => ({
  setupToken: server.setupToken,
  company: ' Acme ',
  organization: 'Support',
  login,
  name: 'Ada Min',
  email: 'Ada@Acme.example',
  password: 'ten characters',
  ...more,
});
const setUp = (body: unknown) => ask(server, 'POST /api/v1/setup', { body });

test('a wrong link is refused before anything dear is done, and changes nothing', async () => {
  const before = await dump(server);
  vi.mocked(argon2.hash).mockClear();
  for (const setupToken of ['', 'x', '__proto__'])
    expectRefusal(await setUp(asked('acme', { setupToken })), 403, 'forbidden');
  expect(argon2.hash).not.toHaveBeenCalled();
  expect(await dump(server)).toBe(before);
});

test('every bad field is named', async () => {
  const details = expectRefusal(
    await setUp({ ...asked('a b'), company: ' ', email: 'ada', password: 'short', name: 5 }),
    400,
    'invalid_request',
  );
  expect(details.map(({ path }) => path).sort()).toEqual(['/company', '/email', '/login', '/name', '/password']);
});

test('of several at once one makes the company; the administrator is signed in and may sign in', async () => {
  const answers = await Promise.all(['acme', 'bcme', 'ccme', 'dcme'].map((login) => setUp(asked(login))));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 403, 403, 403]);
  const { token } = (answers.find(({ status }) => status === 201)?.json ?? {}) as { token: string };
  const me = await ask(server, 'GET /api/v1/users/me', { token });
  expect(me.json).toMatchObject({ name: 'Ada Min', email: 'ada@acme.example', roles: [{ name: 'ADMIN' }] });
  const login = { email: 'ada@acme.example', password: 'ten characters' };
  expect((await ask(server, 'POST /api/v1/auth/login', { body: login })).status).toBe(200);
  expect(await server.database.read.selectFrom('companies').select('name').execute()).toEqual([{ name: 'Acme' }]);
});

test('never again, also after a restart', async () => {
  const again = asked();
  expectRefusal(await setUp(again), 403, 'forbidden');
  server = await server.restart();
  expect(server.setupToken).toBeNull();
  expectRefusal(await setUp(again), 403, 'forbidden');
});
