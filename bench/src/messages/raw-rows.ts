/** What the bare engine is measured with: copies of the sessions, so that the server's own are left in peace. */
export const copyPeople = [
  'CREATE TEMP TABLE raw_clients AS SELECT * FROM clients',
  `UPDATE raw_clients SET id = 'raw' || substr(id, 4)`,
  'INSERT INTO clients SELECT * FROM raw_clients',
  `CREATE TEMP TABLE raw_sessions AS SELECT * FROM sessions WHERE status = 'ACTIVE'`,
  `UPDATE raw_sessions SET number = number + 1000000, id = 'raw' || substr(id, 4), client_id = 'raw' || substr(client_id, 4)`,
  'INSERT INTO sessions SELECT * FROM raw_sessions',
];
export const copiedSessions = `SELECT id, organization_id, client_id, operator_id, last_message, last_client_body
  FROM sessions WHERE id LIKE 'raw%'`;
// As long as a real one, because it is one.
export const anEvent = `SELECT data FROM events WHERE feed LIKE 'operator:%' AND data LIKE '%chatMessageCreated%' LIMIT 1`;

export const update = `UPDATE sessions SET message_count = message_count + 1, revision = revision + 1, last_message = $1,
  last_message_at = $2, unread_count = unread_count + 1, last_client_body = $3,
  waiting_since = coalesce(waiting_since, $2) WHERE id = $4 RETURNING message_count`;
const messageColumns = `id, session_id, organization_id, client_id, number, author_type, author_id, author_name, type, body,
  local_id, created_at, updated_at`;
export const insertMessage = `INSERT INTO messages (${messageColumns})
  VALUES ($1, $2, $3, $4, $5, 'CLIENT', $4, '', 'TEXT', $6, $7, $8, $8)`;
export const takeOffsets = `INSERT INTO feeds (name, top) VALUES ($1, 1), ($2, 1)
  ON CONFLICT (name) DO UPDATE SET top = feeds.top + 1 RETURNING name, top`;
export const insertEvents =
  'INSERT INTO events (feed, feed_offset, data, at) VALUES ($1, $2, $5, $6), ($3, $4, $5, $6)';

/** The same rows in one statement, which only PostgreSQL can. */
export const allInOne = `WITH
  taken AS (${update}),
  stored AS (INSERT INTO messages (${messageColumns})
    SELECT $5, $4, $6, $7, message_count, 'CLIENT', $7, '', 'TEXT', $3, $8, $2, $2 FROM taken),
  placed AS (INSERT INTO feeds (name, top) VALUES ($9, 1), ($10, 1)
    ON CONFLICT (name) DO UPDATE SET top = feeds.top + 1 RETURNING name, top)
  INSERT INTO events (feed, feed_offset, data, at) SELECT name, top, $11, $2 FROM placed`;

export interface CopiedSession {
  id: string;
  organization_id: number;
  client_id: string;
  operator_id: number;
  last_message: string;
  last_client_body: string;
}

let count = 0;

/** The next message: whose, and its values. The sessions take turns, as those of the load do. */
export function nextMessage(sessions: CopiedSession[]) {
  const session = sessions[count++ % sessions.length];
  if (!session) throw new Error('there are no sessions to write to');
  const at = Date.now();
  // Rises with time, as the server's ids do.
  const id = `${at.toString(16).padStart(12, '0')}-raw-${count.toString(16).padStart(18, '0')}`;
  const feeds = [`client:${session.client_id}`, `raw-operator:${session.operator_id}`] as const;
  return { session, at, id, feeds, localId: `raw-${id}` };
}

export type RawCommand = { do: 'prepare'; at: string } | { do: 'run'; seconds: number };
