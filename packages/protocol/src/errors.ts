import { type Static, Type } from 'typebox';

export const ErrorBody = Type.Object(
  {
    error: Type.String({ description: 'A sentence a person can read.' }),
    code: Type.String(),
    details: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
    requestId: Type.Optional(Type.String()),
    winner: Type.Optional(Type.Object({ id: Type.Integer(), name: Type.String() })),
    since: Type.Optional(Type.Array(Type.Unsafe<unknown>({}))),
  },
  { description: 'One error shape for both faces.' },
);
export type ErrorBody = Static<typeof ErrorBody>;

/** code → HTTP status. The only list of error codes; `http/` translates with it. */
export const errorStatus = {
  invalid_request: 400,
  invalid_json: 400,
  invalid_expiry: 400,
  unauthorized: 401,
  wrong_credentials: 401,
  token_expired: 401,
  forbidden: 403,
  not_your_session: 403,
  client_banned: 403,
  not_your_message: 403,
  not_allowed: 403,
  not_found: 404,
  conflict: 409,
  already_taken: 409,
  newer_messages: 409,
  stale_control: 409,
  email_in_use: 409,
  body_too_large: 413,
  unsupported_media_type: 415,
  operator_not_active: 422,
  operator_full: 422,
  operator_unavailable: 422,
  session_closed: 422,
  already_theirs: 422,
  unknown_result: 422,
  not_paused: 422,
  not_active: 422,
  no_bot: 422,
  too_late: 422,
  in_use: 422,
  last_administrator: 422,
  not_in_help: 422,
  empty_message: 422,
  message_too_long: 422,
  attachments_unavailable: 422,
  idempotency_mismatch: 422,
  too_many_requests: 429,
  headers_too_large: 431,
  internal: 500,
  unavailable: 503,
} as const;
export type ErrorCode = keyof typeof errorStatus;
