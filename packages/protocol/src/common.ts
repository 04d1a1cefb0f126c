import { type Static, type TObject, type TSchema, Type } from 'typebox';
import { limits } from './limits.ts';

// A type array instead of anyOf: the serializer decides by typeof, without running a validator.
export const nullable = {
  string: (options: object = {}) => Type.Unsafe<string | null>({ type: ['string', 'null'], ...options }),
  integer: (options: object = {}) => Type.Unsafe<number | null>({ type: ['integer', 'null'], ...options }),
  boolean: (options: object = {}) => Type.Unsafe<boolean | null>({ type: ['boolean', 'null'], ...options }),
  object: <T extends TObject>(schema: T) => Type.Unsafe<Static<T> | null>({ ...schema, type: ['object', 'null'] }),
};

export const Uuid = Type.String({ format: 'uuid' });
/** ISO 8601, UTC. */
export const Timestamp = Type.String({ format: 'date-time' });
export const NullableTimestamp = nullable.string({ format: 'date-time' });

const iso8601 = /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/i;

/** Milliseconds of an ISO 8601 time, in UTC where it names no zone; null when it only looks like a moment, or not even so. */
export function parseTime(text: string): number | null {
  const [whole, year, month, day, zone] = iso8601.exec(text) ?? [];
  // Date.parse takes the 30th of February for the 2nd of March.
  if (whole === undefined || Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()) return null;
  const at = Date.parse(zone === undefined ? `${whole}Z` : whole);
  return Number.isNaN(at) ? null : at;
}
export const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

/** A name somebody gives: not only spaces, counted after trimming. */
export const Name = Type.String({
  format: 'name',
  description: `1 to ${limits.nameCharacters} characters after trimming.`,
});
export const isName = (text: string): boolean => {
  const { length } = [...text.trim()];
  return length >= 1 && length <= limits.nameCharacters;
};

export const oneOf = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values] });

export const listOf = <T extends TSchema>(item: T) =>
  Type.Object({
    count: Type.Optional(Type.Integer()),
    items: Type.Optional(Type.Array(item)),
    nextCursor: Type.Optional(Type.String()),
  });

/** Text of a form that JSON Schema has no word for. `form` ends the sentence "must be …". */
export const textOf = (form: string, pattern: string) =>
  Type.String({ pattern, description: `${form.slice(0, 1).toUpperCase()}${form.slice(1)}.` });

/** Nothing at all is nothing asked: so PHP's http_build_query writes it. */
const separated = (values: readonly string[], before = '', after = '') => {
  const one = `${before}(?:${values.join('|')})`;
  return textOf(`one or several of ${values.join(', ')}, separated by commas${after}`, `^(?:${one}(?:,${one})*)?$`);
};
export const severalOf = (values: readonly string[]) => Type.Optional(separated(values));

/** How a list is shown, whatever is in it. */
export const shownQuery = (item: TObject) => ({
  fields: severalOf(Object.keys(item.properties)),
  withoutCount: Type.Optional(Type.Boolean()),
  withoutItems: Type.Optional(Type.Boolean()),
});

export const limitQuery = Type.Optional(
  Type.Integer({ minimum: 1, maximum: limits.listMost, description: `Default ${limits.listDefault}.` }),
);

/** What every list in pages is asked with. */
export const pagesQuery = (item: TObject, sortedBy: readonly string[]) => ({
  limit: limitQuery,
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: limits.offsetMost })),
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.offsetMost })),
  // A plus in a query string arrives as a space.
  sort: Type.Optional(separated(sortedBy, '[-+ ]?', ', - before one turns it round')),
  ...shownQuery(item),
  cursor: Type.Optional(
    Type.String({
      description: 'A `nextCursor` of the same filters and sort; how much is shown, and how, may change.',
    }),
  ),
});

/** The same for lists that stay short: nobody needs a cursor there. */
export const shortPagesQuery = (item: TObject, sortedBy: readonly string[]) => {
  const { cursor: _cursor, ...pages } = pagesQuery(item, sortedBy);
  return pages;
};

export const Empty = Type.Object({});
