import pg from 'pg';

/** Short texts from each process to all that share the database, this one too. Any of them may be lost. */
export interface Notices {
  /** `gap`: the line broke and stands again, so something may have been missed. Resolves when it stands first. */
  listen(heard: (text: string) => void, gap: () => void): Promise<void>;
  /** In order; nothing is sent while the line is broken. */
  send(texts: string[]): Promise<void>;
  close(): Promise<void>;
}

/** Most bytes of one text (PostgreSQL: less than 8000). */
export const noticeBytes = 7900;

const name = 'switchboard';
const retryMs = { first: 50, most: 5000 };

export function createNotices(url: string, onError: (error: Error) => void): Notices {
  let line: pg.Client | null = null;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;

  async function open(heard: (text: string) => void, lost: () => void): Promise<void> {
    const client = new pg.Client({ connectionString: url, application_name: 'switchboard-notices', keepAlive: true });
    const end = (): void => {
      if (line !== client) return;
      line = null;
      if (!closed) lost();
    };
    client.on('error', (error) => {
      if (!closed) onError(error);
      end();
    });
    client.on('end', end);
    client.on('notification', ({ payload }) => heard(payload ?? ''));
    try {
      await client.connect();
      // A notice that a crash takes along costs a moment; waiting for the disk with each would cost more.
      await client.query(`SET synchronous_commit = off; LISTEN ${name}`);
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
    if (closed) await client.end();
    else line = client;
  }

  return {
    async listen(heard, gap) {
      const again = (waitMs: number): void => {
        retry = setTimeout(() => {
          open(heard, lost).then(gap, () => again(Math.min(waitMs * 2, retryMs.most)));
        }, waitMs);
      };
      const lost = (): void => again(retryMs.first);
      await open(heard, lost);
    },
    async send(texts) {
      await line?.query({
        name: 'notify',
        text: 'SELECT pg_notify($1, text) FROM unnest($2::text[]) AS text',
        values: [name, texts],
      });
    },
    async close() {
      closed = true;
      clearTimeout(retry);
      await line?.end();
    },
  };
}
