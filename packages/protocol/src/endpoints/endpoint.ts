import type { TSchema } from 'typebox';

export interface Endpoint {
  summary: string;
  /** 201 where something is made, 200 otherwise. */
  status?: 200 | 201;
  params?: TSchema;
  query?: TSchema;
  body?: TSchema;
  /** The body may be left out. */
  bodyOptional?: boolean;
  /** Absent: an empty body. */
  response?: TSchema;
  /** Accepts `Idempotency-Key`. */
  creates?: boolean;
  example?: unknown;
}
