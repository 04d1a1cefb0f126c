import { openSqlite, postgresConnection } from '../drivers.ts';
import { serveHelper } from '../helper-process.ts';
import { historyOf, type Size } from './history.ts';

export interface Fill extends Size {
  engine: 'sqlite' | 'postgres';
  /** A file, or an address. */
  at: string;
}

/** Puts a history straight into a database whose server is stopped. Answers how many messages it has. */
serveHelper<Fill, number>((fill) => (fill.engine === 'sqlite' ? fillSqlite(fill) : fillPostgres(fill)));

async function fillSqlite({ at, ...size }: Fill): Promise<number> {
  const db = openSqlite(at);
  // The server turns its own journal on again. If this fails nobody wants the file.
  for (const pragma of ['journal_mode = OFF', 'synchronous = OFF', 'foreign_keys = OFF', 'cache_size = -500000']) {
    db.pragma(pragma);
  }
  db.pragma('temp_store = MEMORY');
  db.exec('BEGIN');
  for (const statement of historyOf(size)) db.exec(statement);
  db.exec('COMMIT');
  const { count } = db.prepare('SELECT count(*) AS count FROM messages').get() as { count: number };
  db.close();
  return count;
}

async function fillPostgres({ at, ...size }: Fill): Promise<number> {
  const db = postgresConnection(at);
  await db.connect();
  // As whoever restores a backup does it; references are not checked row by row.
  for (const text of ['SET session_replication_role = replica', `SET work_mem = '256MB'`, 'BEGIN']) {
    await db.query({ text });
  }
  for (const text of historyOf(size)) await db.query({ text });
  await db.query({ text: `SELECT setval(pg_get_serial_sequence('sessions', 'number'), ${size.sessions})` });
  await db.query({ text: 'COMMIT' });
  // As in runAll.
  await db.query({ text: 'VACUUM ANALYZE' });
  const { rows } = await db.query<{ count: string }>({ text: 'SELECT count(*) AS count FROM messages' });
  await db.end();
  return Number(rows[0]?.count);
}
