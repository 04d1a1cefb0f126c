import type { Message } from '@switchboard/protocol';
import { ApiError, NetworkError } from '@switchboard/sdk';
import type { Pending } from './outbox.ts';

export type Outcome = Pick<Pending, 'status' | 'errorCode' | 'newer'>;

/**
 * What becomes of a message that was not stored. `again`: only the client has written in between, and what they wrote
 * has just come on screen; a colleague's or a bot's answer is for the operator to look at.
 */
export function outcomeOf(error: unknown, me: number): Outcome | 'again' {
  if (error instanceof NetworkError) return { status: 'waiting', errorCode: null, newer: [] };
  if (!(error instanceof ApiError)) return { status: 'failed', errorCode: 'internal', newer: [] };
  if (error.code !== 'newer_messages') return { status: 'failed', errorCode: error.code, newer: [] };
  const newer = error.since as readonly Message[];
  const answered = newer.filter(
    (message) => message.authorType === 'BOT' || (message.authorType === 'OPERATOR' && message.authorId !== me),
  );
  if (newer.length > 0 && answered.length === 0) return 'again';
  return { status: 'conflict', errorCode: error.code, newer: answered };
}
