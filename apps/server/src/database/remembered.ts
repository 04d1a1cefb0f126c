import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type pg from 'pg';

const fromUses = 5;
const mostNames = 500;
const mostCounted = 5000;

export interface Names {
  /** undefined: not worth remembering, so far. */
  of(text: string): string | undefined;
  /** After the tables have changed: what connections remember by the old names is never asked for again. */
  renew(): void;
}

export function createNames(): Names {
  let generation = 0;
  let uses = new Map<string, number>();
  let names = new Map<string, string>();
  return {
    of(text) {
      const known = names.get(text);
      if (known !== undefined) return known;
      const count = (uses.get(text) ?? 0) + 1;
      if (uses.size >= mostCounted) uses.clear();
      uses.set(text, count);
      if (count < fromUses || names.size >= mostNames || !hasOnePlan(text)) return undefined;
      uses.delete(text);
      const name = `t${generation}-${names.size}`;
      names.set(text, name);
      return name;
    },
    renew() {
      generation++;
      uses = new Map();
      names = new Map();
    },
  };
}

/** With a limit the best way depends on the values, so it is found anew for each. */
const hasOnePlan = (text: string): boolean => /\$1\b/.test(text) && !/ limit \$\d+/.test(text);

/**
 * The pool, whose connections parse and plan each common statement once and not at every use: thirty statements make one
 * decision of routing, and planning took longer than doing them.
 */
export function remembering(pool: pg.Pool, names: Names): PostgresPool {
  const known = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    async connect() {
      const client = await pool.connect();
      const remembers = known.get(client) ?? new Remembering(client, names);
      known.set(client, remembers);
      return remembers;
    },
    end: () => pool.end(),
  };
}

class Remembering implements PostgresPoolClient {
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
    const name = this.#names.of(text);
    const asked = { text, values: [...values] };
    return this.#client.query(name === undefined ? asked : { ...asked, name });
  }

  release(destroy?: boolean): void {
    this.#client.release(destroy);
  }
}
