import type { Message } from './messages.ts';
import type { Presence } from './operators.ts';
import type { Session } from './sessions.ts';
import type { ClientSession } from './widget.ts';

export type AddedReason = 'routing' | 'transfer' | 'taken' | 'sticky' | 'idle';
export type DeletedReason = 'bot' | 'transfer' | 'idle' | 'closed' | 'taken' | 'loggedOut';

/** What an operator's connection hears: event name → its data (contract §3). */
export interface OperatorEvents {
  chatSessionStarted: Session;
  /** `by` and `note`: who handed it over, and with what words. */
  chatSessionAdded: Session & { reason: AddedReason; by?: { id: number; name: string } | null; note?: string | null };
  operatorNotFound: Session;
  chatSessionSwitchedFromBotToOperator: Session;
  chatSessionUpdated: Session;
  chatSessionDeleted: { sessionId: string; reason: DeletedReason };
  sessionClosedByClient: Session & { sessionId: string };
  chatMessageCreated: Message;
  chatMessageEdited: Message;
  chatMessageDeleted: Message;
  chatMessageRead: { sessionId: string; messageId: string; number: number; readAt: string };
  typing: { sessionId: string; authorType: 'CLIENT' | 'OPERATOR' | 'BOT'; authorId: string | number };
  clientOnline: { clientId: string; sessionId: string; at: string };
  clientOffline: { clientId: string; sessionId: string; at: string };
  operatorBlocked: { reason: string };
  chatUserExists: Record<string, never>;
  operatorLoggedOut: { reason: string };
  operatorStatusChanged: { id: number; presence: Presence; status: 0 | 1 | 2; activeSessions: number };
}

/** What a client's connection hears (contract §4). */
export interface ClientEvents {
  chatMessageCreated: Message;
  chatMessageEdited: Message;
  chatMessageDeleted: Message;
  chatMessageRead: { sessionId: string; messageId: string; number: number; readAt: string };
  typing: { sessionId: string; authorType: 'OPERATOR' | 'BOT'; authorId: string | number };
  chatSessionUpdated: ClientSession;
}

/** `publication.data` of the Centrifuge client. */
export type LiveEvent<M = OperatorEvents> = { [K in keyof M]: { event: K; data: M[K]; at: string } }[keyof M];
export type OperatorEventName = keyof OperatorEvents;
export type ClientEventName = keyof ClientEvents;

/** Close codes of our own (4000–4499: come back; 4500–4999: do not). */
export const closeCodes = {
  tokenExpired: { code: 4001, reason: 'token expired' },
  badToken: { code: 4501, reason: 'invalid token' },
  operatorNotActive: { code: 4502, reason: 'operator is not active' },
  loggedOut: { code: 4503, reason: 'logged out' },
  feedsChanged: { code: 4002, reason: 'what you hear has changed' },
  signedInElsewhere: { code: 4504, reason: 'signed in elsewhere' },
} as const;
