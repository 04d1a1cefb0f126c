import type { ErrorBody, ErrorCode } from '@switchboard/protocol';

type Extra = Pick<ErrorBody, 'details' | 'winner' | 'since'>;
/** When to come back and, to who comes too often, how much is allowed until then. */
export interface Retry {
  afterSeconds: number;
  limit?: number;
}

/** A request that cannot be granted. Says what to mend; `http/` and `live/` translate the code. */
export class Refused extends Error {
  readonly code: ErrorCode;
  readonly extra: Extra;
  readonly retry: Retry | undefined;

  constructor(code: ErrorCode, message: string, extra: Extra = {}, retry?: Retry) {
    super(message);
    this.name = 'Refused';
    this.code = code;
    this.extra = extra;
    this.retry = retry;
  }
}

// Another tenant's object answers exactly as one that does not exist.
export const notFound = (what: string): Refused => new Refused('not_found', `There is no such ${what}.`);

/** Not the request's fault, and soon over. */
export const unavailable = (message: string): Refused => new Refused('unavailable', message, {}, { afterSeconds: 1 });

export interface FieldError {
  path: string;
  message: string;
}
/** Names every bad field, not the first. */
export const invalid = (details: FieldError[]): Refused =>
  new Refused('invalid_request', sentenceOf(details), { details: details.slice(0, detailsMost) });

const namedInSentence = 10;
// A megabyte of nonsense must not be answered with forty.
const detailsMost = 5000;

function sentenceOf(details: FieldError[]): string {
  const named = details.slice(0, namedInSentence).map(({ path, message }) => `${path} ${message}`);
  const more = details.length - named.length;
  return named.join('; ') + (more > 0 ? `; and ${more} more` : '');
}
