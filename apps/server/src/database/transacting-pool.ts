import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type pg from 'pg';
import type { Names } from './statement-names.ts';

/** Begins a statement of ours whose rows nobody reads. */
export const unread = '/* unread */';

// Enough for any decision; a thousand writes in a row do not pile up in memory.
const mostAhead = 64;

/**
 * The pool as transactions see it; twenty statements make one decision of routing, and waiting for each cost more than the
 * database's own work. So its connections parse and plan each common statement once, and a statement whose result nobody reads
 * is sent and not waited for: the engine does them in order, and whoever is waited for next brings the news of it.
 */
export function transactingPool(pool: pg.Pool, names: Names): PostgresPool {
  const known = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    async connect() {
      const client = await pool.connect();
      const connection = known.get(client) ?? new TransactingClient(client, names);
      known.set(client, connection);
      return connection;
    },
    end: () => pool.end(),
  };
}

class TransactingClient implements PostgresPoolClient {
  readonly #client: pg.PoolClient;
  readonly #names: Names;
  #ahead = 0;
  #begun: Promise<unknown> = Promise.resolve();
  /** The first failure of a statement that was sent ahead; those behind it only say that it has failed. */
  #failed: unknown;

  constructor(client: pg.PoolClient, names: Names) {
    this.#client = client;
    this.#names = names;
  }

  query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query(text: unknown, values: readonly unknown[] = []): unknown {
    if (typeof text !== 'string') throw new Error('streaming is not used');
    if (text === 'begin') return this.#begin();
    // The transaction is over: what failed in it has been told.
    if (text === 'rollback') return this.#client.query(text);
    return this.#inOrder(text, values);
  }

  release(destroy?: boolean): void {
    this.#client.release(destroy);
  }

  #begin(): Promise<unknown> {
    this.#failed = undefined;
    this.#begun = this.#send('begin', []);
    this.#noteFailure(this.#begun);
    return nothing;
  }

  async #inOrder(text: string, values: readonly unknown[]): Promise<unknown> {
    // Never a write outside: before the first one the transaction has surely begun.
    if (!isRead(text)) await this.#begun;
    this.#throwIfFailed();
    const sent = this.#send(text, values);
    if (isUnread(text) && this.#ahead < mostAhead) {
      this.#noteFailure(sent);
      return nothing;
    }
    try {
      return await sent;
    } catch (error) {
      this.#failed ??= error;
      throw this.#failed;
    } finally {
      this.#throwIfFailed();
    }
  }

  #send(text: string, values: readonly unknown[]): Promise<unknown> {
    const name = this.#names.of(text);
    const asked = { text, values: [...values] };
    return this.#client.query(name === undefined ? asked : { ...asked, name });
  }

  #noteFailure(sent: Promise<unknown>): void {
    this.#ahead++;
    sent.then(
      () => this.#ahead--,
      (error: unknown) => {
        this.#ahead--;
        this.#failed ??= error;
      },
    );
  }

  #throwIfFailed(): void {
    if (this.#failed !== undefined) throw this.#failed;
  }
}

const nothing = Promise.resolve({ command: 'INSERT' as const, rowCount: 0, rows: [] });

const isRead = (text: string): boolean => text.startsWith('select ') || text.startsWith(unread);

/** As Kysely writes them. */
const isUnread = (text: string): boolean =>
  text.startsWith(unread) || (/^(insert|update|delete) /.test(text) && !/ returning /.test(text));
