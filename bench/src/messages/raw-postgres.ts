import { type PostgresConnection, postgresConnection } from '../drivers.ts';
import { serveHelper } from '../helper-process.ts';
import * as rows from './raw-rows.ts';

// As many as the server's pool has.
const writers = 16;

export interface RawPostgres {
  url: string;
  seconds: number;
}

/** Transactions per second of the bare engine: same rows, same statements, named ones, a commit for each message. */
serveHelper<RawPostgres, number>(async ({ url, seconds }) => {
  const connections = Array.from({ length: writers }, () => postgresConnection(url));
  await Promise.all(connections.map((connection) => connection.connect()));
  const [first] = connections;
  if (!first) throw new Error('no connection');
  const [event] = (await first.query<{ data: string }>({ text: rows.anEvent })).rows;
  const sample: rows.Sample = {
    sessions: (await first.query<rows.OpenSession>({ text: rows.openSessions })).rows,
    event: event?.data ?? '',
  };
  let done = 0;
  const started = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() - started < seconds * 1000) {
        await storeOne(connection, rows.writesFor(sample));
        done++;
      }
    }),
  );
  const perSecond = done / ((performance.now() - started) / 1000);
  await Promise.all(connections.map((connection) => connection.end()));
  return perSecond;
});

async function storeOne(connection: PostgresConnection, writes: rows.Writes): Promise<void> {
  await connection.query({ name: 'begin', text: 'BEGIN' });
  const updated = await connection.query<{ number: number }>({
    name: 'update',
    text: rows.update,
    values: writes.update,
  });
  const number = updated.rows[0]?.number ?? 0;
  await connection.query({ name: 'message', text: rows.insertMessage, values: writes.message(number) });
  const taken = await connection.query<{ name: string; top: string }>({
    name: 'feeds',
    text: rows.takeOffsets,
    values: writes.feeds,
  });
  const tops = new Map(taken.rows.map(({ name, top }) => [name, Number(top)]));
  await connection.query({ name: 'events', text: rows.insertEvents, values: writes.events(tops) });
  await connection.query({ name: 'commit', text: 'COMMIT' });
}
