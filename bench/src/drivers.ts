import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './server-process.ts';

/** The server's own drivers, so that the raw engine is measured through the very same ones. */
const ofServer = createRequire(join(root, 'apps/server/package.json'));

export interface SqliteStatement {
  run(...values: unknown[]): void;
  get(...values: unknown[]): unknown;
  all(...values: unknown[]): unknown[];
}
export interface SqliteHandle {
  pragma(text: string): void;
  exec(text: string): void;
  prepare(text: string): SqliteStatement;
  close(): void;
}
export const openSqlite = (file: string): SqliteHandle => {
  const Handle = ofServer('better-sqlite3') as new (file: string) => SqliteHandle;
  return new Handle(file);
};

export interface PostgresConnection {
  connect(): Promise<void>;
  query<R>(query: { name?: string; text: string; values?: unknown[] }): Promise<{ rows: R[] }>;
  end(): Promise<void>;
}
export const postgresConnection = (url: string): PostgresConnection => {
  const { Client } = ofServer('pg') as { Client: new (options: { connectionString: string }) => PostgresConnection };
  return new Client({ connectionString: url });
};

/** One statement after the other, together or not at all; also while a server runs on it. */
export async function runAll(engine: 'sqlite' | 'postgres', at: string, statements: string[]): Promise<void> {
  if (engine === 'sqlite') {
    const db = openSqlite(at);
    db.pragma('busy_timeout = 5000');
    for (const text of ['BEGIN IMMEDIATE', ...statements, 'COMMIT']) db.exec(text);
    db.close();
    return;
  }
  const connection = postgresConnection(at);
  await connection.connect();
  for (const text of ['BEGIN', ...statements, 'COMMIT']) await connection.query({ text });
  // What its autovacuum would have done within a minute.
  await connection.query({ text: 'VACUUM ANALYZE' });
  await connection.end();
}
