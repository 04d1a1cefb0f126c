import type { ErrorBody, ErrorCode } from '@switchboard/protocol';

type Extra = Pick<ErrorBody, 'details' | 'winner' | 'since'>;

/** A request that cannot be granted. Says what to mend; `http/` and `live/` translate the code. */
export class Refused extends Error {
  readonly code: ErrorCode;
  readonly extra: Extra;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, extra: Extra = {}, retryAfterSeconds?: number) {
    super(message);
    this.name = 'Refused';
    this.code = code;
    this.extra = extra;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

// Another tenant's object answers exactly as one that does not exist.
export const notFound = (what: string): Refused => new Refused('not_found', `There is no such ${what}.`);

export interface FieldError {
  path: string;
  message: string;
}
/** Names every bad field, not the first. */
export const invalid = (details: FieldError[]): Refused =>
  new Refused('invalid_request', details.map((field) => `${field.path} ${field.message}`).join('; '), { details });
