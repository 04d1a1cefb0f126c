import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Answered, ask, expectRefusal } from '../testing/ask.ts';
import { serveDemoCompany } from '../testing/demo-company.ts';
import { eventually } from '../testing/fence.ts';

const { server, token } = await serveDemoCompany();

const unavailable = (answer: Answered) => {
  expectRefusal(answer, 503, 'unavailable');
  expect(answer.headers.get('retry-after')).toBe('1');
};

test('a server that is not ready says so in the one error shape', async () => {
  const { ping } = server.database;
  server.database.ping = () => Promise.reject(new Error('the disk is gone'));
  unavailable(await ask(server, 'GET /readyz'));
  server.database.ping = ping;
  expect((await ask(server, 'GET /readyz')).json).toEqual({ status: 'ready' });
});

// Only PostgreSQL is somewhere else, and can end a connection.
if (process.env.SWITCHBOARD_TEST_DATABASE) {
  describe('PostgreSQL ends our connection', () => {
    let beside: pg.Client;
    beforeAll(async () => {
      beside = new pg.Client({ connectionString: server.testDatabase.settings['database-url'] });
      await beside.connect();
    });
    afterEach(() => beside.query('ROLLBACK'));
    afterAll(() => beside.end());

    const ours = "FROM pg_stat_activity WHERE application_name = 'switchboard' AND datname = current_database()";
    const end = (which: string) => beside.query(`SELECT pg_terminate_backend(pid) ${ours} AND ${which}`);
    const there = async (which: string) => (await beside.query(`SELECT pid ${ours} AND ${which}`)).rows.length > 0;

    test('while a request waits for a row: 503 that says when to come back, and the next one is granted', async () => {
      const status = () => ask(server, 'POST /api/operator/status', { token, body: { id: 103, status: 0 } });
      await beside.query('BEGIN');
      await beside.query('SELECT 1 FROM operators, organizations FOR UPDATE');
      const waiting = status();
      await eventually(() => there("wait_event_type = 'Lock'"));
      await end("wait_event_type = 'Lock'");
      unavailable(await waiting);
      await beside.query('ROLLBACK');
      expect((await status()).status).toBe(200);
    });

    test('between two queries of a transaction: that one fails, the server goes on', async () => {
      const ended = server.database.transaction(async (db) => {
        await db.selectFrom('companies').select('id').execute();
        await end("state = 'idle in transaction'");
        await eventually(async () => !(await there("state = 'idle in transaction'")));
        await db.selectFrom('companies').select('id').execute();
      });
      await expect(ended).rejects.toThrow();
      expect((await ask(server, 'GET /api/company/organization', { token })).status).toBe(200);
    });
  });
}
