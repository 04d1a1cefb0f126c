import type { Kysely } from 'kysely';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { Tables } from '../database/tables.ts';
import type { Ids } from '../ids.ts';
import type { Log } from '../log.ts';
import { type AppendedEvent, appendEvents, type PendingEvent } from './append.ts';
import { type Close, type ClosingEvent, processesFeed, type Whose } from './closing.ts';

/** What a left noun wants a right noun to do before this transaction commits; `reactions.ts` says who answers. */
export type Need =
  | { need: 'operatorForSession'; sessionId: string; organizationId: number; cause: string }
  /** `notBack`: a session that must not return at once to where it was taken from. */
  | { need: 'serveHelp'; organizationId: number; cause: string; notBack?: string }
  /** It was handed back: the bot begins anew. */
  | { need: 'botTakesOver'; sessionId: string }
  | { need: 'botHears'; sessionId: string; messageId: string }
  /** A group is being deleted; refused while a channel names it. */
  | { need: 'groupGoes'; groupId: number; organizationId: number }
  | { need: 'channelGoes'; channelId: string }
  | { need: 'secondPlacesLeft'; operatorId: number }
  | { need: 'operatorRenamed'; operatorId: number }
  | { need: 'channelRenamed'; channelId: string }
  | { need: 'sessionsOfOperatorRouted'; operatorId: number; cause: string };

/** One transaction: its queries, its moment, and the events that exist if and only if it commits. */
export interface Tx {
  db: Kysely<Tables>;
  at: number;
  uuid(): string;
  /** Whether a read that a write relies on must lock its row (PostgreSQL); SQLite has one writer. */
  lock: boolean;
  /** To every feed named; no feed means nobody. */
  append(feeds: Iterable<string>, event: string, data: unknown): void;
  /** Done at once, within this transaction. */
  need(need: Need): Promise<void>;
  /** Before anything else that routes, closes or changes presence: one decision at a time in an organization. */
  lockOrganization(organizationId: number): Promise<void>;
  /** Ends live connections, in every process, after the commit; what was appended before still reaches them. */
  closeConnections(whose: Whose, close: Close): void;
  /** Only when and after it has committed. */
  afterCommit(act: () => void): void;
  /** What an operator of the server should know, if it commits. Names and ids, never people's words. */
  warn(fields: object, what: string): void;
}

export type Transact = <T>(run: (tx: Tx) => Promise<T>) => Promise<T>;
export type Reactions = { [N in Need['need']]: (tx: Tx, need: Extract<Need, { need: N }>) => Promise<void> };

export interface TransactOptions {
  database: Database;
  clock: Clock;
  ids: Ids;
  reactions: Reactions;
  log: Log;
  /** This process among those that share the database; null: nobody does. */
  node: string | null;
  /** Ends this process' connections. */
  close(whose: Whose, close: Close): void;
  /** Called once for every committed event, after its commit. */
  publish(event: AppendedEvent): void;
}

export function createTransact({
  database,
  clock,
  ids,
  reactions,
  log,
  publish,
  ...shared
}: TransactOptions): Transact {
  return async (run) => {
    const committed = await database.transaction(async (db) => {
      const at = clock.now();
      const pending: PendingEvent[] = [];
      const later: (() => void)[] = [];
      const tx: Tx = {
        db,
        at,
        uuid: () => ids.uuid(at),
        lock: database.dialect.forUpdate,
        append(feeds, event, data) {
          const json = JSON.stringify({ event, data, at: new Date(at).toISOString() });
          for (const feed of new Set(feeds)) pending.push({ feed, json });
        },
        need: (need) => react(reactions, tx, need),
        lockOrganization: (organizationId) => database.dialect.lockOrganization(db, organizationId),
        closeConnections(whose, close) {
          later.push(() => shared.close(whose, close));
          if (shared.node === null) return;
          const closing: ClosingEvent = { from: shared.node, whose, close };
          tx.append([processesFeed], 'closeConnections', closing);
        },
        afterCommit: (act) => void later.push(act),
        warn: (fields, what) => void later.push(() => log.warn(fields, what)),
      };
      const value = await run(tx);
      const appended = await appendEvents(db, pending, at);
      return { value, appended, later };
    });
    for (const event of committed.appended) publish(event);
    for (const act of committed.later) act();
    return committed.value;
  };
}

// The pairing of a need and its reaction is by construction of Reactions; TypeScript cannot follow it through an index.
const react = (reactions: Reactions, tx: Tx, need: Need): Promise<void> =>
  (reactions[need.need] as (tx: Tx, need: Need) => Promise<void>)(tx, need);
