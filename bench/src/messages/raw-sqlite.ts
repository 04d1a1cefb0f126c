import { openSqlite, type SqliteHandle } from '../drivers.ts';
import { serveHelper } from '../helper-process.ts';
import * as raw from './raw-rows.ts';

// As many as the load has connections: so many can wait for one commit.
const together = 128;

let db: SqliteHandle;
let sessions: raw.CopiedSession[];
let event: string;

/** Transactions per second of the bare engine: same rows, same statements, many savepoints in one commit. */
serveHelper<raw.RawCommand, number>(async (command) => {
  if (command.do === 'run') return run(command.seconds);
  db = openSqlite(command.at);
  // A savepoint keeps the pages it changes aside; in a temporary file that would cost as much as the rows.
  const pragmas = ['synchronous = FULL', 'foreign_keys = ON', 'cache_size = -32768', 'temp_store = MEMORY'];
  for (const pragma of [...pragmas, 'busy_timeout = 5000']) db.pragma(pragma);
  for (const statement of raw.copyPeople) db.exec(statement);
  sessions = db.prepare(raw.copiedSessions).all() as raw.CopiedSession[];
  event = (db.prepare(raw.anEvent).get() as { data: string }).data;
  return 0;
});

function run(seconds: number): number {
  const update = prepared(raw.update);
  const insertMessage = prepared(raw.insertMessage);
  const takeOffsets = prepared(raw.takeOffsets);
  const insertEvents = prepared(raw.insertEvents);
  const [begin, commit] = [db.prepare('BEGIN IMMEDIATE'), db.prepare('COMMIT')];
  const [savepoint, release] = [db.prepare('SAVEPOINT one'), db.prepare('RELEASE one')];

  const storeOne = () => {
    const { session, at, id, feeds, localId } = raw.nextMessage(sessions);
    const body = session.last_client_body;
    const taken = update.get(session.last_message, at, body, session.id) as { message_count: number };
    const author = [session.organization_id, session.client_id] as const;
    insertMessage.run(id, session.id, ...author, taken.message_count, body, localId, at);
    const [one, other] = takeOffsets.all(...feeds) as { name: string; top: number }[];
    insertEvents.run(one?.name, one?.top, other?.name, other?.top, event, at);
  };
  let done = 0;
  const started = performance.now();
  while (performance.now() - started < seconds * 1000) {
    begin.run();
    for (let index = 0; index < together; index++) {
      savepoint.run();
      storeOne();
      release.run();
    }
    commit.run();
    done += together;
  }
  return done / ((performance.now() - started) / 1000);
}

/** better-sqlite3 takes values in the order of their places only. */
function prepared(text: string) {
  const order = [...text.matchAll(/\$(\d+)/g)].map(([, place]) => Number(place) - 1);
  const statement = db.prepare(text.replaceAll(/\$\d+/g, '?'));
  const inOrder = (values: unknown[]) => order.map((place) => values[place]);
  return {
    get: (...values: unknown[]) => statement.get(...inOrder(values)),
    all: (...values: unknown[]) => statement.all(...inOrder(values)),
    run: (...values: unknown[]) => statement.run(...inOrder(values)),
  };
}
