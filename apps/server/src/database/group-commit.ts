import type SqliteFile from 'better-sqlite3';
import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

type Run = (db: Kysely<Tables>) => Promise<unknown>;
interface Waiting {
  run: Run;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

const mostInOneCommit = 256;
const shortestBatchMs = 5;
const longestBatchMs = 25;

export interface Transactions {
  <T>(run: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
  /** Resolves when all that was committed is on the disk: before it nobody may read it. */
  onDisk(): Promise<void> | null;
  /** Resolves when nothing waits and nothing runs. */
  settled(): Promise<void>;
}

export interface GroupCommitOptions {
  writer: SqliteFile.Database;
  db: Kysely<Tables>;
  /** Resolves when every commit before the call would survive a power cut. */
  sync(): Promise<void>;
  /** What the next commit has to wait for, if there is anything. */
  rest(): Promise<void> | null;
  metrics: { observe(seconds: number): void };
}

/**
 * Transactions that arrive together are savepoints of one transaction and share its commit (one fsync). Each may fail
 * alone. All are told only after that fsync: one that failed may have failed because of what another has just written,
 * and nobody else can see that before. While the disk is at it the next ones run, up to their own commit. `run` must await
 * nothing but its own queries: it holds the only writer.
 */
export function groupCommit({ writer, db, sync, rest, metrics }: GroupCommitOptions): Transactions {
  // Prepared once: `exec` would parse them anew for every message.
  const statement = (text: string) => writer.prepare(text);
  const begin = statement('BEGIN IMMEDIATE');
  const commit = statement('COMMIT');
  const savepoint = statement('SAVEPOINT one');
  const release = statement('RELEASE one');
  const rollbackTo = statement('ROLLBACK TO one');
  let queue: Waiting[] = [];
  let running: Promise<void> | null = null;
  let syncing: Promise<void> | null = null;
  let lastSyncMs = 0;
  // What the disk holds after a failed fsync nobody knows: nothing more is promised until the next start.
  let broken: unknown;

  const transaction = <T>(run: (db: Kysely<Tables>) => Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      queue.push({ run, resolve: resolve as (value: unknown) => void, reject });
      running ??= new Promise((done) => setImmediate(() => void drain().then(done)));
    });

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      await commitBatch();
      await nextTurn();
    }
    running = null;
  }

  async function commitBatch(): Promise<void> {
    const started = performance.now();
    const batch: Batch = { done: [], failed: [] };
    try {
      if (broken) throw broken;
      await rest();
      begin.run();
      await runWaiting(batch);
      if (syncing) {
        await syncing;
        // Those who waited to read do it now, before there is something new that is not on the disk.
        await nextTurn();
        if (broken) throw broken;
        await runWaiting(batch);
      }
      commit.run();
    } catch (error) {
      if (writer.inTransaction) writer.exec('ROLLBACK');
      // Nobody taken: BEGIN itself failed; whoever waits at the head must hear it, or the queue would spin.
      if (batch.done.length + batch.failed.length === 0) queue.shift()?.reject(error);
      tellFailed(batch, error);
      return;
    }
    const committed = performance.now();
    syncing = sync().then(
      () => {
        lastSyncMs = performance.now() - committed;
        metrics.observe((performance.now() - started) / 1000);
        for (const { waiting, value } of batch.done) waiting.resolve(value);
        for (const { waiting, error } of batch.failed) waiting.reject(error);
        syncing = null;
      },
      (error: unknown) => {
        broken = error;
        tellFailed(batch, error);
        syncing = null;
      },
    );
  }

  async function runWaiting(batch: Batch): Promise<void> {
    const started = performance.now();
    // As long as the disk takes, however slow it is: then half of the time is work.
    const mostMs = Math.min(longestBatchMs, Math.max(shortestBatchMs, lastSyncMs));
    let taken = 0;
    while (
      taken < queue.length &&
      batch.done.length < mostInOneCommit &&
      (taken === 0 || performance.now() - started < mostMs)
    ) {
      const waiting = queue[taken++] as Waiting;
      savepoint.run();
      try {
        const value = await waiting.run(db);
        release.run();
        batch.done.push({ waiting, value });
      } catch (error) {
        batch.failed.push({ waiting, error });
        // The engine may have rolled the whole transaction back (disk full): then nobody is committed.
        if (!writer.inTransaction) {
          queue = queue.slice(taken);
          throw error;
        }
        rollbackTo.run();
        release.run();
      }
    }
    queue = queue.slice(taken);
  }

  return Object.assign(transaction, {
    onDisk: () => syncing,
    async settled() {
      while (running ?? syncing) await (running ?? syncing);
    },
  });
}

interface Batch {
  done: { waiting: Waiting; value: unknown }[];
  failed: { waiting: Waiting; error: unknown }[];
}

function tellFailed({ done, failed }: Batch, error: unknown): void {
  for (const { waiting } of done) waiting.reject(error);
  for (const { waiting } of failed) waiting.reject(error);
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
