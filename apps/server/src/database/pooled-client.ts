import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type pg from 'pg';
import type { Names } from './statement-names.ts';

// "cached plan must not change result type": a newer server beside this one has added columns.
const tablesChanged = '0A000';
export const isStale = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === tablesChanged;

/** The pool as Kysely uses it, with connections of our own kind. */
export function pooled(
  pool: pg.Pool,
  names: Names,
  Kind: new (client: pg.PoolClient, names: Names) => PostgresPoolClient,
): PostgresPool {
  const known = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    async connect() {
      const client = await pool.connect();
      const connection = known.get(client) ?? new Kind(client, names);
      known.set(client, connection);
      return connection;
    },
    end: () => pool.end(),
  };
}

/** A connection that parses and plans each common statement once, for reads outside a transaction. */
export class PooledClient implements PostgresPoolClient {
  readonly #client: pg.PoolClient;
  readonly #names: Names;

  constructor(client: pg.PoolClient, names: Names) {
    this.#client = client;
    this.#names = names;
  }

  query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query(text: unknown, values: readonly unknown[] = []): unknown {
    if (typeof text !== 'string') throw new Error('streaming is not used');
    return this.ask(text, values);
  }

  release(destroy?: boolean): void {
    this.#client.release(destroy);
  }

  protected async ask(text: string, values: readonly unknown[]): Promise<unknown> {
    try {
      return await this.send(text, values);
    } catch (error) {
      if (!isStale(error)) throw error;
      this.#names.renew();
      return this.send(text, values);
    }
  }

  /**
   * With a callback: of pg's own promises each keeps the next one's rows alive until a full collection, so that a third of all
   * that was read grew old, and the pauses for young objects took seven times as long.
   */
  protected send(text: string, values: readonly unknown[]): Promise<unknown> {
    const name = this.#names.of(text);
    const asked = { text, values: [...values], ...(name !== undefined && { name }) };
    return new Promise((resolve, reject) => {
      void this.#client.query(asked, (error, result) => (error ? reject(error) : resolve(result)));
    });
  }
}
