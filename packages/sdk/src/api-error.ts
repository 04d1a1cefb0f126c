import type { ErrorBody, ErrorCode } from '@switchboard/protocol';

/** The server answered with an error (contract §0): it has changed nothing. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status, 400–599. */
  readonly status: number;
  /** What went wrong, for programs; `internal` where the answer was no error body of ours (a proxy's page). */
  readonly code: ErrorCode;
  /** Every bad field of a refused request. */
  readonly details: NonNullable<ErrorBody['details']>;
  /** What to quote to whoever runs the server. */
  readonly requestId: string | null;
  /** Seconds to wait before trying again (429, 503); null where the server did not say. */
  readonly retryAfterSeconds: number | null;
  /** Who has it instead (409 `already_taken`). */
  readonly winner: { id: number; name: string } | null;
  /** The messages that came in between (409 `newer_messages`). */
  readonly since: readonly unknown[];

  constructor(status: number, body: Partial<ErrorBody>, retryAfterSeconds: number | null = null) {
    super(body.error ?? `The server answered ${status}.`);
    this.status = status;
    this.code = (body.code ?? 'internal') as ErrorCode;
    this.details = body.details ?? [];
    this.requestId = body.requestId ?? null;
    this.retryAfterSeconds = retryAfterSeconds;
    this.winner = body.winner ?? null;
    this.since = body.since ?? [];
  }
}

/** No answer came: offline, refused, cut off or too slow. Whether the server acted is unknown; repeat with the same `localId` or key. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  constructor(cause: unknown) {
    super('The server could not be reached.', { cause });
  }
}
