import { unread } from './dialect.ts';
import { PooledClient } from './pooled-client.ts';

// Enough for any decision; a thousand writes in a row do not pile up in memory.
const mostAhead = 64;

/**
 * A connection as transactions see it. Twenty statements make one decision of routing, and waiting for each cost more than the
 * database's own work: so one whose result nobody reads is sent and not waited for. The engine does them in order, and whoever
 * is waited for next brings the news of it.
 */
export class TransactingClient extends PooledClient {
  #ahead = 0;
  #begun: Promise<unknown> = Promise.resolve();
  /** The first failure of a statement that was sent ahead; those behind it only say that it has failed. */
  #failed: unknown;

  protected override ask(text: string, values: readonly unknown[]): Promise<unknown> {
    if (text === 'begin') return this.#begin();
    // The transaction is over: what failed in it has been told.
    if (text === 'rollback') return this.send(text, values);
    return this.#inOrder(text, values);
  }

  #begin(): Promise<unknown> {
    this.#failed = undefined;
    this.#begun = this.send('begin', []);
    this.#noteFailure(this.#begun);
    return nothing;
  }

  async #inOrder(text: string, values: readonly unknown[]): Promise<unknown> {
    // Never a write outside: before the first one the transaction has surely begun.
    if (!isRead(text)) await this.#begun;
    this.#throwIfFailed();
    const sent = this.send(text, values);
    if (isUnread(text) && this.#ahead < mostAhead) {
      this.#noteFailure(sent);
      return nothing;
    }
    try {
      return await sent;
    } catch (error) {
      this.#failed ??= error;
      throw this.#failed;
    } finally {
      this.#throwIfFailed();
    }
  }

  #noteFailure(sent: Promise<unknown>): void {
    this.#ahead++;
    sent.then(
      () => this.#ahead--,
      (error: unknown) => {
        this.#ahead--;
        this.#failed ??= error;
      },
    );
  }

  #throwIfFailed(): void {
    if (this.#failed !== undefined) throw this.#failed;
  }
}

const nothing = Promise.resolve({ command: 'INSERT' as const, rowCount: 0, rows: [] });

const isRead = (text: string): boolean => text.startsWith('select ') || text.startsWith(unread);

/** As Kysely writes them. */
const isUnread = (text: string): boolean =>
  text.startsWith(unread) || (/^(insert|update|delete) /.test(text) && !/ returning /.test(text));
