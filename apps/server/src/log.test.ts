import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demo } from './demo/seed.ts';
import { createLog } from './log.ts';
import { ask } from './testing/ask.ts';
import { startTestServer, type TestServer } from './testing/start-test-server.ts';

const lines: string[] = [];
const log = () => createLog('trace', { write: (line: string) => void lines.push(line) });

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ log: log() });
});
afterAll(() => server[Symbol.asyncDispose]());

test('a whole day of work leaves no secret and no word of a conversation in the log', async () => {
  const secrets = new Set(['demo-password', 'a wrong guess', 'What they asked', 'What we answered']);

  const company = await server.asCompany();
  const signedIn = await server.asSignedIn('john.smith@example.com');
  const { key } = await company.call('createApiKey', { body: { name: 'Key' }, idempotencyKey: 'idempotency-secret' });
  const renewed = await server.withToken('').call('refresh', { body: { refreshToken: signedIn.refreshToken } });
  const operator = server.withToken(renewed.token);
  const client = await server.asClient();
  for (const secret of [company.token, signedIn.token, signedIn.refreshToken, key, renewed.token, renewed.refreshToken])
    secrets.add(secret);
  secrets.add(client.token).add('idempotency-secret');

  const panel = await operator.listen();
  const widget = await client.listen();
  await panel.until('operatorStatusChanged', ({ presence }) => presence === 'online');
  const { sessionId, id } = await client.call('widgetSend', { body: { body: 'What they asked', localId: 'l' } });
  await operator.call('sendMessage', { params: { sessionId }, body: { body: 'What we answered' } });
  await operator.call('readSession', { params: { sessionId }, body: { messageId: id } });
  await widget.until('chatMessageCreated', ({ body }) => body === 'What we answered');

  // What goes wrong is where logs usually talk.
  const login = { email: 'john.smith@example.com', password: 'a wrong guess' };
  expect((await ask(server, 'POST /api/v1/auth/login', { body: login })).status).toBe(401);
  expect((await ask(server, 'GET /api/v1/users/me', { token: `${renewed.token}x` })).status).toBe(401);
  expect((await ask(server, `GET /api/v1/users/me?token=${renewed.token}`)).status).toBe(401);
  expect((await ask(server, `GET /nothing/${renewed.token}`)).status).toBe(404);
  expect((await ask(server, 'POST /api/v1/auth/login', { raw: '{"password":"a wrong guess"' })).status).toBe(400);
  await expect(server.withToken('sbk_not-a-key').listen()).rejects.toThrow();
  secrets.add('sbk_not-a-key');
  await company.call('operatorStatus', { body: { id: 101, status: 1 } });

  expect(lines.some((line) => line.includes('"msg":"request"'))).toBe(true);
  for (const secret of secrets) expect(lines.filter((line) => line.includes(secret))).toEqual([]);
});

test('a script that breaks is logged by ids and place, without a word of it or of the client', async () => {
  const company = await server.asCompany();
  const script = { start: 'hi', steps: { hi: { say: 'Hi', ask: 'name', goTo: 'bye' }, bye: { close: true } } } as const;
  const { id: botId } = await company.call('createBot', { body: { organizationId: 24, name: 'Breaks', script } });
  await company.call('changeChat', { params: { chatId: demo.channelId }, body: { botId } });
  const client = await server.asClient();
  const { sessionId } = await client.call('widgetSend', { body: { body: 'A first word' } });
  lines.length = 0;
  await server.app.transact(({ db }) =>
    db.updateTable('bots').set({ script: '{"start":\n    at Between us' }).where('id', '=', botId).execute(),
  );
  await client.call('widgetSend', { body: { body: 'A second word' } });
  const failed = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'bot.failed');
  expect(failed).toEqual([expect.objectContaining({ level: 40, botId, sessionId, error: 'SyntaxError' })]);
  expect(failed[0].at).toContainEqual(expect.stringContaining('take-turn.ts'));
  for (const words of ['second word', 'Between']) expect(JSON.stringify(failed)).not.toContain(words);
  await company.call('changeChat', { params: { chatId: demo.channelId }, body: { botId: null } });
});

test('an error of the database is logged without the row that it refused', async () => {
  lines.length = 0;
  const { name } = server.database.dialect;
  await server.app.transact(async ({ db }) => {
    const refuse =
      name === 'postgres'
        ? sql`ALTER TABLE messages ADD CONSTRAINT never CHECK (body <> 'Between the two of us')`
        : sql`CREATE TRIGGER never BEFORE INSERT ON messages WHEN new.body = 'Between the two of us' BEGIN SELECT RAISE(ABORT, 'never'); END`;
    await refuse.execute(db);
  });
  const client = await server.asClient();
  const answer = await ask(server, 'POST /api/v1/widget/messages', {
    token: client.token,
    body: { body: 'Between the two of us' },
  });
  expect(answer.status).toBe(500);
  expect(answer.json).toMatchObject({ code: 'internal', error: 'Something went wrong on our side. Try again.' });
  expect(answer.text).not.toContain('never');

  const failed = lines.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'request.failed');
  expect(failed).toMatchObject({ requestId: (answer.json as { requestId: string }).requestId });
  expect(failed.err.message).toContain('never');
  expect(failed.err.stack).toContain('at ');
  expect(lines.join('')).not.toContain('Between the two of us');
});

test('a token or password in the wrong place of a log line is cut out', () => {
  lines.length = 0;
  log().info({
    token: 'T1',
    password: 'P1',
    call: { token: 'T2', refreshToken: 'R2', body: 'B2', authorization: 'A2' },
  });
  expect(lines.join('')).not.toMatch(/T1|P1|T2|R2|B2|A2/);
});
