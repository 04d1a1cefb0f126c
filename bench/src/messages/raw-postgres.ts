import { type PostgresConnection, postgresConnection } from '../drivers.ts';
import { serveHelper } from '../helper-process.ts';
import * as raw from './raw-rows.ts';

// As many as the server's pool has.
const writers = 16;

let connections: PostgresConnection[];
let sessions: raw.CopiedSession[];
let event: string;

/** Transactions per second of the bare engine: same rows, one prepared statement and one commit for each message. */
serveHelper<raw.RawCommand, number>(async (command) => {
  if (command.do === 'run') return run(command.seconds);
  connections = Array.from({ length: writers }, () => postgresConnection(command.at));
  await Promise.all(connections.map((connection) => connection.connect()));
  const [first] = connections;
  if (!first) return 0;
  for (const text of raw.copyPeople) await first.query({ text });
  sessions = (await first.query<raw.CopiedSession>({ text: raw.copiedSessions })).rows;
  event = (await first.query<{ data: string }>({ text: raw.anEvent })).rows[0]?.data ?? '';
  return 0;
});

async function run(seconds: number): Promise<number> {
  let done = 0;
  const started = performance.now();
  const write = async (connection: PostgresConnection) => {
    while (performance.now() - started < seconds * 1000) {
      await storeOne(connection);
      done++;
    }
  };
  await Promise.all(connections.map(write));
  return done / ((performance.now() - started) / 1000);
}

async function storeOne(connection: PostgresConnection): Promise<void> {
  const { session, at, id, feeds, localId } = raw.nextMessage(sessions);
  const changed = [session.last_message, at, session.last_client_body, session.id];
  const message = [id, session.organization_id, session.client_id, localId];
  await connection.query({ name: 'store', text: raw.allInOne, values: [...changed, ...message, ...feeds, event] });
}
