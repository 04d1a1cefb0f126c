import type { Kysely } from 'kysely';
import type { Clock } from './clock.ts';
import type { Tables } from './database/tables.ts';
import type { AppendedEvent } from './events/append.ts';
import type { Transact } from './events/transaction.ts';
import type { Ids } from './ids.ts';
import type { Log } from './log.ts';
import type { MessageBatches } from './messages/message-batches.ts';
import type { SendTogether } from './messages/send-client-message.ts';
import type { Tokens } from './tokens/token.ts';

/** What an action may use. `app.ts` puts it together once, by hand. */
export interface App {
  clock: Clock;
  ids: Ids;
  log: Log;
  /** Committed rows; never inside a transaction. */
  read: Kysely<Tables>;
  transact: Transact;
  /** For the one action whose cost is every message's; null on SQLite, where a transaction costs no more. */
  messageBatches: MessageBatches | null;
  /** The same for SQLite: one transaction for all of a turn; null on PostgreSQL, where they would wait for each other. */
  sendTogether: SendTogether | null;
  /** For events that `messageBatches` has committed. */
  publish(event: AppendedEvent): void;
  /** Acts that would wait for the same organization's lock wait here instead, where they hold no connection. */
  inTurn<T>(organizationId: number, act: () => Promise<T>): Promise<T>;
  /** Signs and verifies tokens. Never logged, never answered. */
  tokens: Tokens;
  signInLimit: AttemptLimit;
  /** Something passing (typing): to those who are connected now, never stored. */
  signal(feeds: Iterable<string>, event: string, data: unknown): void;
  /** Whether this operator is connected by another sign-in than this one, to whichever process. */
  isConnectedElsewhere(db: Kysely<Tables>, operatorId: number, signInId: string): Promise<boolean>;
}

export interface AttemptLimit {
  /** Refuses with 429 when there were too many; else the caller says how the attempt ended. */
  attempt(login: string, address: string): (wasRight: boolean) => void;
}
