import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type ErrorBody, errorStatus } from '@switchboard/protocol';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { isUnavailable } from '../database/unavailable.ts';
import { notFound, Refused, type Retry, unavailable } from '../errors.ts';
import type { Log } from '../log.ts';

interface Translated {
  status: number;
  body: Omit<ErrorBody, 'requestId'>;
  retry?: Retry | undefined;
}

/** The one place where errors become statuses. Never a stack, never the engine's own words. */
export function answerError(log: Log, error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, body, retry } = translate(error);
  if (status >= 500 && !(error instanceof Refused)) log.error({ err: error, requestId: request.id }, 'request.failed');
  if (retry) reply.header('Retry-After', String(retry.afterSeconds));
  if (retry?.limit !== undefined) {
    reply.headers({
      'RateLimit-Limit': String(retry.limit),
      'RateLimit-Remaining': '0',
      'RateLimit-Reset': String(retry.afterSeconds),
    });
  }
  if (status === 401) reply.header('WWW-Authenticate', 'Bearer');
  reply
    .code(status)
    .header('Content-Type', 'application/json; charset=utf-8')
    .serializer((value: unknown) => JSON.stringify(value))
    .send({ ...body, requestId: request.id });
}

function translate(error: unknown): Translated {
  if (error instanceof Refused) return fromRefused(error);
  if (isUnavailable(error)) return fromRefused(unavailable('The database does not answer. Try again in a moment.'));
  const known = isFastifyError(error) ? fromFastify(error) : null;
  return known ?? { status: 500, body: { error: 'Something went wrong on our side. Try again.', code: 'internal' } };
}

const fromRefused = ({ code, message, extra, retry }: Refused): Translated => ({
  status: errorStatus[code],
  body: { error: message, code, ...extra },
  retry,
});

function fromFastify(error: FastifyError): Translated | null {
  if (error.code === 'FST_ERR_BAD_URL') {
    return fromRefused(new Refused('invalid_request', 'The address cannot be read: a percent sign is out of place.'));
  }
  // No id of ours is that long.
  if (error.code === 'FST_ERR_MAX_PARAM_LENGTH') return fromRefused(notFound('object'));
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

const isFastifyError = (error: unknown): error is FastifyError => error instanceof Error && 'statusCode' in error;

/** What is no HTTP request at all, or too large a one to be read, is answered in the same shape. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const code = error.code === 'HPE_HEADER_OVERFLOW' ? 'headers_too_large' : 'invalid_request';
  const sentence = code === 'headers_too_large' ? 'The headers are too large.' : 'This is not an HTTP request.';
  const body = JSON.stringify({ error: sentence, code });
  const status = errorStatus[code];
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
