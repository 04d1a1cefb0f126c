/** The rows that storing one client message writes, and the statements that write them, as the server does. */
export const update = `UPDATE sessions SET message_count = message_count + 1, revision = revision + 1, last_message = $1,
  last_message_at = $2, unread_count = unread_count + 1, last_client_body = $3,
  waiting_since = coalesce(waiting_since, $4) WHERE id = $5 RETURNING message_count AS number, operator_id, status`;
export const insertMessage = `INSERT INTO messages (id, session_id, organization_id, client_id, number, author_type, author_id,
  author_name, type, body, reply_to_id, local_id, created_at, updated_at, edited_at, deleted_at)
  VALUES ($1, $2, $3, $4, $5, 'CLIENT', $6, '', 'TEXT', $7, NULL, $8, $9, $10, NULL, NULL)
  ON CONFLICT DO NOTHING RETURNING number`;
export const takeOffsets = `INSERT INTO feeds (name, top) VALUES ($1, 1), ($2, 1)
  ON CONFLICT (name) DO UPDATE SET top = feeds.top + excluded.top RETURNING name, top`;
export const insertEvents = `INSERT INTO events (feed, feed_offset, data, at) VALUES ($1, $2, $3, $4), ($5, $6, $7, $8)`;

export const openSessions = `SELECT id, organization_id, client_id, operator_id, last_message, last_client_body
  FROM sessions WHERE status = 'ACTIVE' AND operator_id IS NOT NULL`;
export const anEvent = `SELECT data FROM events WHERE feed LIKE 'operator:%' AND data LIKE '%chatMessageCreated%' LIMIT 1`;

export interface OpenSession {
  id: string;
  organization_id: number;
  client_id: string;
  operator_id: number;
  last_message: string;
  last_client_body: string;
}

/** Event text as long as a real one: taken from what the server stored. */
export interface Sample {
  sessions: OpenSession[];
  event: string;
}

export interface Writes {
  update: unknown[];
  message: (number: number) => unknown[];
  feeds: string[];
  events: (tops: Map<string, number>) => unknown[];
}

let count = 0;

export function writesFor({ sessions, event }: Sample): Writes {
  const session = sessions[count++ % sessions.length];
  if (!session) throw new Error('there are no open sessions');
  const at = Date.now();
  const id = `${at.toString(16).padStart(12, '0')}-raw-${count.toString(16).padStart(18, '0')}`;
  const feeds = [`operator:${session.operator_id}`, `client:${session.client_id}`].sort();
  return {
    update: [session.last_message, at, session.last_client_body, at, session.id],
    message: (number) => [
      id,
      session.id,
      session.organization_id,
      session.client_id,
      number,
      session.client_id,
      session.last_client_body,
      `raw-${count}-${id}`,
      at,
      at,
    ],
    feeds,
    events: (tops) => feeds.flatMap((feed) => [feed, tops.get(feed), event, at]),
  };
}
