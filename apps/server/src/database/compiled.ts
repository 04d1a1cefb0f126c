import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import type { Tables } from './tables.ts';

class Placeholder {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

interface Plan<R> {
  query: CompiledQuery<R>;
  /** Placeholders where a call's own values go; everything else as it was built. */
  values: readonly unknown[];
}

/**
 * A query of the hot path, built and compiled once: Kysely's part is a sixth of a message's cost. `build` sees placeholders
 * instead of values, so it may pass them on and not look at them.
 */
export function compiled<P extends object, R>(build: Build<P, R>): Compiled<P, R> {
  // By engine: a transaction is another Kysely, but has its database's adapter.
  const plans = new WeakMap<object, Plan<R>>();
  return async (db, parameters) => {
    const { adapter } = db.getExecutor();
    let plan = plans.get(adapter);
    if (!plan) {
      const query = build(db, placeholders<P>()).compile();
      plan = { query, values: query.parameters };
      plans.set(adapter, plan);
    }
    const values = plan.values.map((value) =>
      value instanceof Placeholder ? parameters[value.name as keyof P] : value,
    );
    return (await db.executeQuery<R>({ ...plan.query, parameters: values })).rows;
  };
}

type Build<P, R> = (db: Kysely<Tables>, parameters: P) => Compilable<R>;
type Compiled<P, R> = (db: Kysely<Tables>, parameters: P) => Promise<R[]>;

const countsKept = 16;

/** The same for a query of so and so many rows: the common small numbers are kept. */
export function compiledByCount<P extends object, R>(
  build: (count: number) => Build<P, R>,
): (count: number) => Compiled<P, R> {
  const kept = new Map<number, Compiled<P, R>>();
  return (count) => {
    const known = kept.get(count);
    if (known) return known;
    const made = compiled(build(count));
    if (count <= countsKept) kept.set(count, made);
    return made;
  };
}

/** The same for a statement that changes some of many columns, each time others; `parameters` has none of their names. */
export function compiledByColumns<C extends object, P extends object, R>(
  build: (db: Kysely<Tables>, change: C, parameters: P) => Compilable<R>,
): (db: Kysely<Tables>, change: C, parameters: P) => Promise<R[]> {
  const kept = new Map<string, Compiled<C & P, R>>();
  return (db, change, parameters) => {
    const columns = Object.keys(change) as (keyof C)[];
    const key = columns.join();
    const of = (all: C) => Object.fromEntries(columns.map((column) => [column, all[column]])) as C;
    const made = kept.get(key) ?? compiled((engine, all: C & P) => build(engine, of(all), all));
    kept.set(key, made);
    return made(db, { ...change, ...parameters });
  };
}

const placeholders = <P extends object>(): P => new Proxy({} as P, { get: (_, name) => new Placeholder(String(name)) });
