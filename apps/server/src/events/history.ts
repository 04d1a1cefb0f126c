import type { ChannelHistory, HistoryStore } from '@switchboard/centrifuge-server';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';

/** Feeds as the live endpoint recovers them: out of the database, so across a restart too. */
export function feedHistory(read: Kysely<Tables>, epoch: string): HistoryStore {
  return {
    async read(asked) {
      const names = asked.map(({ channel }) => channel);
      const rows = await read.selectFrom('feeds').select(['name', 'top']).where('name', 'in', names).execute();
      const tops = new Map(rows.map((row) => [row.name, row.top]));
      const answer = new Map<string, ChannelHistory>();
      for (const { channel, since, limit } of asked) {
        // No row: nobody wrote to this feed yet.
        const top = tops.get(channel) ?? 0;
        answer.set(channel, { epoch, top, publications: since ? await readSince(channel, since, top, limit) : [] });
      }
      return answer;
    },
  };

  async function readSince(
    feed: string,
    since: { epoch: string; offset: number },
    top: number,
    limit: number,
  ): Promise<ChannelHistory['publications']> {
    // An empty epoch means any (Centrifuge protocol v2).
    if ((since.epoch !== '' && since.epoch !== epoch) || since.offset > top || top - since.offset > limit) return null;
    if (since.offset === top) return [];
    const rows = await read
      .selectFrom('events')
      .select(['feed_offset as offset', 'data as json'])
      .where('feed', '=', feed)
      .where('feed_offset', '>', since.offset)
      .where('feed_offset', '<=', top)
      .orderBy('feed_offset')
      .execute();
    // Fewer than dense offsets promise: the oldest were trimmed.
    return rows.length === top - since.offset ? rows : null;
  }
}
