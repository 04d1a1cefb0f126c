import type { Message, OperatorEvents, Session, User } from '@switchboard/protocol';

/** What the server knows, as far as this operator's screen needs it. Changed by loads and by `applyEvent`, by nothing else. */
export interface InboxState {
  me: User | null;
  /** Those in one of my lists, and the one that is open. */
  sessions: Readonly<Record<string, Session>>;
  /** Of each of them, what was heard since the server last told it whole. */
  since: Readonly<Record<string, HeardSince>>;
  /** Revision at which a session left my lists: what comes late and is not newer must not bring it back. */
  gone: Readonly<Record<string, number>>;
  /** The session on screen: kept, whomever it belongs to. */
  openId: string | null;
  conversations: Readonly<Record<string, Conversation>>;
  typing: Readonly<Record<string, Typing>>;
  /** The server has sent me away. */
  ended: Ended | null;
}

export interface HeardSince {
  /** As it was told; the session as we have it counts on from there. */
  revision: number;
  messages: readonly Message[];
  read: OperatorEvents['chatMessageRead'] | null;
}

export interface Conversation {
  /** By number, without a hole, up to the newest. */
  messages: readonly Message[];
  /** While it loads it already gathers what comes live. */
  phase: 'loading' | 'ready' | 'failed';
  hasOlder: boolean;
  /** Something between was not heard: it must be loaded again. */
  hasGap: boolean;
}

export interface Typing {
  authorType: 'CLIENT' | 'OPERATOR' | 'BOT';
  authorId: string | number;
  at: string;
}

export interface Ended {
  cause: 'blocked' | 'elsewhere' | 'loggedOut';
  reason: string;
}

export const emptyInbox: InboxState = {
  me: null,
  sessions: {},
  since: {},
  gone: {},
  openId: null,
  conversations: {},
  typing: {},
  ended: null,
};

export function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  if (!(key in record)) return record;
  const { [key]: _, ...rest } = record;
  return rest;
}
