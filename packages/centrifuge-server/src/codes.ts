/** Why a connection is closed: the code and reason of the close frame. */
export interface Disconnect {
  code: number;
  reason: string;
}

/** Why a command was not done: the `error` of a reply. */
export interface CommandError {
  code: number;
  message: string;
  temporary?: boolean;
}

/**
 * All that Centrifugo documents; codes.test.ts provokes those that this server sends by itself, and names the others.
 * Centrifuge protocol v2: clients come back after 3000–3499 and 4000–4499, and never after 3500–3999 and 4500–4999.
 */
export const disconnects = {
  closed: { code: 3000, reason: 'connection closed' },
  shutdown: { code: 3001, reason: 'shutdown' },
  serverError: { code: 3004, reason: 'internal server error' },
  connectionExpired: { code: 3005, reason: 'connection expired' },
  subscriptionExpired: { code: 3006, reason: 'subscription expired' },
  slow: { code: 3008, reason: 'slow' },
  writeError: { code: 3009, reason: 'write error' },
  insufficientState: { code: 3010, reason: 'insufficient state' },
  forceReconnect: { code: 3011, reason: 'force reconnect' },
  noPong: { code: 3012, reason: 'no pong' },
  tooManyRequests: { code: 3013, reason: 'too many requests' },
  stateInvalidated: { code: 3014, reason: 'state invalidated' },
  invalidToken: { code: 3500, reason: 'invalid token' },
  badRequest: { code: 3501, reason: 'bad request' },
  stale: { code: 3502, reason: 'stale' },
  forceDisconnect: { code: 3503, reason: 'force disconnect' },
  connectionLimit: { code: 3504, reason: 'connection limit' },
  channelLimit: { code: 3505, reason: 'channel limit' },
  inappropriateProtocol: { code: 3506, reason: 'inappropriate protocol' },
  permissionDenied: { code: 3507, reason: 'permission denied' },
  notAvailable: { code: 3508, reason: 'not available' },
  tooManyErrors: { code: 3509, reason: 'too many errors' },
  expired: { code: 4001, reason: 'expired' },
} as const satisfies Record<string, Disconnect>;

/** The errors of commands that Centrifugo documents. */
export const commandErrors = {
  internal: { code: 100, message: 'internal server error', temporary: true },
  unauthorized: { code: 101, message: 'unauthorized' },
  unknownChannel: { code: 102, message: 'unknown channel' },
  permissionDenied: { code: 103, message: 'permission denied' },
  methodNotFound: { code: 104, message: 'method not found' },
  alreadySubscribed: { code: 105, message: 'already subscribed' },
  limitExceeded: { code: 106, message: 'limit exceeded' },
  badRequest: { code: 107, message: 'bad request' },
  notAvailable: { code: 108, message: 'not available' },
  tokenExpired: { code: 109, message: 'token expired' },
  expired: { code: 110, message: 'expired' },
  tooManyRequests: { code: 111, message: 'too many requests', temporary: true },
  unrecoverablePosition: { code: 112, message: 'unrecoverable position' },
} as const satisfies Record<string, CommandError>;

/** `unsubscribe` pushes: from 2500 on the client subscribes again by itself. */
export const unsubscribes = {
  server: { code: 2000, reason: 'server unsubscribe' },
  insufficientState: { code: 2500, reason: 'insufficient state' },
  expired: { code: 2501, reason: 'subscription expired' },
} as const satisfies Record<string, Disconnect>;

/**
 * Thrown by `onConnect` to turn a client away: the connection is closed with this code, not answered with a connect
 * error, because the client takes nearly all of those for final (109 it does not: throw a {@link ReplyError}). Own
 * codes: 4000–4499 the client fetches its connect data again and retries, 4500–4999 it gives up.
 */
export class Refuse extends Error {
  readonly code: number;
  readonly reason: string;

  /** @throws RangeError when the code is outside 3000–4999 or the reason does not fit a close frame (123 bytes). */
  constructor(code: number, reason: string) {
    super(`refused: ${code} ${reason}`);
    this.name = 'Refuse';
    this.code = code;
    this.reason = reason;
    assertDisconnect(code, reason);
  }
}

/**
 * Thrown by `onRpc` or `onSubscribe` to answer a command with this error. Own codes: 400–1999. Thrown by `onConnect` with 109,
 * token expired, it makes a client that has a `getToken` ask for another token and come back.
 */
export class ReplyError extends Error {
  readonly code: number;
  readonly temporary: boolean;

  constructor(code: number, message: string, temporary = false) {
    super(message);
    this.name = 'ReplyError';
    this.code = code;
    this.temporary = temporary;
  }
}

/** A close frame carries at most 123 bytes of reason, and applications may use 3000–4999 only (RFC 6455 §5.5, §7.4). */
export function assertDisconnect(code: number, reason: string): void {
  if (!isCloseCode(code)) throw new RangeError(`close code ${code}: use 3000–4999`);
  if (Buffer.byteLength(reason) > 123) throw new RangeError('close reason: at most 123 bytes');
}

export const isCloseCode = (code: number): boolean => Number.isInteger(code) && code >= 3000 && code <= 4999;
