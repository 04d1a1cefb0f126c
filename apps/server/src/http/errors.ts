import { type ErrorBody, errorStatus, limits } from '@switchboard/protocol';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { type FieldError, Refused } from '../errors.ts';
import type { Log } from '../log.ts';

interface Translated {
  status: number;
  body: Omit<ErrorBody, 'requestId'>;
  retryAfterSeconds?: number | undefined;
}

/** The one place where errors become statuses. Never a stack, never the engine's own words. */
export function answerError(log: Log, error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, body, retryAfterSeconds } = translate(error);
  if (status >= 500) log.error({ err: error, requestId: request.id }, 'request.failed');
  if (retryAfterSeconds !== undefined) reply.header('Retry-After', String(retryAfterSeconds));
  if (status === 401) reply.header('WWW-Authenticate', 'Bearer');
  reply
    .code(status)
    .header('Content-Type', 'application/json; charset=utf-8')
    .serializer((value: unknown) => JSON.stringify(value))
    .send({ ...body, requestId: request.id });
}

function translate(error: unknown): Translated {
  if (error instanceof Refused) {
    const { code, message, extra, retryAfterSeconds } = error;
    return { status: errorStatus[code], body: { error: message, code, ...extra }, retryAfterSeconds };
  }
  const known = isFastifyError(error) ? fromFastify(error) : null;
  return known ?? { status: 500, body: { error: 'Something went wrong on our side. Try again.', code: 'internal' } };
}

function fromFastify(error: FastifyError): Translated | null {
  if (error.validation) {
    const details = error.validation.map((problem) => fieldError(problem, error.validationContext));
    const sentence = details.map(({ path, message }) => `${path} ${message}`).join('; ');
    return { status: 400, body: { error: sentence, code: 'invalid_request', details } };
  }
  switch (error.statusCode) {
    case 400:
      return { status: 400, body: { error: `The body cannot be read: ${error.message}`, code: 'invalid_json' } };
    case 413:
      return { status: 413, body: { error: 'The body is too large.', code: 'body_too_large' } };
    case 415:
      return { status: 415, body: { error: 'Send the body as application/json.', code: 'unsupported_media_type' } };
    default:
      return null;
  }
}

type Problem = NonNullable<FastifyError['validation']>[number];

function fieldError(problem: Problem, context: string | undefined): FieldError {
  const missing = problem.keyword === 'required' ? `/${String(problem.params.missingProperty)}` : '';
  const path = `${problem.instancePath}${missing}` || `/${context ?? ''}`;
  if (missing) return { path, message: 'is required' };
  if (problem.keyword === 'enum') return { path, message: `must be one of ${String(problem.params.allowedValues)}` };
  if (problem.keyword === 'format' && problem.params.format === 'name') {
    return { path, message: `must be 1 to ${limits.nameCharacters} characters, not only spaces` };
  }
  return { path, message: problem.message ?? 'is not valid' };
}

const isFastifyError = (error: unknown): error is FastifyError => error instanceof Error && 'statusCode' in error;
