import type { Kysely } from 'kysely';
import type { Dialect } from '../database/dialect.ts';
import type { Tables } from '../database/tables.ts';

const atOnce = 500;

/** Deletes some of the oldest; says how many, 0 when none is left. A feed keeps its top, so offsets go on. */
export async function deleteOldEvents(db: Kysely<Tables>, dialect: Dialect, before: number): Promise<number> {
  const old = await dialect.findOldEvents(db, before, atOnce);
  for (const [feed, rows] of Map.groupBy(old, (row) => row.feed)) {
    const upTo = Math.max(...rows.map((row) => row.feed_offset));
    await db.deleteFrom('events').where('feed', '=', feed).where('feed_offset', '<=', upTo).execute();
  }
  return old.length;
}

export const topOf = async (db: Kysely<Tables>, feed: string): Promise<number> =>
  (await db.selectFrom('feeds').select('top').where('name', '=', feed).executeTakeFirst())?.top ?? 0;

export const readEventsAfter = (db: Kysely<Tables>, feed: string, after: number) =>
  db
    .selectFrom('events')
    .select(['feed_offset as offset', 'data as json'])
    .where('feed', '=', feed)
    .where('feed_offset', '>', after)
    .orderBy('feed_offset')
    .execute();
