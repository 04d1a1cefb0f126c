import { openSqlite } from '../drivers.ts';
import { serveHelper } from '../helper-process.ts';
import * as rows from './raw-rows.ts';

// As many as the load has connections: so many can wait for one commit.
const together = 128;

export interface RawSqlite {
  file: string;
  seconds: number;
}

/** Transactions per second of the bare engine: same rows, same statements, `together` savepoints in one commit. */
serveHelper<RawSqlite, number>(async ({ file, seconds }) => {
  const db = openSqlite(file);
  for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON', 'cache_size = -32768']) {
    db.pragma(pragma);
  }
  const positional = (text: string) => db.prepare(text.replaceAll(/\$\d+/g, '?'));
  const sample: rows.Sample = {
    sessions: db.prepare(rows.openSessions).all() as rows.OpenSession[],
    event: (db.prepare(rows.anEvent).get() as { data: string }).data,
  };
  const update = positional(rows.update);
  const insertMessage = positional(rows.insertMessage);
  const takeOffsets = positional(rows.takeOffsets);
  const insertEvents = positional(rows.insertEvents);
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const savepoint = db.prepare('SAVEPOINT one');
  const release = db.prepare('RELEASE one');

  let done = 0;
  const started = performance.now();
  while (performance.now() - started < seconds * 1000) {
    begin.run();
    for (let index = 0; index < together; index++) {
      savepoint.run();
      const writes = rows.writesFor(sample);
      const { number } = update.get(...writes.update) as { number: number };
      insertMessage.get(...writes.message(number));
      const tops = takeOffsets.all(...writes.feeds) as { name: string; top: number }[];
      insertEvents.run(...writes.events(new Map(tops.map(({ name, top }) => [name, top]))));
      release.run();
    }
    commit.run();
    done += together;
  }
  const perSecond = done / ((performance.now() - started) / 1000);
  db.close();
  return perSecond;
});
