import { closeSync, fdatasync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import SqliteFile from 'better-sqlite3';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { keepLogShort } from './checkpoints.ts';
import type { Database } from './database.ts';
import { sqliteDialect } from './dialect.ts';
import { groupCommit } from './group-commit.ts';
import type { Tables } from './tables.ts';

/**
 * One file, two connections: all writing goes through the writer, in transactions that share a commit; reads use the
 * other connection, so they see committed rows only and never wait for the writer.
 */
export function openSqlite(file: string, metrics: { observe(seconds: number): void }): Database {
  const lock = lockFolder(`${file}.lock`);
  const writer = openFile(file);
  const reader = openFile(file);
  reader.pragma('query_only = 1');
  const writing = kyselyOver(writer, () => null);
  const checkpoints = keepLogShort(file);
  // The first read makes the log, if there is none.
  reader.prepare('SELECT count(*) FROM sqlite_schema').get();
  const log = openSync(`${file}-wal`, 'r+');
  const transaction = groupCommit({
    writer,
    db: writing,
    sync: () => flush(log),
    rest: checkpoints.rest,
    metrics: {
      observe(seconds) {
        metrics.observe(seconds);
        checkpoints.committed();
      },
    },
  });
  const closeAll = async (): Promise<void> => {
    await transaction.settled();
    await checkpoints.close();
    closeSync(log);
    reader.close();
    writer.close();
    lock.close();
  };
  let closed: Promise<void> | undefined;
  return {
    dialect: sqliteDialect,
    read: kyselyOver(reader, transaction.onDisk),
    prepared: null,
    notices: null,
    migrating: writing,
    transaction,
    async ping() {
      reader.prepare('SELECT 1').get();
    },
    // Once: a second time the log's descriptor may be somebody else's.
    close: () => (closed ??= closeAll()),
  };
}

/**
 * One process on one folder: a second would route, and be heard by, connections that the first knows nothing of. The lock is
 * the engine's own, so it ends with the process however that ends.
 */
function lockFolder(file: string): SqliteFile.Database {
  const lock = new SqliteFile(file, { timeout: 0 });
  try {
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'SQLITE_BUSY') throw error;
    throw new Error('another server runs on this data folder. Stop it, or give another folder: --data FOLDER');
  }
  return lock;
}

function openFile(file: string): SqliteFile.Database {
  const handle = new SqliteFile(file);
  // A commit writes whole pages, and a message changes a few bytes in each of ten.
  handle.pragma('page_size = 2048');
  handle.pragma('journal_mode = WAL');
  // Not FULL, whose COMMIT would hold the event loop while the disk works: groupCommit flushes the log itself, elsewhere.
  handle.pragma('synchronous = NORMAL');
  handle.pragma('foreign_keys = ON');
  handle.pragma('busy_timeout = 5000');
  handle.pragma('cache_size = -32768');
  // Each savepoint keeps the pages it touches; in a temporary file that would cost more than the message itself.
  handle.pragma('temp_store = MEMORY');
  // Only if the thread of checkpoints.ts cannot keep up: 512 MB.
  handle.pragma('wal_autocheckpoint = 256000');
  // The built-in one knows ASCII only, and people search in Ukrainian.
  handle.function('lower', { deterministic: true }, (text) => (typeof text === 'string' ? text.toLowerCase() : text));
  return handle;
}

type Pending = () => Promise<void> | null;

/** `pending`: what a query has to wait for, if there is anything. */
export function kyselyOver(handle: SqliteFile.Database, pending: Pending): Kysely<Tables> {
  const driver = new SingleConnectionDriver(handle, pending);
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SharedConnectionAdapter(),
      createDriver: () => driver,
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SteadyQueryCompiler(),
    },
  });
}

/**
 * A bare `?` makes this build of the engine plan many queries anew for every value (STAT4), which costs twenty times the
 * query. So no index is chosen by a value: where a partial one is meant, its condition is a literal.
 */
class SteadyQueryCompiler extends SqliteQueryCompiler {
  protected override getCurrentParameterPlaceholder(): string {
    return '+?';
  }
}

class SharedConnectionAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

const flush = promisify(fdatasync);

const statementsKept = 1000;

// Every query runs to its end before the next begins, so one connection can be shared without a lock.
class SingleConnectionDriver implements Driver {
  readonly #handle: SqliteFile.Database;
  readonly #connection: DatabaseConnection;
  readonly #statements = new Map<string, SqliteFile.Statement>();

  constructor(handle: SqliteFile.Database, pending: Pending) {
    this.#handle = handle;
    this.#connection = {
      executeQuery: <R>(query: CompiledQuery) =>
        pending() ? this.#runLater<R>(query, pending) : Promise.resolve(this.#run<R>(query)),
      streamQuery: () => {
        throw new Error('streaming is not used');
      },
    };
  }

  async #runLater<R>(query: CompiledQuery, pending: Pending): Promise<QueryResult<R>> {
    for (let wait = pending(); wait; wait = pending()) await wait;
    return this.#run<R>(query);
  }

  #run<R>(query: CompiledQuery): QueryResult<R> {
    let statement = this.#statements.get(query.sql);
    if (!statement) {
      statement = this.#handle.prepare(query.sql);
      if (this.#statements.size >= statementsKept) this.#statements.clear();
      this.#statements.set(query.sql, statement);
    }
    if (statement.reader) return { rows: statement.all(...query.parameters) as R[] };
    const result = statement.run(...query.parameters);
    return { rows: [], numAffectedRows: BigInt(result.changes), insertId: BigInt(result.lastInsertRowid) };
  }

  async init(): Promise<void> {}
  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}
  // Only the migrator begins transactions by Kysely; everything else by groupCommit.
  async beginTransaction(): Promise<void> {
    this.#handle.exec('BEGIN IMMEDIATE');
  }
  async commitTransaction(): Promise<void> {
    this.#handle.exec('COMMIT');
  }
  async rollbackTransaction(): Promise<void> {
    this.#handle.exec('ROLLBACK');
  }
}
