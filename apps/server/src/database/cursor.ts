import { createHash } from 'node:crypto';
import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import { invalid } from '../errors.ts';

export type SortValue = string | number;

/** One column of an order that no two rows share. Never null: an order of nulls is each engine's own. */
export interface SortKey<Row> {
  column: Expression<SortValue>;
  direction: 'asc' | 'desc';
  /** The same of a row that was read. */
  of(row: Row): SortValue;
}

/** Which list a cursor is of: in other words for its order and its filters, an empty one being none. */
export const listOf = (sort: string, filters: unknown[]): string =>
  createHash('sha256')
    .update(JSON.stringify([sort, ...filters.map((value) => (value === '' ? undefined : value))]))
    .digest('base64url')
    .slice(0, 11);

/** Where a page ended, opaque to whoever carries it. */
export const cursorAfter = <Row>(list: string, keys: SortKey<Row>[], row: Row): string =>
  Buffer.from(JSON.stringify([list, ...keys.map((key) => key.of(row))])).toString('base64url');

/** Of each column a value of its type; what is no cursor of this list is refused. */
export function readCursor<Row>(list: string, keys: SortKey<Row>[], types: string[], cursor: string): SortValue[] {
  const [of, ...values] = parsed(cursor);
  const fits = values.length === keys.length && values.every((value, index) => isOf(value, types[index]));
  if (of === list && fits) return values as SortValue[];
  throw invalid([{ path: '/cursor', message: 'must be a nextCursor of the same filters and sort' }]);
}

function parsed(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

const isOf = (value: unknown, type: string | undefined): boolean =>
  type === 'number' ? Number.isSafeInteger(value) : typeof value === 'string' && !value.includes('\0');

/** Rows behind these values in the order of the keys. */
export function isAfter<DB, T extends keyof DB, Row>(
  eb: ExpressionBuilder<DB, T>,
  keys: SortKey<Row>[],
  values: SortValue[],
): Expression<SqlBool> {
  const [key, ...rest] = keys;
  const [value, ...others] = values;
  if (!key || value === undefined) return sql<SqlBool>`1 = 0`;
  const { column } = key;
  const upwards = key.direction === 'asc';
  const beyond = upwards ? sql<SqlBool>`${column} > ${value}` : sql<SqlBool>`${column} < ${value}`;
  if (rest.length === 0) return beyond;
  // Says no more than what follows; but engines find the place in an index only by this.
  const notBefore = upwards ? sql<SqlBool>`${column} >= ${value}` : sql<SqlBool>`${column} <= ${value}`;
  return eb.and([notBefore, eb.or([beyond, isAfter(eb, rest, others)])]);
}
