import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';

const atOnce = 500;

/** Deletes some of the oldest; says how many, 0 when none is left. A feed keeps its top, so offsets go on. */
export async function deleteOldEvents(db: Kysely<Tables>, before: number): Promise<number> {
  const old = await db
    .selectFrom('events')
    .select(['feed', 'feed_offset'])
    .where('at', '<', before)
    .orderBy('at')
    .limit(atOnce)
    .execute();
  const byFeed = Map.groupBy(old, ({ feed }) => feed);
  for (const [feed, rows] of byFeed) {
    const upTo = Math.max(...rows.map((row) => row.feed_offset));
    await db.deleteFrom('events').where('feed', '=', feed).where('feed_offset', '<=', upTo).execute();
  }
  return old.length;
}
