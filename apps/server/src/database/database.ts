import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Dialect } from './dialect.ts';
import { migrations } from './migrations.ts';
import type { Notices } from './notices.ts';
import type { Tables } from './tables.ts';

/** A statement that the engine plans once for each connection, known by its name. */
export type Prepared = <Row>(statement: { name: string; text: string }, values: unknown[]) => Promise<Row[]>;

export interface Database {
  dialect: Dialect;
  /** Committed rows only; may run beside a transaction. */
  read: Kysely<Tables>;
  /** Only where one statement is much cheaper than a transaction (PostgreSQL): runs it as its own transaction. */
  prepared: Prepared | null;
  /** Where several processes may share the database (PostgreSQL): what they tell each other. */
  notices: Notices | null;
  /** For the migrator alone. */
  migrating: Kysely<Tables>;
  /** All or nothing; resolves after the commit. `run` may be called again, and awaits only its own queries. */
  transaction<T>(run: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  dataFolder: string;
  /** postgres://…, or undefined for SQLite in the data folder. */
  url?: string | undefined;
  onError(error: Error): void;
  metrics: { observe(seconds: number): void };
}

export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  if (options.url && !/^postgres(ql)?:\/\//.test(options.url)) {
    throw new Error('DATABASE_URL must begin with postgres:// (leave it out for SQLite in the data folder).');
  }
  const database = await open(options);
  try {
    await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

/** Only the engine that is used is loaded. */
async function open({ url, metrics, onError, dataFolder }: DatabaseOptions): Promise<Database> {
  if (url) {
    const { openPostgres } = await import('./postgres.ts');
    return openPostgres(url, metrics, onError);
  }
  const { openSqlite } = await import('./sqlite.ts');
  return openSqlite(sqliteFile(dataFolder), metrics);
}

function sqliteFile(dataFolder: string): string {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  return join(dataFolder, 'switchboard.db');
}

async function migrate(database: Database): Promise<void> {
  const migrator = new Migrator({
    db: database.migrating,
    provider: { getMigrations: async () => migrations(database.dialect) },
  });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
