import { limits } from '@switchboard/protocol';
import { type Expression, type SqlBool, sql } from 'kysely';

export interface Paging {
  limit?: number | undefined;
  offset?: number | undefined;
  page?: number | undefined;
}

export function pageOf({ limit = limits.listDefault, offset, page }: Paging): { limit: number; offset: number } {
  return { limit, offset: offset ?? ((page ?? 1) - 1) * limit };
}

/** `-startedAt,name` → columns in order. The schema has let no other name through. */
export function sortOf<Field extends string, C extends string>(
  sort: string | undefined,
  columns: Record<Field, C>,
): { column: C; direction: 'asc' | 'desc' }[] {
  if (!sort) return [];
  return sort.split(',').map((part) => {
    // A plus in a query string arrives as a space.
    const name = part.replace(/^[-+ ]/, '') as Field;
    return { column: columns[name], direction: part.startsWith('-') ? 'desc' : 'asc' };
  });
}

/** `%` and `_` in what a person typed mean themselves. */
export const likePattern = (text: string): string => `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;

export const contains = (column: Expression<string | null>, pattern: string): Expression<SqlBool> =>
  sql<SqlBool>`lower(${column}) LIKE ${pattern} ESCAPE '\\'`;
