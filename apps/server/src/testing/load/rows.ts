import { join } from 'node:path';
import type { Message } from '@switchboard/protocol';
import SqliteFile from 'better-sqlite3';
import { Kysely, PostgresDialect, SqliteDialect } from 'kysely';
import pg from 'pg';
import { expect } from 'vitest';
import type { Tables } from '../../database/tables.ts';
import type { Listener } from '../listen.ts';
import type { TestDatabase } from '../test-database.ts';

const bigint = 20;
pg.types.setTypeParser(bigint, Number);

/** Beside the running server, so by the engines themselves: the server's own way in takes the data folder for itself. */
export async function withRows<T>({ settings }: TestDatabase, act: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
  const url = settings['database-url'];
  const db = new Kysely<Tables>({
    dialect: url
      ? new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) })
      : new SqliteDialect({ database: new SqliteFile(join(settings.data, 'switchboard.db')) }),
  });
  try {
    return await act(db);
  } finally {
    await db.destroy();
  }
}

export const topsOf = async (db: Kysely<Tables>): Promise<Map<string, number>> =>
  new Map((await db.selectFrom('feeds').selectAll().execute()).map(({ name, top }) => [name, top]));

/** Every offset of every feed once, in order, without a hole, from the first connect on. */
export function placesOf({ heard, subscribed }: Pick<Listener, 'heard' | 'subscribed'>): Map<string, number> {
  const places = new Map<string, number>();
  for (const { feed, offset } of subscribed) if (!places.has(feed)) places.set(feed, offset);
  for (const { feed, offset } of heard) {
    if (offset === undefined) continue;
    const before = places.get(feed) ?? 0;
    if (offset !== before + 1) throw new Error(`${feed}: ${offset} was heard after ${before}`);
    places.set(feed, offset);
  }
  return places;
}

/** Rows of messages as they are now: dense numbers, no localId twice, and whatever was acknowledged is there as it was. */
export async function expectWhole(db: Kysely<Tables>, acknowledged: Message[][]): Promise<void> {
  const stored = await db.selectFrom('messages').selectAll().orderBy('session_id').orderBy('number').execute();
  const byId = new Map(stored.map((row) => [row.id, row]));
  const last = new Map<string, number>();
  const localIds = new Set<string>();
  for (const { session_id, number, author_id, local_id } of stored) {
    expect([session_id, number]).toEqual([session_id, (last.get(session_id) ?? 0) + 1]);
    last.set(session_id, number);
    if (local_id === null) continue;
    const key = `${author_id} ${local_id}`;
    expect([key, localIds.has(key)]).toEqual([key, false]);
    localIds.add(key);
  }
  for (const written of acknowledged) {
    const before = new Map<string, number>();
    for (const { id, sessionId, number, body, localId } of written) {
      const row = byId.get(id);
      const found = row && { sessionId: row.session_id, number: row.number, body: row.body, localId: row.local_id };
      expect(found).toEqual({ sessionId, number, body, localId });
      expect(number).toBeGreaterThan(before.get(sessionId) ?? 0);
      before.set(sessionId, number);
    }
  }
}
