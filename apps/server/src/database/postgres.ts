import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Database } from './database.ts';
import { postgresDialect } from './dialect.ts';
import { createNotices } from './notices.ts';
import { isStale, PooledClient, pooled } from './pooled-client.ts';
import { createNames } from './statement-names.ts';
import type { Tables } from './tables.ts';
import { TransactingClient } from './transacting-client.ts';

const bigintType = 20;
pg.types.setTypeParser(bigintType, Number);

const attempts = 5;
// serialization_failure, deadlock_detected: the engine asks for another try; nothing of the first one stayed.
// unique_violation: somebody committed the same key after we had looked; the next try sees it and says so.
const tryAgain = new Set(['40001', '40P01', '23505']);

export function openPostgres(
  url: string,
  metrics: { observe(seconds: number): void },
  onError: (error: Error) => void,
): Database {
  const pool = new pg.Pool({ connectionString: url, max: 16, application_name: 'switchboard', pipeline: true });
  // An idle connection that breaks must not end the process; the next query opens another.
  pool.on('error', onError);
  // Nor one that breaks between two queries of a transaction: the next of them says so.
  pool.on('connect', (client) => client.on('error', () => {}));
  const names = createNames();
  const through = (Kind: typeof PooledClient) =>
    new Kysely<Tables>({ dialect: new PostgresDialect({ pool: pooled(pool, names, Kind) }) });
  const db = through(PooledClient);
  const transacting = through(TransactingClient);
  const notices = createNotices(url, onError);
  return {
    dialect: postgresDialect,
    read: db,
    async prepared<Row>({ name, text }: { name: string; text: string }, values: unknown[]): Promise<Row[]> {
      return (await triedAgain(() => pool.query<Row & pg.QueryResultRow>({ name, text, values }))).rows;
    },
    notices,
    migrating: db,
    async transaction(run) {
      const started = performance.now();
      const value = await triedAgain(() => transacting.transaction().execute(run), names.renew);
      metrics.observe((performance.now() - started) / 1000);
      return value;
    },
    async ping() {
      await pool.query('SELECT 1');
    },
    async close() {
      await notices.close();
      await pool.end();
    },
  };
}

async function triedAgain<T>(act: () => Promise<T>, renew?: () => void): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      const stale = renew !== undefined && isStale(error);
      if (stale) renew();
      if (attempt === attempts || !(stale || tryAgain.has(codeOf(error)))) throw error;
    }
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
