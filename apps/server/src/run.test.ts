import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { disconnects } from '@switchboard/centrifuge-server';
import { createClient } from '@switchboard/sdk';
import { afterAll, describe, expect, test } from 'vitest';
import { demo } from './demo/seed.ts';
import { listen } from './testing/listen.ts';
import { freePort, runServerProcess, startServerProcess } from './testing/server-process.ts';
import { startTestServer } from './testing/start-test-server.ts';
import { makeTestDatabase } from './testing/test-database.ts';

// Starts of a real process, on a machine that may be busy.
const startsMs = 60_000;
const stopsWithinMs = 2000;

test(
  'an empty database is made and seeded, a filled one is kept; SIGTERM ends it cleanly with its lines told to come back',
  async () => {
    const testDatabase = await makeTestDatabase();
    const port = await freePort();
    const start = () => startServerProcess(testDatabase, ['--port', `${port}`]);
    try {
      const first = await start();
      expect(first.output()).toContain('demo company seeded');
      const as = (token: string) => createClient({ baseUrl: first.url, token: () => token });
      const company = await as('').call('companyToken', { body: { login: demo.login, password: demo.password } });
      const expiresAt = new Date(Date.now() + 3600_000).toISOString();
      const token = await as(company).call('operatorToken', { body: { id: demo.operatorId, expiresAt } });
      const line = await listen(first.url, token);
      const { clientToken } = await as('').call('widgetOpen', { body: { guid: demo.channelId } });
      const sent = await as(clientToken).call('widgetSend', { body: { body: 'Keep this' } });
      await as(company).call('synchronizeOperators', { body: [{ organizationId: 24, name: 'Emily Davis' }] });

      const told = performance.now();
      first.child.kill('SIGTERM');
      expect(await first.ended).toBe(0);
      expect(performance.now() - told).toBeLessThan(stopsWithinMs);

      const back = line.connected();
      const second = await start();
      expect(second.output()).not.toContain('seeded');
      await back;
      expect(line.comebacks).toContain(disconnects.shutdown.code);
      // Every kind of token is still good, every row still there, ids go on where they were.
      expect((await as(clientToken).call('widgetMessages')).items?.[0]).toEqual(sent);
      expect(await as(token).call('me')).toMatchObject({ id: demo.operatorId });
      const [next] = await as(company).call('synchronizeOperators', { body: [{ organizationId: 24, name: 'Next' }] });
      expect(next?.id).toBe(105);
      expect((await as(company).call('companyOperators', { query: { organizationId: 24 } })).length).toBe(5);
      line.close();

      second.child.kill('SIGINT');
      expect(await second.ended).toBe(0);
    } finally {
      await testDatabase.remove();
    }
  },
  startsMs,
);

test('it says that it lives and is ready, and what it does', async () => {
  await using server = await startTestServer();
  const get = async (path: string) => {
    const response = await fetch(server.url + path);
    return { status: response.status, text: await response.text() };
  };
  expect(await get('/livez')).toMatchObject({ status: 200 });
  expect(await get('/readyz')).toMatchObject({ status: 200 });
  const operator = await server.asOperator();
  await operator.listen();
  await server.settled();
  const client = await server.asClient();
  await client.call('widgetSend', { body: { body: 'A secret word' } });
  await client.call('widgetMessages');
  await operator.call('pause');
  await (await server.asClient()).call('widgetSend', { body: { body: 'Another' } });
  const { status, text } = await get('/metrics');
  expect(status).toBe(200);
  const value = (name: string) =>
    Number(new RegExp(`^${name.replace(/[{}"/]/g, '\\$&')} (\\S+)$`, 'm').exec(text)?.[1]);
  expect(value('switchboard_live_connections')).toBe(1);
  expect(value('switchboard_sessions_active')).toBe(1);
  expect(value('switchboard_sessions_help')).toBe(1);
  const messages = 'endpoint="/api/v1/widget/messages"';
  expect(value(`switchboard_request_seconds_count{method="POST",${messages},status="201"}`)).toBe(2);
  expect(value(`switchboard_request_seconds_count{method="GET",${messages},status="200"}`)).toBe(1);
  for (const counted of ['deliveries', 'recovered', 'not_recovered']) {
    expect(text).toContain(`# TYPE switchboard_live_${counted}_total counter`);
  }
  expect(value('switchboard_live_deliveries_total')).toBeGreaterThan(0);
  // A second reading tells the same, not the sum of both.
  expect((await get('/metrics')).text).toContain(
    `switchboard_live_deliveries_total ${value('switchboard_live_deliveries_total')}\n`,
  );
  expect(value('switchboard_database_seconds_count')).toBeGreaterThan(5);
  expect(value('switchboard_event_loop_delay_seconds')).toBeGreaterThanOrEqual(0);
  expect(text).not.toContain('secret');
});

