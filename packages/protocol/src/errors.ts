import { type Static, Type } from 'typebox';
import { limits } from './limits.ts';

/** The only list of error codes: HTTP status and what to know of it. `http/` translates with it. */
const errors = {
  invalid_request: [400, 'Something asked is not of its form; `details` names every field.'],
  invalid_json: [400, 'The body is no JSON.'],
  invalid_expiry: [400, '`expiresAt` is missing, past, or more than a day ahead.'],
  unauthorized: [401, 'No token, a wrong or a revoked one, or its operator is not active: sign in again.'],
  wrong_credentials: [401, 'No such login or e-mail with this password.'],
  token_expired: [401, 'Refresh, or fetch another token.'],
  forbidden: [403, 'Not for this kind of token, this role, or pages of this origin.'],
  not_your_session: [403, 'Neither yours nor, where it says so, led by you: take it first.'],
  client_banned: [403, 'This client may not write.'],
  not_your_message: [403, 'Only who wrote a message edits or deletes it.'],
  not_allowed: [403, 'The organization lets nobody edit, or delete.'],
  not_found: [404, 'It does not exist, or not for you.'],
  conflict: [409, 'Somebody was faster, or the `localId` is of another author: load again.'],
  already_taken: [409, 'A colleague has the session: `winner` names who.'],
  newer_messages: [409, 'There are messages after `expectedLastMessageId`: `since` has them.'],
  stale_control: [409, 'The session is yours, but has changed since this `controlEpoch`: load again.'],
  email_in_use: [409, 'Another operator has this e-mail address.'],
  body_too_large: [413, 'Send less.'],
  unsupported_media_type: [415, 'Bodies are JSON.'],
  operator_not_active: [422, 'This operator is switched off or deleted.'],
  operator_full: [422, 'This operator has no place; a transfer may say `force`.'],
  operator_unavailable: [422, 'This operator is paused or offline; a transfer may say `force`.'],
  session_closed: [422, 'The session is closed.'],
  already_theirs: [422, 'The session is already with the operator named.'],
  unknown_result: [422, "Not one of the channel's `results`."],
  not_paused: [422, 'Only a paused session can be woken.'],
  not_active: [422, 'Only a session that an operator has can be paused.'],
  no_bot: [422, 'The channel has no bot.'],
  too_late: [422, 'The time for changing this message is over, or it is deleted.'],
  in_use: [422, 'A channel names this bot or group: change the channel first.'],
  last_administrator: [422, 'Somebody must stay who administers the company.'],
  not_in_help: [422, 'The session is closed and cannot be taken.'],
  empty_message: [422, 'A message needs words.'],
  message_too_long: [422, `A message has at most ${limits.messageBodyCharacters} characters.`],
  attachments_unavailable: [422, 'This server takes no attachments.'],
  idempotency_mismatch: [422, 'This `Idempotency-Key` was used for another request.'],
  too_many_requests: [429, 'Wait as long as `Retry-After` says.'],
  headers_too_large: [431, 'Send shorter headers.'],
  internal: [500, 'Our fault; the log has the `requestId`.'],
  unavailable: [503, 'Starting, stopping, or without its database: try again.'],
} as const satisfies Record<string, readonly [status: number, means: string]>;
export type ErrorCode = keyof typeof errors;

const statusOf = Object.entries(errors).map(([code, [status]]) => [code, status]);
/** code → HTTP status. */
export const errorStatus = Object.fromEntries(statusOf) as { [C in ErrorCode]: (typeof errors)[C][0] };

const listed = Object.entries(errors).map(([code, [status, means]]) => `- \`${code}\` (${status}): ${means}`);

export const ErrorBody = Type.Object(
  {
    error: Type.String({ description: 'A sentence a person can read.' }),
    code: Type.String({ description: `One of these; a newer server may know more.\n\n${listed.join('\n')}` }),
    details: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
    requestId: Type.Optional(Type.String()),
    winner: Type.Optional(Type.Object({ id: Type.Integer(), name: Type.String() })),
    since: Type.Optional(Type.Array(Type.Unsafe<unknown>({}))),
  },
  { description: 'One error shape for both faces.' },
);
export type ErrorBody = Static<typeof ErrorBody>;
