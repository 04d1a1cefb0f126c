import type { Kysely } from 'kysely';
import { compiledByCount } from '../database/compiled.ts';
import type { Tables } from '../database/tables.ts';

/** An event on its way into its feeds, encoded once. */
export interface PendingEvent {
  feed: string;
  json: string;
}
/** An event with its place, as it was committed. */
export interface AppendedEvent extends PendingEvent {
  offset: number;
}

/**
 * Gives every event the next offset of its feed and stores it, in the transaction of the change itself. The places of
 * all feeds are taken in name order, so that two transactions never wait for each other in a ring. Called last: from
 * here to the commit the feeds are held, which makes the order of offsets the order of commits.
 */
export async function appendEvents(db: Kysely<Tables>, pending: PendingEvent[], at: number): Promise<AppendedEvent[]> {
  if (pending.length === 0) return [];
  const counts = new Map<string, number>();
  for (const { feed } of pending) counts.set(feed, (counts.get(feed) ?? 0) + 1);
  const feeds = [...counts].sort(byName);
  const tops = await inChunks(feeds, (some) => takePlaces(some.length)(db, some.flat()));
  const last = new Map(tops.map(({ name, top }) => [name, top - (counts.get(name) ?? 0)]));
  const appended = pending.map(({ feed, json }) => {
    const offset = (last.get(feed) ?? 0) + 1;
    last.set(feed, offset);
    return { feed, json, offset };
  });
  await inChunks(appended, (some) =>
    insertEvents(some.length)(
      db,
      some.flatMap(({ feed, offset, json }) => [feed, offset, json, at]),
    ),
  );
  return appended;
}

// As many rows as there are compiled statements for; still in name order.
const rowsAtOnce = 16;

async function inChunks<T, R>(items: T[], act: (some: T[]) => Promise<R[]>): Promise<R[]> {
  const results: R[] = [];
  for (let first = 0; first < items.length; first += rowsAtOnce) {
    results.push(...(await act(items.slice(first, first + rowsAtOnce))));
  }
  return results;
}

type Cells = (string | number)[];
const rows = <R>(count: number, row: (first: number) => R, width: number): R[] =>
  Array.from({ length: count }, (_, index) => row(index * width));

const takePlaces = compiledByCount(
  (count) => (db, cells: Cells) =>
    db
      .insertInto('feeds')
      .values(rows(count, (first) => ({ name: cells[first] as string, top: cells[first + 1] as number }), 2))
      .onConflict((conflict) =>
        conflict.column('name').doUpdateSet((eb) => ({ top: eb('feeds.top', '+', eb.ref('excluded.top')) })),
      )
      .returning(['name', 'top']),
);

const insertEvents = compiledByCount(
  (count) => (db, cells: Cells) =>
    db.insertInto('events').values(
      rows(
        count,
        (first) => ({
          feed: cells[first] as string,
          feed_offset: cells[first + 1] as number,
          data: cells[first + 2] as string,
          at: cells[first + 3] as number,
        }),
        4,
      ),
    ),
);

const byName = (one: [string, number], other: [string, number]): number => (one[0] < other[0] ? -1 : 1);