describe('a start that cannot be says why, in a sentence, and ends', () => {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-run-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'file');
  writeFileSync(file, 'no folder');

  async function attempt(settings: { data?: string; 'database-url'?: string }, args: string[] = []) {
    const { child, ended, output } = runServerProcess({ data: folder, 'database-url': '', ...settings }, args);
    // One that starts after all must not outlive the test.
    child.stdout?.once('data', () => child.kill('SIGKILL'));
    return { code: await ended, said: output() };
  }

  test(
    'the port is taken',
    async () => {
      const other = createServer();
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      const address = other.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      expect(await attempt({}, ['--port', `${port}`])).toEqual({
        code: 1,
        said: `Switchboard cannot start: port ${port} is taken. Give another: npm start -- --port 0\n`,
      });
      await new Promise((resolve) => other.close(resolve));
    },
    startsMs,
  );

  test(
    'the address is of another machine',
    async () => {
      for (const host of ['192.0.2.1', 'nowhere.invalid']) {
        expect(await attempt({}, ['--host', host])).toEqual({
          code: 1,
          said: `Switchboard cannot start: ${host} is no address of this machine. Give another: npm start -- --host 0.0.0.0\n`,
        });
      }
    },
    startsMs,
  );

  test(
    'DATABASE_URL is for something else',
    async () => {
      expect(await attempt({ 'database-url': 'mysql://localhost/x' })).toEqual({
        code: 1,
        said: 'Switchboard cannot start: DATABASE_URL must begin with postgres:// (leave it out for SQLite in the data folder).\n',
      });
    },
    startsMs,
  );

  test(
    'PostgreSQL is down',
    async () => {
      const port = await freePort();
      expect(await attempt({ 'database-url': `postgres://postgres:hidden@127.0.0.1:${port}/x` })).toEqual({
        code: 1,
        said: 'Switchboard cannot start: nothing answers at DATABASE_URL. Is PostgreSQL running?\n',
      });
    },
    startsMs,
  );

  test(
    'an option is unknown, or has no sense',
    async () => {
      expect(await attempt({}, ['--prot', '1'])).toMatchObject({ code: 2, said: expect.stringContaining("'--prot'") });
      expect(await attempt({}, ['--event-hours', 'many'])).toEqual({
        code: 2,
        said: '--event-hours must be a whole number, not "many".\n',
      });
      expect(await attempt({}, ['--port', '70000'])).toEqual({
        code: 2,
        said: '--port must be at most 65535, not "70000".\n',
      });
    },
    startsMs,
  );

  test(
    'the data folder is a file',
    async () => {
      const { code, said } = await attempt({ data: file });
      expect(code).toBe(1);
      expect(said).toContain(`the data folder ${file}`);
      expect(said).not.toContain('    at ');
    },
    startsMs,
  );

  test(
    'the database file is none',
    async () => {
      const broken = join(folder, 'broken');
      mkdirSync(broken);
      writeFileSync(
        join(broken, 'switchboard.db'),
        'This is no database, and long enough to be looked at. '.repeat(100),
      );
      const { code, said } = await attempt({ data: broken });
      expect(code).toBe(1);
      expect(said).toContain('switchboard.db');
      expect(said).not.toContain('    at ');
    },
    startsMs,
  );
});
