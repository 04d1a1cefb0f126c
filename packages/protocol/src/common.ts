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

export const ListQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.listMost, description: 'Default 10.' })),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: limits.offsetMost })),
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.offsetMost })),
  sort: Type.Optional(Type.String({ description: 'Fields separated by commas, each with - or +.' })),
  fields: Type.Optional(Type.String({ description: 'Only these fields, separated by commas.' })),
  withoutCount: Type.Optional(Type.Boolean()),
  withoutItems: Type.Optional(Type.Boolean()),
  cursor: Type.Optional(Type.String()),
};

export const Empty = Type.Object({});
